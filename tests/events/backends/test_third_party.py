"""Backends of packages that somebody installs, well-behaved and not: none of them harms the others."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from events.backends.made_up import made_up
from events.backends.registry import NoSuchBackend, backend_named, offered
from events.bindings import calls as calls_module
from events.bindings import trying
from events.bindings.models import Binding
from events.bindings.services import BadMapping, BadSettings, save_binding
from events.timeline import Phase
from tests.conftest import event_request
from tests.events.backends.conftest import STAFF, carry_out, states
from tests.events.backends.other_side import Reply
from vtn.launcher.home import PROJECT
from vtn.models import OutboxEntry

NOW_FOR_AN_HOUR = {"start": "0001-01-01", "duration": "PT1H"}

MODULE = """
import threading
from django import forms
from events.backends.base import BackendRequest, Receipt, Refused, TryLater, OnHold

HEARD = []
GO_ON = threading.Event()

class Backend:
    title = "Siren"
    only_newest_matters = False

    class SettingsForm(forms.Form):
        url = forms.URLField(assume_scheme="https")
        loudness = forms.FloatField(initial=0.5)
        days = forms.MultipleChoiceField(choices=[("mo", "Monday"), ("tu", "Tuesday")], required=False)
        since = forms.DateField(required=False)
        token = forms.CharField(widget=forms.PasswordInput)

    def __init__(self, bound):
        self.bound = bound

    def host(self):
        return "https://siren.example"

    def push(self, change):
        {push}

    def check_connection(self):
        return f"it is there, with {{self.bound.settings['token']}}"

    def dry_run(self, change):
        return [BackendRequest("POST", "https://siren.example/?t=" + self.bound.settings["token"], {{}}, "x")]

    @classmethod
    def check_mapping(cls, mapping):
        if "north" not in mapping:
            raise ValueError("north: is missing")
"""
HEARS = "HEARD.append((change.event_id, change.phase.value, dict(self.bound.settings))); return Receipt(200, 'loud')"
SETTINGS = {
    "url": "https://siren.example/",
    "loudness": "0.25",
    "days": ["mo", "tu"],
    "since": "2026-03-01",
    "token": "t0ken",
}


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Has a package as `pip install` leaves it: its module, and the metadata with its entry point."""
    modules = []

    def install(source, name="siren"):
        module = f"vtn_{name}_{len(modules)}"
        modules.append(module)
        root = tmp_path / module
        metadata = root / f"{module}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (root / f"{module}.py").write_text(source)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[openadr3_vtn.backends]\n{name} = {module}:Backend\n")
        monkeypatch.syspath_prepend(str(root))
        return module

    yield install
    for module in modules:
        sys.modules.pop(module, None)


def siren(push):
    return MODULE.format(push=push)


@pytest.fixture
def bind_siren(bind, install):
    """A binding of a backend whose `push` is these words, and its module."""

    def bind_siren(push=HEARS):
        module = install(siren(push))
        binding = bind("siren", "hall", settings=SETTINGS, mapping={"north": 1})
        return binding, sys.modules[module]

    return bind_siren


def test_a_package_brings_a_backend_that_is_bound_and_pushed_to(bind_siren, retailer, program):
    binding, module = bind_siren()
    event = retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR)).json()

    carry_out()

    assert [
        (
            event["id"],
            "active",
            {**SETTINGS, "loudness": 0.25},
        )
    ] == module.HEARD
    assert states() == [("delivered", "loud", "")]
    assert "t0ken" not in str(Binding.objects.values().get())
    assert ("siren", "Siren", "") in offered()
    assert binding.host == "https://siren.example"


def test_its_secret_is_masked_in_what_it_shows(bind_siren):
    binding, _ = bind_siren()

    assert trying.check_connection(binding).text == "it is there, with •••"
    (request,) = trying.dry_run(binding, made_up(Phase.ACTIVE)).requests
    assert request.url == "https://siren.example/?t=•••"


def test_its_own_check_of_the_mapping_is_asked(bind_siren):
    binding, _ = bind_siren()
    binding.mapping = {"south": 1}
    entries = OutboxEntry.objects.count()

    with pytest.raises(BadMapping, match="mapping: north: is missing"):
        save_binding(caller=STAFF, binding=binding, settings=SETTINGS, now=datetime.now(UTC))

    assert OutboxEntry.objects.count() == entries
    assert Binding.objects.get().mapping == {"north": 1}


@pytest.mark.parametrize(
    ("push", "state", "reason"),
    [
        (
            "raise RuntimeError('t0ken is wrong')",
            "waiting",
            "the backend raised RuntimeError('••• is wrong')",
        ),
        ("raise SystemExit(3)", "waiting", "the backend raised SystemExit(3)"),
        ("raise KeyboardInterrupt", "waiting", "the backend raised KeyboardInterrupt()"),
        ("return None", "waiting", "the backend gave back None, which is no Receipt"),
        ("return 'fine'", "waiting", "the backend gave back 'fine', which is no Receipt"),
        ("return Receipt('fine', ['a', 'list'], 7)", "delivered", ""),
        ("return Receipt(10**30, 'a\\0b\\ud800')", "delivered", ""),
        ("raise TryLater('no\\0w', after='soon', status='x')", "waiting", "no\ufffdw"),
        ("raise TryLater('not now', after=float('nan'))", "waiting", "not now"),
        ("raise Refused(None, answer=b'x')", "dead", "None"),
        ("raise Refused('\\ud800' * 9)", "dead", "?" * 9),
        ("raise OnHold('x' * 5000)", "waiting", "x" * 1000),
    ],
)
def test_whatever_push_does_others_go_on(bind_siren, bind, retailer, program, push, state, reason):
    bind(name="log")
    bind_siren(push)
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))

    carry_out()

    log, hall = states()
    assert log == ("delivered", "prices is active: PRICE 0.1", "")
    assert (hall[0], hall[2]) == (state, reason)


def test_one_that_hangs_is_waited_for_no_longer_than_allowed(bind_siren, bind, retailer, program, settings):
    settings.BACKEND_TIMEOUT = 0.2
    settings.CIRCUIT_THRESHOLD = 1_000
    bind(name="log")
    _, module = bind_siren("HEARD.append(1); GO_ON.wait(); return Receipt()")
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))

    try:
        carry_out(calls_module._MOST_OVERDUE + 2)

        log, hall = states()
        assert log[0] == "delivered"
        assert (hall[0], hall[2]) == (
            "waiting",
            "8 earlier calls have not come back; the worker has to be restarted",
        )
        # Each that hangs holds a thread, so that there are no more of them than this.
        assert len(module.HEARD) == calls_module._MOST_OVERDUE
    finally:
        module.GO_ON.set()


def test_one_that_cannot_be_imported_holds_up_its_own_binding_only(
    bind_siren, bind, install, retailer, program
):
    bind(name="log")
    binding, _ = bind_siren()
    install("raise RuntimeError('no licence for this machine')")
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))

    carry_out()

    said = "The backend 'siren' cannot be imported: RuntimeError('no licence for this machine')"
    assert states() == [("delivered", "prices is active: PRICE 0.1", ""), ("waiting", "", said)]
    binding.refresh_from_db()
    assert binding.trouble == said
    assert [each.fault for each in offered() if each.name == "siren"] == [said]
    with pytest.raises(BadSettings, match="no licence"):
        save_binding(caller=STAFF, binding=binding, settings=SETTINGS, now=datetime.now(UTC))

    # Mended, and saved once more: what has waited is pushed.
    module = install(siren(HEARS))
    save_binding(
        caller=STAFF, binding=Binding.objects.get(name="hall"), settings=SETTINGS, now=datetime.now(UTC)
    )
    carry_out()
    assert states()[1][:2] == ("delivered", "loud")
    assert len(sys.modules[module].HEARD) == 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import sys; sys.exit(1)", "cannot be imported: SystemExit(1)"),
        ("Backend = 7", "is none: it has no title"),
        ("class Other: pass", "cannot be imported: AttributeError"),
        (
            "class Backend:\n    title = 'x'\n    def push(self, change): pass",
            "it has no only_newest_matters",
        ),
        ("syntax error", "cannot be imported: SyntaxError"),
    ],
)
def test_what_is_no_backend_is_none(install, source, said):
    install(dedent(source))

    with pytest.raises(NoSuchBackend, match="siren") as caught:
        backend_named("siren")

    assert said in str(caught.value)
    assert backend_named("console").title == "Console"


def test_no_package_takes_the_name_of_one_of_ours(install):
    install(siren(HEARS), name="console")

    assert backend_named("console").title == "Console"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("def host(self): return 1 / 0", "ZeroDivisionError"),
        ("def host(self): return None", "does not say whom it calls"),
        ("def host(self): return 'x' * 301", "does not say whom it calls"),
        ("def __init__(self, bound): raise KeyError('url')", "KeyError('url')"),
    ],
)
def test_one_that_cannot_be_made_is_not_bound(bind, install, broken, said):
    head, _, rest = siren(HEARS).partition("    def dry_run")
    name = broken.partition("(")[0]
    head = head.replace(f"    {name}(", f"    {name}_as_it_was(")
    install(f"{head}    {broken}\n\n    def dry_run{rest}")

    with pytest.raises(BadSettings) as caught:
        bind("siren", "hall", settings=SETTINGS, mapping={"north": 1})

    assert said in caught.value.detail
    assert not Binding.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_the_backend_in_the_readme_works_as_it_stands_there(install, bind, other_side, retailer, program):
    section = (PROJECT / "README.md").read_text().partition("## Write your own backend")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    assert len(code.splitlines()) < 40
    install(code + "\n\nBackend = Siren\n")
    binding = bind("siren", "hall", settings={"url": f"{other_side.root}/siren", "token": "t0ken"})

    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))
    carry_out()

    assert [(each.body, each.headers["Authorization"]) for each in other_side.heard] == [
        (b"on", "Bearer t0ken")
    ]
    assert trying.dry_run(binding, made_up(Phase.ENDED)).requests[0].body == "off"
    other_side.replies.append(Reply(503))
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))
    carry_out()
    assert states()[1][0] == "waiting"
