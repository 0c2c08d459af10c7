"""`manage.py create_client`, as scripts use it: again and again."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from participants import hashers
from participants.models import Client, ClientSecret, Ven
from participants.services import clients
from tests.participants.conftest import NOW, STAFF
from vtn.caller import ROLE_SCOPES, Role
from vtn.models import OutboxEntry


@pytest.fixture
def create(db, capsys):
    def run(*arguments):
        call_command("create_client", *arguments)
        output = capsys.readouterr().out
        assert output.count("\n") == 1
        return json.loads(output)

    return run


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Client, ClientSecret, Ven, OutboxEntry)]


def test_a_new_client_gets_a_random_secret_and_the_scopes_of_its_role(create):
    made = create("retailer", "--role", "bl")

    assert made == {
        "name": "retailer",
        "role": "bl",
        "client_id": "retailer",
        "client_secret": made["client_secret"],
        "scopes": sorted(ROLE_SCOPES[Role.BL]),
    }
    assert len(made["client_secret"]) == 43
    assert hashers.matches(made["client_secret"], [ClientSecret.objects.get().hash])
    assert OutboxEntry.objects.first().made_by == "staff:manage.py"


def test_its_secret_gets_a_token(create, ask):
    made = create("ven", "--role", "ven", "--client-id", "v-1", "--client-secret", "999")

    form = {"grant_type": "client_credentials", "client_id": "v-1", "client_secret": "999"}
    assert made["client_secret"] == "999"
    assert ask(form).json()["scope"].split() == made["scopes"]


def test_again_with_the_same_secret_changes_nothing_and_prints_the_same(create):
    arguments = ("A", "--role", "ven", "--client-id", "a", "--client-secret", "s", "--scopes", "read_all")
    first = create(*arguments)
    before = everything()

    assert create(*arguments) == first
    assert everything() == before


def test_again_without_a_secret_keeps_what_there_is_and_says_that_it_cannot_be_read(create):
    first = create("A", "--role", "ven")
    before = everything()

    assert create("A", "--role", "ven") == {**first, "client_secret": None}
    assert everything() == before


def test_another_secret_is_added_to_those_there_are(create):
    first = create("A", "--role", "ven")
    create("A", "--role", "ven", "--client-secret", "other")
    third = create("A", "--role", "ven", "--new-secret")

    hashes = list(ClientSecret.objects.values_list("hash", flat=True))
    assert len(hashes) == 3
    for secret in (first["client_secret"], "other", third["client_secret"]):
        assert hashers.matches(secret, hashes)


@pytest.mark.parametrize(
    "scopes", [["read_all", "write_vens"], ["read_all write_vens"], ["write_vens read_all"]]
)
def test_scopes_are_words_or_one_text(create, scopes):
    assert create("A", "--role", "ven", "--scopes", *scopes)["scopes"] == ["read_all", "write_vens"]


def test_other_scopes_replace_those_of_a_client_that_exists(create):
    create("A", "--role", "ven")

    assert create("A", "--role", "ven", "--scopes", "read_all")["scopes"] == ["read_all"]
    assert create("A", "--role", "ven")["scopes"] == ["read_all"]


def test_a_name_that_is_no_client_id_gets_a_random_one(create):
    made = create("Haus am See", "--role", "ven")

    assert len(made["client_id"]) == 36
    assert create("Haus am See", "--role", "ven")["client_id"] == made["client_id"]


def test_a_ven_is_created_with_its_grant(create):
    made = create("A", "--role", "ven", "--ven-name", "VEN A", "--targets", "north", "south")

    ven = Ven.objects.get()
    assert made["ven"] == {"id": ven.id, "name": "VEN A", "targets": ["north", "south"]}
    assert ven.client_id == "A"


def test_the_grant_is_replaced_when_it_is_named_and_kept_when_it_is_not(create):
    create("A", "--role", "ven", "--targets", "north")

    assert create("A", "--role", "ven")["ven"]["targets"] == ["north"]
    assert create("A", "--role", "ven", "--targets", "south")["ven"]["targets"] == ["south"]
    assert create("A", "--role", "ven", "--targets")["ven"]["targets"] == []
    assert Ven.objects.get().ven_name == "A"


def test_a_disabled_client_stays_disabled(create):
    create("A", "--role", "ven", "--client-secret", "s")
    clients.set_enabled(caller=STAFF, client_id="A", is_enabled=False, now=NOW)
    before = everything()

    create("A", "--role", "ven", "--client-secret", "s")

    assert everything() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["A", "--role", "bl"], "The client 'A' has the role ven, which does not change"),
        (["B", "--role", "ven", "--client-id", "A"], "The client 'A' is named 'A'"),
        (["A", "--role", "ven", "--client-id", "B"], "There is already a client named 'A'"),
        (["A", "--role", "ven", "--ven-name", "W"], "The VEN of the client 'A' is named 'V'"),
        (["B", "--role", "ven", "--ven-name", "V"], "There is already a VEN named 'V'"),
        (["B", "--role", "bl", "--targets", "x"], "Only a client with the role ven has a VEN and targets"),
        (
            ["B", "--role", "ven", "--scopes", "write_events"],
            "scopes: a client with the role ven cannot hold write_events",
        ),
        (["B", "--role", "ven", "--client-secret", ""], "client_secret: 1 to 4096 characters"),
        (
            ["A", "--role", "ven", "--scopes", "read_all", "--targets", ""],
            "targets: 1 to 128 characters",
        ),
    ],
)
def test_what_contradicts_is_refused_in_one_line_and_changes_nothing(create, capsys, arguments, message):
    create("A", "--role", "ven", "--ven-name", "V")
    before = everything()

    with pytest.raises(CommandError) as refused:
        create(*arguments)

    assert str(refused.value) == message
    assert capsys.readouterr().out == ""
    assert everything() == before


def test_two_scripts_at_the_same_time_make_one_client(transactional_db):
    def run():
        try:
            call_command(
                "create_client",
                "A",
                "--role",
                "ven",
                "--client-secret",
                "s",
                "--targets",
                "north",
                stdout=StringIO(),
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for outcome in [pool.submit(run) for _ in range(4)]:
            outcome.result()

    assert [model.objects.count() for model in (Client, ClientSecret, Ven)] == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_from_the_shell_a_refusal_is_exit_code_1_and_one_line():
    database = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    process = subprocess.run(
        [sys.executable, "manage.py", "create_client", "x" * 200, "--role", "bl"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DATABASE_URL": database},
    )

    assert process.returncode == 1
    assert process.stdout == ""
    assert process.stderr == "CommandError: name: 1 to 128 characters\n"
