# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""Every page on a telephone and on a small laptop: what is too wide for it stands in a box that can be scrolled."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from participants.models import Ven
from tests.browser.width import LAPTOP, PHONE, sticking_out
from tests.events.backends.conftest import bind
from tests.events.dr_events.conftest import mill, tool
from tests.licensing.conftest import license, scene
from tests.notifications.conftest import laboratory, subscribe, subscriber
from tests.vtn.admin.test_every_page import everything

pytestmark = pytest.mark.django_db(transaction=True)


def addresses():
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_change", args=[model.objects.first().pk])
    yield from map(
        reverse, ("admin:index", "admin:programs_program_import", "admin:participants_ven_onboard")
    )
    yield from map(reverse, ("admin:licensing_license_import", "admin:tariffs_import_prices"))
    yield from map(reverse, ("admin:tariffs_storedtiming_import", "admin:events_eventdraft_compose"))
    yield f"{reverse('why')}?ven={Ven.objects.first().pk}"


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_nothing_sticks_out(visit, everything, viewport):
    page = visit(viewport=viewport)

    faults = {}
    for address in addresses():
        page.goto(address)
        if found := sticking_out(page):
            faults[address] = found

    assert faults == {}
