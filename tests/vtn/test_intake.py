"""What is looked at before Django sees a request: bodies in chunks, slow ones, and odd character sets."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from io import BytesIO
from typing import Any

import pytest
import requests
from django.core.wsgi import get_wsgi_application

from programs.models import Program
from tests.web import serving
from vtn.intake import Intake
from vtn.wire import body

# Django's handler closes the connection at the start of a request, and with it any transaction around a test.
pytestmark = pytest.mark.django_db(transaction=True)


class Trickle(BytesIO):
    """Hands out a few bytes at a time, as they arrive."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 10_000))


def send(actor: Any, text: bytes, **environ: Any) -> tuple[int, Any]:
    """A POST to /programs through Django's handler, as granian makes it of a chunked request."""
    status: list[str] = []
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/openadr3/3.1.0/programs",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {actor.token}",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.url_scheme": "http",
        "wsgi.input": Trickle(text),
        "wsgi.input_terminated": True,
        **environ,
    }
    application = Intake(get_wsgi_application())
    answer = b"".join(application(request, lambda line, headers: status.append(line)))
    return int(status[0][:3]), body.decode(answer)


@pytest.mark.parametrize("padding", [0, 100_000])
def test_a_body_without_a_length_is_read_to_its_end(retailer, padding):
    status, program = send(retailer, b'{"programName":"p"}' + b" " * padding)

    assert (status, program["programName"]) == (201, "p")


def test_one_that_does_not_end_within_the_limit_is_refused(retailer):
    status, problem = send(retailer, b'{"programName":"p"}' + b" " * (1 << 20))

    assert (status, problem["detail"]) == (413, "The body is longer than 1048576 bytes")
    assert not Program.objects.exists()


def test_a_stream_whose_end_nobody_knows_is_not_read(retailer):
    status, problem = send(retailer, b'{"programName":"p"}', **{"wsgi.input_terminated": False})

    assert (status, problem["detail"]) == (400, "Object missing required field `programName`")


@pytest.mark.parametrize("charset", ["cp037", "hex", "zlib", "rot13", "unicode_escape", "utf-16", "nonsense"])
def test_the_character_set_of_a_body_does_not_change_how_a_query_is_read(retailer, ven, program, charset):
    retailer.post("/events", {"programID": program["id"]})
    query = "?programID=nothing&targets=%5Cx00"

    for actor in (retailer, ven):
        answer = actor.get(f"/events{query}")
        odd = _through_intake(actor, f"/events{query}", f"text/plain; charset={charset}")
        assert (odd[0], odd[1]) == (answer.status_code, answer.json()) == (200, [])


def test_a_path_with_a_nul_is_refused_everywhere(retailer):
    status, problem = _through_intake(retailer, "/events/\0", "text/plain", root="/admin")

    assert (status, problem["detail"]) == (400, "The path holds a NUL character")


def test_nor_may_a_query_of_the_admin_hold_one(retailer):
    """Its lists, and what completes names in forms, would ask PostgreSQL for it."""
    path = "/autocomplete/?app_label=participants&model_name=resource&field_name=ven&term=%00"

    status, problem = _through_intake(retailer, path, "text/plain", root="/admin")

    assert (status, problem["detail"]) == (400, "The query holds a NUL character")


def _through_intake(actor: Any, path: str, content_type: str, root: str | None = None) -> tuple[int, Any]:
    path, _, query = path.partition("?")
    return send(
        actor,
        b"",
        REQUEST_METHOD="GET",
        PATH_INFO=(actor.root if root is None else root) + path,
        QUERY_STRING=query,
        CONTENT_TYPE=content_type,
    )


def test_clients_that_send_nothing_hold_up_nobody_who_polls(ven, program):
    with serving(workers=1, BODY_TIMEOUT_SECONDS="1.5") as web:
        host, port = web.url.removeprefix("http://").split(":")
        slow = [socket.create_connection((host, int(port))) for _ in range(6)]
        for number, connection in enumerate(slow):
            method = b"POST" if number % 2 else b"GET"
            connection.sendall(
                method
                + b" /openadr3/3.1.0/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n12345"
            )

        polls = [
            requests.get(
                f"{web.url}/openadr3/3.1.0/events",
                headers={"Authorization": f"Bearer {ven.token}"},
                timeout=5,
            )
            for _ in range(20)
        ]
        answers = [connection.recv(4096).split(b"\r\n")[0] for connection in slow]

    assert [poll.status_code for poll in polls] == [200] * 20
    assert {answer.split()[1] for answer in answers[1::2]} <= {b"408", b"503"}
    assert {answer.split()[1] for answer in answers[::2]} == {b"405"}


@pytest.mark.parametrize(
    "head",
    [
        b"POST /openadr3/3.1.0/auth/token HTTP/1.1\r\nContent-Length: 100",
        b"POST /openadr3/3.1.0/auth/token HTTP/1.1\r\nContent-Length: 100\r\nConnection: close",
        b"POST /openadr3/3.1.0/auth/token HTTP/1.1\r\nTransfer-Encoding: chunked",
        b"POST /openadr3/3.1.0/auth/token HTTP/1.1\r\nContent-Length: 100000000",
        b"POST /admin/login/ HTTP/1.1\r\nContent-Length: 100",
    ],
)
def test_nor_do_those_that_stay_when_they_were_told_that_it_is_too_late(ven, program, head):
    with serving(workers=1, BODY_TIMEOUT_SECONDS="0.3") as web:
        host, port = web.url.removeprefix("http://").split(":")
        slow = [socket.create_connection((host, int(port))) for _ in range(3)]
        for connection in slow:
            connection.sendall(head + b"\r\nHost: x\r\n\r\n5\r\n1")
        told = [connection.recv(4096).split()[1] for connection in slow]

        answers = [
            requests.get(
                f"{web.url}/openadr3/3.1.0/events",
                headers={"Authorization": f"Bearer {ven.token}"},
                timeout=5,
            )
            for _ in range(5)
        ]
        again = requests.post(f"{web.url}/openadr3/3.1.0/auth/token", data={}, timeout=5)

    assert set(told) <= {b"408", b"503"}
    assert b"408" in told
    assert [answer.status_code for answer in answers] == [200] * 5
    assert again.status_code == 400


def test_a_body_over_the_limit_gets_its_answer_although_the_client_sends_all_of_it_first(retailer):
    with serving(workers=1) as web:
        request = urllib.request.Request(
            f"{web.url}/openadr3/3.1.0/programs",
            data=b" " * (3 << 20),
            headers={"Authorization": f"Bearer {retailer.token}", "Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(request, timeout=10)

    assert refusal.value.code == 413
    assert json.load(refusal.value)["detail"] == "The body is longer than 1048576 bytes"
