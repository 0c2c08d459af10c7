"""Guessing secrets: who has to wait, who has not, and what happens without a cache. Counted in a real valkey."""

import random
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client as HttpClient
from django.utils import timezone

from participants.attempts import Attempts, address_of
from participants.models import ClientSecret
from participants.services import client_secrets
from tests.participants.conftest import FORM, NOW, STAFF
from vtn import errors


@pytest.fixture(autouse=True)
def limits(settings):
    settings.TOKEN_ATTEMPTS_PER_CLIENT = 3
    settings.TOKEN_ATTEMPTS_PER_ADDRESS = 6
    # Windows are fixed, and a test must not see one end.
    settings.TOKEN_ATTEMPTS_WINDOW = timedelta(days=3650)


@pytest.fixture
def fail(ask, ven):
    def attempt(client_id=ven.client_id):
        return ask({**ven.form, "client_id": client_id, "client_secret": "guess"})

    return attempt


def address():
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"


def test_after_too_many_failures_not_even_the_right_secret_is_looked_at(ask, ven, fail, settings):
    assert [fail().status_code for _ in range(3)] == [401, 401, 401]

    response = ask(ven.form)

    detail = "Too many failed attempts from this address; try again later"
    assert response.status_code == 429
    assert response.json() == {
        "error": "invalid_request",
        "error_description": detail,
        "title": "Too Many Requests",
        "status": 429,
        "detail": detail,
    }
    assert 0 < int(response["Retry-After"]) <= settings.TOKEN_ATTEMPTS_WINDOW.total_seconds()
    assert response["Cache-Control"] == "no-store"


def test_the_client_is_not_locked_out_at_another_address(ven, fail):
    for _ in range(5):
        fail()

    elsewhere = HttpClient(REMOTE_ADDR=address()).post(
        "/openadr3/3.1.0/auth/token",
        f"grant_type=client_credentials&client_id={ven.client_id}&client_secret={ven.secret}",
        content_type=FORM,
    )

    assert elsewhere.status_code == 200


def test_another_client_at_the_same_address_is_not_locked_out(ask, retailer, fail):
    for _ in range(5):
        fail()

    assert ask(retailer.form).status_code == 200


def test_a_success_lets_the_client_start_afresh(ask, ven, fail):
    for _ in range(2):
        fail()
        fail()
        assert ask(ven.form).status_code == 200


def test_an_address_that_tries_many_clients_has_to_wait_whatever_it_knows(ask, retailer, fail):
    statuses = [fail(f"guess-{number}").status_code for number in range(7)]

    assert statuses == [401] * 6 + [429]
    assert ask(retailer.form).status_code == 429


def test_one_good_secret_does_not_buy_more_guesses(ask, retailer, fail):
    for number in range(6):
        fail(f"guess-{number}")
        ask(retailer.form)

    assert fail("guess-7").status_code == 429


def test_a_refused_scope_is_no_failed_attempt(ask, ven):
    statuses = {ask({**ven.form, "scope": "write_events"}).status_code for _ in range(5)}

    assert statuses == {400}
    assert ask(ven.form).status_code == 200


def test_without_a_cache_tokens_are_issued_and_refused_as_ever(ask, ven, fail, settings, caplog):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock",
        }
    }

    assert ask(ven.form).status_code == 200
    assert {fail().status_code for _ in range(5)} == {401}
    assert "not counted while the cache is away" in caplog.text


def test_counts_end_with_their_window(settings):
    settings.TOKEN_ATTEMPTS_WINDOW = timedelta(minutes=5)
    here, now = address(), datetime(2026, 3, 1, 12, 3, 30, tzinfo=timezone.get_current_timezone())
    attempts = Attempts.of(client_id="a", address=here, now=now)
    for _ in range(3):
        attempts.count_failure()

    with pytest.raises(errors.TooManyAttempts) as refused:
        attempts.require_few()
    assert refused.value.retry_after == 90
    Attempts.of(client_id="a", address=here, now=now + timedelta(seconds=90)).require_few()


def test_what_is_counted_holds_no_client_id(fail, ven):
    fail()

    keys = cache._cache.get_client().keys("*token-attempts*")
    assert keys
    assert not any(ven.client_id.encode() in key for key in keys)


def test_failures_change_no_record(fail, ven):
    before = list(ClientSecret.objects.values())

    for _ in range(5):
        fail()

    assert list(ClientSecret.objects.values()) == before


@pytest.mark.parametrize(
    ("proxies", "connection", "forwarded", "expected"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "192.0.2.1", "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "192.0.2.1", None, "192.0.2.1"),
        (1, "192.0.2.1", "", "192.0.2.1"),
        (1, "192.0.2.1", "unknown", "192.0.2.1"),
        (1, "192.0.2.1", "x:y\nz", "192.0.2.1"),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        (0, "2001:db8:1:2:ffff::1", None, "2001:db8:1:2::"),
        (0, "::ffff:192.0.2.1", None, "192.0.2.1"),
        (0, "fe80::1%eth0", None, "fe80::"),
        (0, "", None, "unknown"),
    ],
)
def test_the_address_is_that_of_the_connection_or_of_the_outermost_trusted_proxy(
    settings, proxies, connection, forwarded, expected
):
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": connection, **({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})}

    assert address_of(meta) == expected


def test_a_forged_forwarded_header_does_not_change_who_is_counted(ask, ven, fail):
    for number in range(3):
        ask({**ven.form, "client_secret": "guess"}, **{"x-forwarded-for": f"198.51.100.{number}"})

    assert fail().status_code == 429


def test_a_revoked_secret_counts_as_a_failure(ask, ven):
    client_secrets.revoke_secret(caller=STAFF, secret_id=ClientSecret.objects.get().id, now=NOW)

    assert [ask(ven.form).status_code for _ in range(4)] == [401, 401, 401, 429]


def test_passwords_of_staff_cannot_be_guessed_either(db):
    get_user_model().objects.create_superuser("eva", password="correct horse")
    browser = HttpClient(REMOTE_ADDR=address())

    def log_in(password, username="eva"):
        return browser.post("/admin/login/", {"username": username, "password": password})

    assert [log_in("guess").status_code for _ in range(3)] == [200, 200, 200]
    refused = log_in("correct horse")
    another = log_in("guess", username="otto")

    assert "Too many failed attempts" in refused.content.decode()
    assert "_auth_user_id" not in browser.session
    assert "Too many failed attempts" not in another.content.decode()
    elsewhere = HttpClient(REMOTE_ADDR=address())
    assert (
        elsewhere.post("/admin/login/", {"username": "eva", "password": "correct horse"}).status_code == 302
    )
