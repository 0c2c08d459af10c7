"""What is kept is bounded by weight, and the least used goes first."""

from vtn.polling.answers import Kept


def kept_of(*keys: str) -> Kept[str]:
    kept: Kept[str] = Kept(100, weigh=lambda key, value: len(key) + len(value))
    for key in keys:
        kept.put(key, "x" * 9)
    return kept


def test_the_least_used_goes_when_there_is_no_room():
    kept = kept_of(*"abcdefghij")
    kept.get("a")

    kept.put("k", "x" * 9)

    assert kept.get("b") is None
    assert kept.get("a") == kept.get("k") == "x" * 9


def test_a_value_put_again_takes_the_room_of_one():
    kept = kept_of(*"abcdefghij")

    for _ in range(5):
        kept.put("j", "y" * 9)

    assert [kept.get(key) is not None for key in "abcdefghij"] == [True] * 10


def test_a_value_that_would_push_out_much_of_the_rest_is_not_kept():
    kept = kept_of(*"abc")

    kept.put("large", "x" * 10)

    assert kept.get("large") is None
    assert kept.get("a") == "x" * 9


def test_dropped_values_give_their_room_back():
    kept = kept_of(*"abcdefghij")

    kept.drop("c")
    kept.drop("nothing")
    kept.put("k", "x" * 9)
    assert [key for key in "abcdefghijk" if kept.get(key) is None] == ["c"]

    kept.clear()
    for key in "abcdefghij":
        kept.put(key, "x" * 9)
    assert [kept.get(key) is not None for key in "abcdefghij"] == [True] * 10
