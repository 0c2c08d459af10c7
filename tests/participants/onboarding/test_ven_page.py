"""A VEN's page: its credentials and the origin of its grant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import ClientSecret, Ven
from participants.services.client_secrets import add_secret, set_secret_expiry
from tests.conftest import NOON
from tests.participants.conftest import make_resource
from vtn.caller import Caller, Role

STAFF = Caller.staff("tests")


@pytest.fixture
def house(enrol):
    enrol("ven", Role.VEN, targets=["north"])
    return Ven.objects.get()


def shown(staff, ven):
    return staff.get(reverse("admin:participants_ven_change", args=[ven.pk])).text


def test_it_leads_to_a_new_secret_and_shows_none(staff, house):
    now = timezone.now()
    made = add_secret(caller=STAFF, client_id="ven", label="the old meter", now=now)
    set_secret_expiry(caller=STAFF, secret_id=made.secret.pk, expires_at=now - timedelta(days=1), now=now)

    page = shown(staff, house)

    assert reverse("admin:participants_client_add_secret", args=["ven"]) in page
    assert "the old meter" in page
    assert "it is over" in page
    assert made.text not in page
    assert not any(kept in page for kept in ClientSecret.objects.values_list("hash", flat=True))


def test_each_target_is_shown_with_where_it_comes_from(staff, house):
    resource = make_resource(house.id, "<b>pump</b>", targets=["south"])

    page = shown(staff, house)

    assert "<tr><td>north</td><td>this VEN</td></tr>" in page
    link = reverse("admin:participants_resource_change", args=[resource.id])
    assert f'<tr><td>south</td><td><a href="{link}">&lt;b&gt;pump&lt;/b&gt;</a></td></tr>' in page


def test_of_many_resources_that_grant_the_same_one_is_named(staff, house):
    for number in range(3):
        make_resource(house.id, f"pump {number}", targets=["south"])

    link = f"{reverse('admin:participants_resource_changelist')}?q={house.id}"
    assert f'<a href="{link}">pump 0</a> and 2 other resources' in shown(staff, house)


def test_a_ven_of_nobody_and_one_without_a_client_have_a_page_too(staff, db):
    for name, client_id in (("orphan", None), ("early", "later")):
        ven = Ven.objects.create(
            ven_name=name, client_id=client_id, created_at=NOON, modified_at=NOON, content={}
        )

        page = shown(staff, ven)

        assert "nothing: it sees what has no targets" in page
        assert "add-secret" not in page
