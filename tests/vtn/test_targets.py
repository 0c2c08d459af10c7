"""The codec between typed and plain targets: it loses nothing and lets no two targets become one."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtn import errors
from vtn.wire.targets import asked_for, decode, encode, from_values_maps, to_values_maps

# The alphabet in which the codec can go wrong: prefixes, colons, and what only looks like a prefix.
pieces = st.sampled_from(
    ["GROUP", "GROUP:", "VEN_NAME:", "A", "A1_", ":", "a", "Group:", "1", " ", "é", "\n"]
)
texts = st.one_of(st.lists(pieces, max_size=6).map("".join), st.text(max_size=20))
kinds = st.one_of(
    st.sampled_from(["GROUP", "VEN_NAME", "A", "GROUP_"]),
    st.from_regex(r"[A-Z][A-Z0-9_]{0,9}", fullmatch=True),
)


class TestOneTarget:
    @pytest.mark.parametrize(
        ("kind", "value", "target"),
        [
            ("GROUP", "north", "north"),
            ("GROUP", "", ""),
            ("GROUP", "a:b", "a:b"),
            ("GROUP", "VEN_NAME:v1", "GROUP:VEN_NAME:v1"),
            ("GROUP", "GROUP:x", "GROUP:x"),
            ("GROUP", "GROUP:A:x", "GROUP:GROUP:A:x"),
            ("VEN_NAME", "v1", "VEN_NAME:v1"),
            ("VEN_NAME", "", "VEN_NAME:"),
            ("POWER_SERVICE_LOCATION", "GROUP:x", "POWER_SERVICE_LOCATION:GROUP:x"),
            ("X_PRIVATE", "1", "X_PRIVATE:1"),
        ],
    )
    def test_a_typed_value_has_one_plain_form(self, kind, value, target):
        assert encode(kind, value) == target
        assert decode(target) == (kind, value)

    @given(kinds, texts)
    def test_a_typed_value_comes_back(self, kind, value):
        assert decode(encode(kind, value)) == (kind, value)

    @given(texts)
    def test_a_plain_target_comes_back(self, target):
        assert encode(*decode(target)) == target

    def test_no_two_typed_values_share_a_plain_form(self):
        values = [
            "".join(some)
            for n in range(4)
            for some in itertools.product(["GROUP:", "A:", "a", ":"], repeat=n)
        ]
        pairs = set(itertools.product(["GROUP", "A", "GROUPA"], values))

        assert len({encode(kind, value) for kind, value in pairs}) == len(pairs)


class TestListsOfTargets:
    def test_equal_types_stand_together_in_the_order_of_their_first(self):
        assert to_values_maps(["VEN_NAME:v1", "north", "VEN_NAME:v2"], None) == [
            {"type": "VEN_NAME", "values": ["v1", "v2"]},
            {"type": "GROUP", "values": ["north"]},
        ]

    def test_a_number_is_named_as_the_database_gives_it_back(self):
        targets, _ = from_values_maps([{"type": "GROUP", "values": [Decimal("1E+5"), Decimal("1e-3")]}])

        assert targets == ["100000", "0.001"]

    def test_numbers_and_booleans_are_read_back_as_written(self):
        written = [{"type": "PRICE", "values": [Decimal("0.10"), 7, True, "x"]}]

        targets, literals = from_values_maps(written)

        assert targets == ["PRICE:0.10", "PRICE:7", "PRICE:true", "PRICE:x"]
        assert to_values_maps(targets, literals) == written

    @given(st.lists(texts.filter(bool), max_size=8))
    def test_what_3_1_wrote_3_0_1_can_write_again(self, targets):
        shown = to_values_maps(targets, None)

        back, _ = from_values_maps(shown)

        assert sorted(back) == sorted(targets)

    def test_a_target_of_3_1_that_ends_in_its_colon_can_be_written_by_3_0_1(self):
        assert from_values_maps(to_values_maps(["AREA:"], None)) == (["AREA:"], {})

    @pytest.mark.parametrize(
        ("values_map", "detail"),
        [
            (
                {"type": "group", "values": ["a"]},
                "targets: the type 'group' is not in capitals, digits and underscores",
            ),
            (
                {"type": "A\n", "values": ["a"]},
                "targets: the type 'A\n' is not in capitals, digits and underscores",
            ),
            ({"type": "GROUP", "values": [{"x": 1, "y": 2}]}, "targets: a point cannot be a target's value"),
            ({"type": "GROUP", "values": [""]}, "targets: '' is not of 1 to 128 characters"),
            ({"type": "A", "values": ["b" * 127]}, f"targets: 'A:{'b' * 127}' is not of 1 to 128 characters"),
        ],
    )
    def test_what_3_1_cannot_hold_is_refused(self, values_map, detail):
        with pytest.raises(errors.Invalid) as refusal:
            from_values_maps([values_map])

        assert refusal.value.detail == detail

    def test_the_longest_target_is_taken(self):
        assert from_values_maps([{"type": "A", "values": ["b" * 126]}]) == ([f"A:{'b' * 126}"], {})


def test_a_query_of_3_0_1_asks_for_plain_targets():
    assert asked_for("GROUP", ["north", "south"]) == {"north", "south"}
    assert asked_for("VEN_NAME", ["north"]) == {"VEN_NAME:north"}


def test_a_query_for_a_type_that_cannot_be_stored_asks_for_nothing():
    assert asked_for("group", ["north"]) == frozenset()


class TestWhatIsRefused:
    """Of 3.0.1's targets, for what 3.1 would make of them."""

    @pytest.mark.parametrize(
        ("values_maps", "said"),
        [
            ([{"type": "GROUP", "values": []}], "targets: the type 'GROUP' has no values"),
            ([{"type": "GROUP", "values": ["1", 1]}], "targets: '1' is written as a text and as a number"),
            (
                [{"type": "GROUP", "values": ["true"]}, {"type": "GROUP", "values": [True]}],
                "targets: 'true' is written as a text and as a number",
            ),
        ],
    )
    def test_it_says_why(self, values_maps, said):
        with pytest.raises(errors.Invalid) as refusal:
            from_values_maps(values_maps)

        assert refusal.value.detail == said
