"""`manage.py bind_backend`: what scripts make bindings with."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from events.bindings.models import Binding
from tests.events.backends.other_side import Reply
from vtn.models import OutboxEntry


@pytest.fixture
def run(db, monkeypatch):
    """Prints one JSON object, or raises."""

    def run(*arguments, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        output = io.StringIO()
        call_command("bind_backend", *arguments, stdout=output)
        return json.loads(output.getvalue())

    return run


def changes():
    return OutboxEntry.objects.filter(object_type="BINDING").count()


def test_a_binding_is_made_and_printed_without_its_secret(run, program, other_side, tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"north": 31}')

    printed = run(
        *("there", "--backend", "http", "--program", "day-ahead", "--target", "north", "--target", "south"),
        *(
            "--setting",
            f"url={other_side.root}/events",
            "--setting",
            "phases=active",
            "--setting",
            "phases=ended",
        ),
        *("--setting", f"check_url={other_side.root}/me", "--secret", "secret=-", "--mapping", str(mapping)),
        "--check",
        stdin="Bearer abc\n",
    )

    assert other_side.heard[0].headers["Authorization"] == "Bearer abc"
    assert printed["check"] == {"good": True, "text": f"{other_side.root}/me answered 200"}
    assert (printed["programIDs"], printed["targets"]) == ([program["id"]], ["north", "south"])
    assert (printed["mapping"], printed["secrets"], printed["enabled"]) == ({"north": 31}, ["secret"], True)
    assert printed["settings"]["phases"] == ["active", "ended"]
    assert printed["settings"]["taken"] == "200-299"  # what the form offers
    assert "abc" not in json.dumps(printed)
    assert OutboxEntry.objects.get(object_type="BINDING").made_by == "staff:manage.py"


def test_asked_again_it_changes_nothing_and_what_is_not_named_stays(run, other_side, monkeypatch):
    monkeypatch.setenv("THERE_SECRET", "Bearer abc")
    asked = ("there", "--backend", "http", "--setting", f"url={other_side.root}/events", "--target", "north")
    asked += ("--secret", "secret=env:THERE_SECRET")
    first = run(*asked)
    Binding.objects.update(trouble="answered 401")
    before = Binding.objects.values().get()

    again = run(*asked)
    less = run("there", "--backend", "http")

    assert again == less == {**first, "trouble": "answered 401"}
    assert Binding.objects.values().get() == before
    assert changes() == 1

    monkeypatch.setenv("THERE_SECRET", "Bearer new")
    assert run(*asked)["trouble"] is None
    assert changes() == 2
    off = run("there", "--backend", "http", "--disable")
    assert (off["enabled"], off["targets"], off["settings"]) == (False, ["north"], first["settings"])
    assert run("there", "--backend", "http", "--enable") == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--secret", "secret=Bearer abc"], "a command line is no place for a secret"),
        (["--secret", "secret=env:NOT_THERE"], "There is no secret"),
        (["--secret", "secret=-"], "There is no secret"),
        (["--secret", "Bearer abc"], "are written as NAME="),
        (["--setting", "secret=Bearer abc"], "secret is a secret"),
        (["--setting", "nope=1"], "has no setting 'nope'"),
        (["--setting", "url=ftp://x"], "url: An absolute URL"),
        (["--program", "nope"], "There is no program 'nope'"),
        (["--target", ""], "targets: 1 to 128"),
        (["--mapping", "/nowhere/at/all"], "--mapping: "),
        (["--mapping", "-"], "--mapping: not JSON"),
    ],
)
def test_a_mistake_is_said_and_changes_nothing(run, arguments, said):
    with pytest.raises(CommandError) as caught:
        run("there", "--backend", "http", "--setting", "url=https://there.example/", *arguments)

    assert said in str(caught.value)
    assert "abc" not in str(caught.value)
    assert not Binding.objects.exists()
    assert changes() == 0


@pytest.mark.parametrize("mapping", ["[1]", "7", "null"])
def test_a_mapping_is_an_object(run, mapping):
    with pytest.raises(CommandError, match="Expected an object"):
        run("log", "--backend", "console", "--mapping", "-", stdin=mapping)

    assert not Binding.objects.exists()


def test_a_binding_keeps_its_backend(run):
    run("log", "--backend", "console")

    with pytest.raises(CommandError, match="keeps its backend, which is 'console'"):
        run("log", "--backend", "http", "--setting", "url=https://there.example/")
    with pytest.raises(CommandError, match="There is no backend named 'nope'"):
        run("other", "--backend", "nope")

    assert Binding.objects.get().backend == "console"


def test_a_check_that_fails_is_an_error_after_the_binding_was_made(run, other_side):
    other_side.replies.append(Reply(401))
    arguments = ("there", "--backend", "http", "--setting", f"url={other_side.root}/events")

    with pytest.raises(CommandError, match="answered 401"):
        run(*arguments, "--setting", f"check_url={other_side.root}/me", "--check")

    assert Binding.objects.exists()
