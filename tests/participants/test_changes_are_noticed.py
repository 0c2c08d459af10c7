"""A change of a client or its grant ends what is kept of it: through the services, and behind their back."""

import json
import time
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection
from rest_framework.test import APIRequestFactory

from participants import tokens
from participants.authentication import ClientAuthentication
from participants.models import Client, Resource, Ven
from participants.services import clients, resources, vens
from tests.participants.conftest import (
    NOW,
    STAFF,
    known_client,
    make_resource,
    make_ven,
    resource_content,
    ven_content,
)
from vtn import errors
from vtn.caller import Role, Scope
from vtn.polling.state import polling


@pytest.fixture
def heard(transactional_db):
    """What another process hears; called, it returns the keys since the last time, in order and each once."""
    listening = psycopg.connect(
        **{
            name: value
            for name, value in connection.get_connection_params().items()
            if name in ("dbname", "user", "password", "host", "port")
        },
        autocommit=True,
    )
    listening.execute("LISTEN vtn_versions")

    def keys():
        listening.execute("NOTIFY vtn_versions, '[0, \"end\"]'")  # notices come in the order of their commits
        changes = []
        for notice in listening.notifies(timeout=10):
            changes.append(json.loads(notice.payload))
            if changes[-1] == [0, "end"]:
                break
        assert all(isinstance(change[0], int) and 0 <= change[0] < 2**63 for change in changes)
        return sorted({key for _, *named in changes[:-1] for key in named})

    yield keys
    listening.close()


@pytest.fixture
def granted(heard):
    """A VEN client with its VEN and a resource, and another client; all of it heard of already."""
    known_client("one", Role.VEN)
    known_client("two", Role.VEN)
    ven = make_ven("v", client_id="one", targets=["a"])
    make_resource(ven.id, "r", targets=["b"])
    assert {"client:one", "client:two"} < set(heard())
    return ven


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: Client.objects.filter(client_id="one").update(is_enabled=False), ["client:one"]),
        (lambda: Client.objects.update(scopes=[]), ["client:one", "client:two"]),
        (lambda: Client.objects.filter(client_id="nobody").update(scopes=[]), []),
        (
            lambda: Client.objects.create(
                client_id="three", name="3", role="bl", created_at=NOW, modified_at=NOW
            ),
            ["client:three"],
        ),
        (lambda: Client.objects.filter(client_id="two").delete(), ["client:two"]),
        (lambda: Ven.objects.update(targets=[]), ["client:one"]),
        (lambda: Ven.objects.update(client_id="two"), ["client:one", "client:two"]),
        (lambda: Ven.objects.update(client_id=None), ["client:one"]),
        (lambda: Ven.objects.all().delete(), ["client:one"]),
        (
            lambda: Ven.objects.create(
                client_id="two", ven_name="2", content={}, created_at=NOW, modified_at=NOW
            ),
            ["client:two"],
        ),
        (lambda: Resource.objects.update(targets=[]), ["client:one"]),
        (lambda: Resource.objects.all().delete(), ["client:one"]),
        (
            lambda: Resource.objects.create(
                ven=Ven.objects.get(), resource_name="s", content={}, created_at=NOW, modified_at=NOW
            ),
            ["client:one"],
        ),
    ],
)
def test_the_database_itself_announces_what_changed(granted, heard, change, expected):
    change()

    assert heard() == expected


def test_a_resource_that_moves_is_announced_for_both_clients(granted, heard):
    other = make_ven("w", client_id="two")
    heard()

    Resource.objects.update(ven=other)

    assert heard() == ["client:one", "client:two"]


def test_a_table_that_is_emptied_ends_everything(granted, heard):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE participants_resource CASCADE")

    assert heard() == ["everything"]


def test_what_is_rolled_back_is_not_announced(granted, heard):
    with pytest.raises(errors.Invalid):
        vens.update_ven(
            caller=STAFF,
            ven_id=granted.id,
            content=ven_content("v", client_id="two", targets=["z"]),
            now=NOW,
        )

    assert heard() == []
    assert Ven.objects.get().targets == ["a"]


@pytest.fixture
def keeping(monkeypatch):
    """This process keeps verified tokens, as it does while it hears of changes."""
    monkeypatch.setattr(polling(), "listener", SimpleNamespace(is_up=True))
    yield
    polling().forget()


def authenticate(text):
    request = APIRequestFactory().get("/", headers={"authorization": f"Bearer {text}"})
    return ClientAuthentication().authenticate(request)[0]


def test_a_token_that_was_verified_costs_no_query_and_no_signature(
    keeping, granted, django_assert_num_queries, settings
):
    text = tokens.issue(client_id="one", scopes=["read_all"]).text
    first = authenticate(text)
    settings.TOKEN_SIGNING_KEY = "another key, so that it cannot be verified"

    with django_assert_num_queries(0):
        assert authenticate(text) is first


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: clients.set_scopes(caller=STAFF, client_id="one", scopes=[], now=NOW), (set(), {"a", "b"})),
        (
            lambda: vens.set_targets(caller=STAFF, ven_id=Ven.objects.get().id, targets=["z"], now=NOW),
            ({Scope.READ_ALL}, {"z", "b"}),
        ),
        (
            lambda: resources.update_resource(
                caller=STAFF, resource_id=Resource.objects.get().id, content=resource_content("r"), now=NOW
            ),
            ({Scope.READ_ALL}, {"a"}),
        ),
        (
            lambda: resources.delete_resource(caller=STAFF, resource_id=Resource.objects.get().id, now=NOW),
            ({Scope.READ_ALL}, {"a"}),
        ),
        (
            lambda: vens.delete_ven(caller=STAFF, ven_id=Ven.objects.get().id, now=NOW),
            ({Scope.READ_ALL}, set()),
        ),
    ],
)
def test_a_change_is_in_force_at_the_next_request(keeping, granted, change, expected):
    text = tokens.issue(client_id="one", scopes=["read_all"]).text
    authenticate(text)

    change()

    caller = authenticate(text)
    assert (caller.scopes, caller.granted) == expected


def test_a_client_that_is_disabled_is_out_at_the_next_request(keeping, granted):
    text = tokens.issue(client_id="one", scopes=["read_all"]).text
    authenticate(text)

    clients.set_enabled(caller=STAFF, client_id="one", is_enabled=False, now=NOW)

    with pytest.raises(errors.BadCredentials):
        authenticate(text)


def test_a_change_of_another_client_leaves_what_is_kept(keeping, granted, django_assert_num_queries):
    text = tokens.issue(client_id="one", scopes=["read_all"]).text
    authenticate(text)

    clients.set_enabled(caller=STAFF, client_id="two", is_enabled=False, now=NOW)

    with django_assert_num_queries(0):
        authenticate(text)


def test_a_kept_token_is_forgotten_when_it_expires(keeping, granted):
    text = tokens.issue(client_id="one", scopes=["read_all"]).text
    authenticate(text)
    header = f"Bearer {text}"

    assert polling().verified(header, time.time() + 3_590) is not None
    assert polling().verified(header, time.time() + 3_601) is None
