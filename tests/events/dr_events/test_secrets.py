"""Secrets of participants' webhooks when the sealing key changes."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from participants.models import Participant
from participants.signing_keys import signature
from tests.events.dr_events.conftest import at, dr_event_request, participant_request, posted
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db


def test_they_are_put_under_a_new_key_before_the_old_one_goes(tool, mail_server, receiver, settings, capsys):
    hook = {"contactWebhook": receiver.url("/dr")}
    posted(tool, "/dr/participants", participant_request(**hook, contactWebhookSecret="hush"))
    posted(tool, "/dr/participants", participant_request(code="EASTDOCK"))
    posted(tool, "/dr/dr-events", dr_event_request())
    sealed, changes = Participant.objects.get(code="NORTHMILL").sealed_secret, OutboxEntry.objects.count()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key", [settings.SECRET_KEY]
    call_command("reseal_tokens")
    settings.SECRET_KEY_FALLBACKS = []
    at("2126-12-01T12:00:00Z")

    assert capsys.readouterr().out == "Objects whose secrets were sealed anew: 1\n"
    (call,) = receiver.heard
    signed = call.headers["X-OpenADR-Signature"]
    assert signed == signature(call.body, ["hush"], int(signed[2:].partition(",")[0]))
    assert Participant.objects.get(code="NORTHMILL").sealed_secret != sealed
    assert Participant.objects.get(code="EASTDOCK").sealed_secret == ""
    assert OutboxEntry.objects.count() == changes
