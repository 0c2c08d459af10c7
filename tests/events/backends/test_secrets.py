"""Secrets of bindings when the sealing key changes."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from events.bindings.models import Binding
from tests.conftest import event_request
from tests.events.backends.conftest import carry_out, states
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

LOST = (
    "No key opens what is sealed for secret of binding {id}. Either it is not ours, or its key is gone: put the "
    "SECRET_KEY of before into SECRET_KEY_FALLBACKS, or its key back into SEALING_KEYS"
)


@pytest.fixture
def waiting(retailer, program, bind_http) -> Binding:
    """Two bindings, of which one has a secret; each has a push that waits."""
    binding = bind_http("there", "/there", secret="Bearer hush")
    bind_http("elsewhere", "/elsewhere")
    period = {"start": "2126-06-01T00:00:00Z", "duration": "PT1H"}
    retailer.post("/events", event_request(program, intervalPeriod=period))
    return binding


def test_they_are_put_under_a_new_key_before_the_old_one_goes(waiting, other_side, settings, capsys):
    sealed, changes = waiting.sealed_secrets, OutboxEntry.objects.count()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key", [settings.SECRET_KEY]
    call_command("reseal_tokens")
    settings.SECRET_KEY_FALLBACKS = []
    carry_out()

    assert capsys.readouterr().out == "Objects whose secrets were sealed anew: 2\n"
    heard = {each.path: each.headers.get("Authorization") for each in other_side.heard}
    assert heard == {"/there": "Bearer hush", "/elsewhere": None}
    assert [state for state, _, _ in states()] == ["delivered"] * 2
    waiting.refresh_from_db()
    assert (waiting.sealed_secrets.keys(), waiting.sealed_secrets != sealed) == (sealed.keys(), True)
    assert OutboxEntry.objects.count() == changes


def test_what_no_key_opens_holds_its_binding_and_no_other(waiting, other_side, settings):
    settings.SECRET_KEY = "the next key"
    carry_out()

    assert [each.path for each in other_side.heard] == ["/elsewhere"]
    waiting.refresh_from_db()
    assert waiting.trouble == LOST.format(id=waiting.pk)
