"""Bodies that come in chunks, as the web server hands them on: with an end, and without a length."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application

from programs.models import Program
from vtn.chunked import with_length
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
    application = with_length(get_wsgi_application())
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
