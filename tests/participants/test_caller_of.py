"""The caller as it is read: one query, whatever there is to read."""

import pytest

from participants.models import Ven
from participants.queries import caller_of, usable_hashes
from participants.services import clients
from tests.participants.conftest import NOW, STAFF, known_client, make_resource, make_ven
from vtn.caller import ROLE_SCOPES, Caller, Role, Scope


@pytest.fixture
def granted(ven):
    """The VEN with two resources; targets overlap."""
    ven_id = Ven.objects.get(client_id=ven.client_id).id
    make_resource(ven_id, "a", targets=["a", "north"])
    make_resource(ven_id, "b", targets=["b"])
    make_resource(ven_id, "c")
    return ven


def test_the_grant_is_that_of_the_ven_and_all_its_resources(granted, django_assert_num_queries):
    with django_assert_num_queries(1):
        caller = caller_of(granted.client_id)

    assert caller == Caller(
        granted.client_id, Role.VEN, ROLE_SCOPES[Role.VEN], frozenset({"north", "a", "b"})
    )


def test_a_client_without_a_ven_has_an_empty_grant(db, django_assert_num_queries):
    known_client("alone", Role.VEN)

    with django_assert_num_queries(1):
        assert caller_of("alone") == Caller("alone", Role.VEN, ROLE_SCOPES[Role.VEN])


def test_other_vens_grant_nothing(granted):
    other = known_client("other", Role.VEN)
    ven = make_ven("o", client_id="other", targets=["south"])
    make_resource(ven.id, "a", targets=["east"])

    assert caller_of(other.client_id).granted == {"south", "east"}
    assert caller_of(granted.client_id).granted == {"north", "a", "b"}


def test_business_logic_holds_everything_but_the_writing_of_reports(retailer):
    assert caller_of("retailer") == Caller("retailer", Role.BL, frozenset(Scope) - {Scope.WRITE_REPORTS})


@pytest.mark.parametrize(
    ("named", "expected"),
    [([], set()), (["read_all", "write_events", "x"], {Scope.READ_ALL, Scope.WRITE_EVENTS})],
)
def test_scopes_are_those_that_token_and_record_name(retailer, named, expected):
    assert caller_of("retailer", named).scopes == expected


@pytest.mark.parametrize("client_id", ["nobody", "", "\0", "\ud800", "a" * 129, "é"])
def test_nobody_else_is_a_caller(db, client_id):
    assert caller_of(client_id) is None


def test_a_disabled_client_is_no_caller_and_has_no_secrets_to_try(retailer):
    clients.set_enabled(caller=STAFF, client_id="retailer", is_enabled=False, now=NOW)

    assert caller_of("retailer") is None
    assert usable_hashes("retailer", NOW) == []
