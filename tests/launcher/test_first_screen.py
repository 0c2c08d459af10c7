import json
import subprocess
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from vtn.launcher.errors import CannotStart
from vtn.launcher.first_screen import Demo, Login, curl_line, first_screen
from vtn.launcher.home import Home
from vtn.launcher.options import Options
from vtn.launcher.web_address import WebAddress

DEMO = {
    "admin": {"username": "admin", "password": "pass word"},
    "business": {"client_id": "bl", "client_secret": "bl-secret"},
    "ven": {"client_id": "ven-1", "client_secret": "it's $ecret"},
    "program": {"id": "p1", "name": "Day-ahead prices"},
}


class StandIn(BaseHTTPRequestHandler):
    """Answers as the VTN does, and only to who asks in the right way."""

    def do_POST(self):
        expected = "Basic " + b64encode(b"ven-1:it's $ecret").decode()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        granted = self.headers["Authorization"] == expected and body == b"grant_type=client_credentials"
        self._answer(
            self.path == "/openadr3/3.1.0/auth/token" and granted, b'{"access_token":"a.b-c_d","x":"y"}'
        )

    def do_GET(self):
        allowed = self.headers["Authorization"] == "Bearer a.b-c_d"
        self._answer(self.path == "/openadr3/3.1.0/events" and allowed, b"[the events]")

    def _answer(self, good, body):
        self.send_response(200 if good else 403)
        self.end_headers()
        self.wfile.write(body if good else b"refused")

    def log_message(self, *args):
        pass


@pytest.fixture
def options():
    with ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Options(Home.at("/srv/vtn"), WebAddress("127.0.0.1", server.server_address[1]), workers=2)
        server.shutdown()


def test_the_line_to_try_works_when_it_is_pasted_into_a_shell(options):
    line = curl_line(options, Login("ven-1", "it's $ecret"))

    pasted = subprocess.run(["sh"], input=line, capture_output=True, text=True, check=True)

    assert "\n" not in line
    assert pasted.stdout == "[the events]"


def test_the_first_screen_shows_every_address_and_every_key(options):
    screen = first_screen(options, Demo.parse(json.dumps(DEMO)))

    url = options.address.url
    for path in ("/openadr3/3.1.0", "/openadr3/3.0.1", "/admin/", "/docs/", "/health/ready"):
        assert f"{url}{path}" in screen
    for shown in ("admin", "pass word", "bl-secret", "it's $ecret", "Day-ahead prices", "p1", "/srv/vtn"):
        assert shown in screen


@pytest.mark.parametrize("text", ["", "no JSON", "{}", '{"admin": []}'])
def test_a_demo_that_says_something_else_is_refused(text):
    with pytest.raises(CannotStart, match="create_demo printed something unexpected"):
        Demo.parse(text)
