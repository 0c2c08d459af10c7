"""What one request, one line of a file or one network cannot make of the doors to timings."""

from __future__ import annotations

import json
from ipaddress import ip_network

import pytest
from django.test import Client as DjangoClient

from tariffs.models import StoredTiming
from tariffs.timings.wire import csv_table
from tests.conftest import Actor
from tests.tariffs.timings.conftest import WINTER_EVE, line, post

MONTH_DAYS = ";".join(map(str, range(1, 32)))
YEARS = ";".join(map(str, range(2013, 2043)))


@pytest.mark.parametrize(
    "lists", [f"{YEARS},1;2,{MONTH_DAYS},1;2", f"{'1' * 255},,,", f"*all,*all,*all,{YEARS};"]
)
def test_a_line_of_long_lists_is_judged_at_once(lists):
    """Each list can be cut into numbers in so many ways that to try them all would take for ever."""
    taken = csv_table.read(f"EVE,{lists},16:00:00\n".encode(), tpid="DR_2026")
    refused = csv_table.read(f"EVE,{lists},16:00\n".encode(), tpid="DR_2026")

    assert (taken.refused_in_2013, refused.refused_in_2013) == ((), (1,))


@pytest.mark.django_db
def test_of_too_many_requests_the_first_is_told_so_and_no_other_is_read(retailer: Actor, settings):
    settings.MAX_BATCH = 1
    body = line("Apier.GetTPTimingIds", {"TPid": "x"}) + "{}" * 1_000

    answers = [json.loads(each) for each in post(retailer, body).content.splitlines()]

    assert [each["error"] for each in answers] == [
        "NOT_FOUND",
        "SERVER_ERROR: more than 1 requests in one body",
    ]


@pytest.mark.django_db
def test_a_trusted_network_that_is_less_than_a_host_s_own_lets_no_other_in(settings):
    """A host of IPv6 has a /64, and may be any address of it."""
    settings.TARIFFS_TRUSTED_NETWORKS = [ip_network("2001:db8::/126")]

    response = DjangoClient().generic(
        "POST", "/jsonrpc", line("Apier.SetTPTiming", WINTER_EVE), REMOTE_ADDR="2001:db8::dead:beef"
    )

    assert json.loads(response.content)["error"] is not None
    assert not StoredTiming.objects.exists()
