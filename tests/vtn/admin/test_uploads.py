"""How much staff may send: files have a limit of their own, which nobody else has."""

from __future__ import annotations

import json
from http import HTTPStatus
from io import BytesIO

import pytest
from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from vtn.admin.uploads import UploadField
from vtn.intake import REFUSED, Intake

IMPORT = reverse("admin:programs_program_import")
TOO_LARGE = f"413 {HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase}"  # Python 3.13 has RFC 9110's words


@pytest.fixture
def send(settings):
    """A body of a length, to what stands in front of Django: the status that Django finds, or is not asked for."""
    settings.MAX_BODY_BYTES, settings.MAX_UPLOAD_BYTES = 1_000, 3_000

    def django(environ, start_response):
        start_response(f"{environ.get(REFUSED, 200)} reached", [])
        return [environ["wsgi.input"].read()]

    def send(length: int, *, path: str = IMPORT, staff: Client | None = None):
        cookies = {name: cookie.value for name, cookie in staff.cookies.items()} if staff else {}
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(length),
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "wsgi.input": BytesIO(b" " * length),
        }
        answered = []
        body = Intake(django)(environ, lambda status, headers: answered.append(status))
        return answered[0], b"".join(body)

    return send


def test_staff_may_send_what_nobody_else_may(log_in, send):
    assert send(3_000, staff=log_in("viewer")) == ("200 reached", b" " * 3_000)
    for nobody in (None, Client()):
        status, body = send(1_001, staff=nobody)
        assert status == TOO_LARGE
        assert json.loads(body)["detail"] == "The body is longer than 1000 bytes"


def test_at_other_doors_staff_are_like_everybody(log_in, send):
    assert send(1_001, staff=log_in(), path="/openadr3/3.1.0/programs")[0] == TOO_LARGE


def test_who_is_no_longer_staff_is_like_everybody(log_in, send):
    staff = log_in("administrator")
    User.objects.update(is_staff=False)

    assert send(1_001, staff=staff)[0] == TOO_LARGE


def test_what_is_too_long_for_staff_too_is_for_django_to_tell(log_in, send):
    assert send(3_001, staff=log_in("administrator")) == ("413 reached", b"")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "It is too large: at most 32.0\xa0MB can be sent here."),
        (HTTPStatus.REQUEST_TIMEOUT, "It was not sent in time; nothing was done with it."),
        (HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy; nothing was done. Try again."),
    ],
)
def test_the_page_it_came_from_tells(log_in, status, told):
    staff = log_in("administrator")

    assert staff.post(IMPORT, **{REFUSED: status}).headers["Location"] == IMPORT

    assert told in staff.get(IMPORT).content.decode()


def test_a_session_that_is_made_up_is_nobodys(db, send):
    forged = Client()
    for key in ("short", "a" * 32, "'; drop table", "é" * 40):
        forged.cookies["sessionid"] = key
        assert send(1_001, staff=forged)[0] == TOO_LARGE


def test_a_field_tells_its_limit_to_the_browser_and_keeps_to_it(settings):
    settings.MAX_UPLOAD_BYTES = 10
    field = UploadField()

    assert field.widget.attrs["data-most-bytes"] == 10
    assert "10\xa0bytes" in str(field.widget.attrs["data-too-large"])
    assert UploadField(most_bytes=5).widget.attrs["data-most-bytes"] == 5
    assert UploadField(most_bytes=50).widget.attrs["data-most-bytes"] == 10
    assert field.clean(SimpleUploadedFile("a", b"1234567890"))
    with pytest.raises(forms.ValidationError, match="too large"):
        field.clean(SimpleUploadedFile("a", b"12345678901"))
