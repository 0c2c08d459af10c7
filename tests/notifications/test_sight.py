"""What a change is to one subscriber, compared with what it would have read before and after it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.notifications.sight import Seen, Subscriber, as_seen
from tests.conftest import NOON
from vtn.caller import ROLE_SCOPES, Role, Scope
from vtn.relay.changes import Change
from vtn.wire import body

TARGETS = ["a", "b", "c"]


def change(kind: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    operation = "CREATE" if before is None else "DELETE" if after is None else "UPDATE"
    texts = [None if each is None else body.encode_text(each) for each in (before, after)]
    return Change(1, kind, "o1", operation, None, NOON, {}, *texts)


def event(before: list[str] | None, after: list[str] | None) -> Change:
    """None: there is none."""
    return change("EVENT", *(None if each is None else {"targets": each} for each in (before, after)))


def ven(*granted: str, asked: set[str] | None = None) -> Subscriber:
    narrowed = None if asked is None else frozenset(asked)
    return Subscriber("ven", Role.VEN, ROLE_SCOPES[Role.VEN], frozenset(granted), narrowed)


def business(asked: set[str] | None = None) -> Subscriber:
    narrowed = None if asked is None else frozenset(asked)
    return Subscriber("business", Role.BL, ROLE_SCOPES[Role.BL], frozenset(), narrowed)


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (None, [], Seen("CREATE", ())),
        ([], [], Seen("UPDATE", ())),
        ([], None, Seen("DELETE", ())),
        (None, ["a", "b"], Seen("CREATE", ("a",))),
        (["b", "a"], ["a", "b"], Seen("UPDATE", ("a",))),
        (["a", "b"], None, Seen("DELETE", ("a",))),
        (None, ["b"], None),
        (["b"], ["c"], None),
        (["b"], None, None),
        # It comes into sight, and goes out of it.
        (["b"], ["b", "a"], Seen("CREATE", ("a",))),
        (["b"], [], Seen("CREATE", ())),
        (["a", "b"], ["b"], Seen("DELETE", ("a",))),
        ([], ["b"], Seen("DELETE", ())),
    ],
)
def test_a_ven_that_was_granted_a(before, after, seen):
    assert as_seen(event(before, after), ven("a")) == seen


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (None, ["a", "b"], Seen("CREATE", ("a",))),
        (None, ["b"], None),  # seen, and not asked for
        (None, [], None),  # it has none of the targets
        (["b"], ["a"], Seen("UPDATE", ("a",))),
        (["a"], ["b"], Seen("UPDATE", ("b",))),
        (["a"], [], Seen("UPDATE", ())),
        (["a"], ["d"], Seen("DELETE", ("a",))),
    ],
)
def test_a_ven_that_was_granted_a_and_b_and_asked_for_a(before, after, seen):
    assert as_seen(event(before, after), ven("a", "b", asked={"a"})) == seen


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (None, ["a", "d"], Seen("CREATE", ("a", "d"))),
        (None, ["d"], None),
        (["a"], ["d"], Seen("UPDATE", ("d",))),
        (["d"], None, None),
    ],
)
def test_business_that_asked_for_a(before, after, seen):
    assert as_seen(event(before, after), business({"a"})) == seen


OWN, FOREIGN = {"clientID": "ven", "targets": ["z"]}, {"clientID": "another", "targets": ["a"]}


@pytest.mark.parametrize("kind", ["SUBSCRIPTION", "VEN", "RESOURCE"])
@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        (None, OWN, Seen("CREATE", ("z",))),
        (OWN, OWN, Seen("UPDATE", ("z",))),
        (OWN, None, Seen("DELETE", ("z",))),
        (None, FOREIGN, None),
        (FOREIGN, FOREIGN, None),
        (FOREIGN, OWN, Seen("CREATE", ("z",))),
        (OWN, FOREIGN, Seen("DELETE", ("z",))),
        (None, {}, None),
    ],
)
def test_of_what_belongs_to_clients_a_ven_is_told_its_own_with_all_targets(kind, before, after, seen):
    assert as_seen(change(kind, before, after), ven("a")) == seen


@pytest.mark.parametrize(
    ("before", "after", "operation"), [(None, OWN, "CREATE"), (OWN, OWN, "UPDATE"), (OWN, FOREIGN, "DELETE")]
)
def test_a_ven_is_told_of_its_own_reports_which_have_no_targets_whatever_it_calls_so(
    before, after, operation
):
    assert as_seen(change("REPORT", before, after), ven("a")) == Seen(operation, ())
    assert as_seen(change("REPORT", FOREIGN, FOREIGN), ven("a")) is None


def test_business_is_told_everybodys():
    assert as_seen(change("VEN", None, FOREIGN), business()) == Seen("CREATE", ("a",))


def test_targets_narrow_what_belongs_to_clients_but_for_reports_which_have_none():
    assert as_seen(change("VEN", None, OWN), ven(asked={"z"})) == Seen("CREATE", ("z",))
    assert as_seen(change("VEN", None, OWN), ven(asked={"y"})) is None
    assert as_seen(change("REPORT", None, {"clientID": "ven"}), ven(asked={"y"})) == Seen("CREATE", ())


@pytest.mark.parametrize(
    ("kind", "scope", "is_told"),
    [
        ("EVENT", Scope.READ_TARGETS, True),
        ("EVENT", Scope.READ_ALL, True),
        ("EVENT", Scope.READ_VEN_OBJECTS, False),
        ("VEN", Scope.READ_VEN_OBJECTS, True),
        ("VEN", Scope.READ_ALL, True),
        ("VEN", Scope.READ_TARGETS, False),
        ("VEN", Scope.WRITE_SUBSCRIPTIONS, False),
    ],
)
def test_who_may_not_read_it_is_not_told_of_it(kind, scope, is_told):
    subscriber = Subscriber("ven", Role.VEN, frozenset({scope}))

    assert (as_seen(change(kind, None, {"clientID": "ven"}), subscriber) is not None) is is_told


some_targets = st.lists(st.sampled_from(TARGETS), unique=True)
targets_or_absent = st.one_of(st.none(), some_targets)


def read(targets: list[str] | None, grant: set[str] | None, query: set[str] | None) -> list[str] | None:
    """The table of decisions/openadr.md §2, written down once more: the targets that a poll shows, None if nothing."""
    if targets is None:
        return None
    if grant is None:
        return targets if query is None or query & set(targets) else None
    if query is None and not targets:
        return []
    shown = [each for each in targets if each in (grant if query is None else grant & query)]
    return shown or None


@given(
    before=targets_or_absent,
    after=targets_or_absent,
    grant=st.one_of(st.none(), st.frozensets(st.sampled_from(TARGETS))),
    query=st.one_of(st.none(), st.frozensets(st.sampled_from(TARGETS), min_size=1)),
)
def test_a_subscriber_is_told_what_two_polls_would_tell_it(before, after, grant, query):
    if before is None and after is None:
        return
    told = as_seen(event(before, after), business(query) if grant is None else ven(*grant, asked=query))

    was, is_ = read(before, grant, None), read(after, grant, None)
    asked = [read(each, grant, query) for each in (before, after)]
    if asked == [None, None]:
        assert told is None
    elif is_ is None:
        assert told == Seen("DELETE", tuple(was if asked[0] is None else asked[0]))
    else:
        operation = "CREATE" if was is None else "UPDATE"
        assert told == Seen(operation, tuple(is_ if asked[1] is None else asked[1]))
