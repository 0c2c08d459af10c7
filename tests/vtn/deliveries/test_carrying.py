"""What is sent is written down as it ends."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest
from django.db import connection, transaction

from tests.conftest import NOON
from tests.vtn.deliveries.test_windows import TAKEN
from vtn.deliveries import store
from vtn.deliveries.carrying import CarryingRules, carry_out
from vtn.deliveries.circuits import CircuitRules
from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import Retries
from vtn.deliveries.store import Addressee
from vtn.relay.changes import Change

RULES = CarryingRules(Retries(first=1, most=1, give_up_after=60), CircuitRules(5, 1, 1), lease=60)


class Noting:
    """A channel that sends at once, and knows in which transactions it noted that."""

    def __init__(self):
        self.transactions = []

    def prepare(self, claimed):
        return {each.id: None for each in claimed}

    @asynccontextmanager
    async def open(self):
        async def send(_request):
            return TAKEN

        yield send

    def note(self, outcomes):
        with connection.cursor() as cursor:
            cursor.execute("SELECT txid_current()")
            self.transactions += cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_what_ends_together_is_noted_channel_by_channel():
    """Two channels may have the same recipients: together they would lock them in no one order."""
    channels = {"backend": Noting(), "licence": Noting()}
    with transaction.atomic():
        for number in range(100):
            for channel in channels:
                change = Change(number, "EVENT", f"o{number}", "UPDATE", None, NOON, {}, None, None)
                addressees = [Addressee(1, f"http://{number}")]
                store.post(change, channel=channel, operation="UPDATE", body="{}", addressees=addressees)

    carry_out(channels, RULES, look_around=lambda: False, call_for_help=lambda: None, run_for=60)

    assert Delivery.objects.filter(state="delivered").count() == 200
    backend, licence = (channel.transactions for channel in channels.values())
    assert backend
    assert licence
    assert not {*backend} & {*licence}
