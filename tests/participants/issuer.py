"""A small identity provider: it serves a key set on loopback, counts who asks, and fails when it is told to."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.participants.keys import private_key

ISSUER, AUDIENCE = "https://login.example/", "vtn"


class Issuer:
    """`answer` is what the next request gets; `hold` may be cleared to let requests wait."""

    def __init__(self):
        self.requests = 0
        self.status, self.answer = 200, b""
        self.headers = {}
        self.hold = threading.Event()
        self.hold.set()

    def publish(self, *jwks):
        self.status, self.answer = 200, json.dumps({"keys": jwks}).encode()


def jwk(name, algorithm="RS256", **changes):
    public = private_key(algorithm, name).public_key()
    to_jwk = ECAlgorithm.to_jwk if algorithm.startswith("ES") else RSAAlgorithm.to_jwk
    return {**to_jwk(public, as_dict=True), "kid": name, **changes}


def signed(claims, name="first", algorithm="RS256", **headers):
    return jwt.encode(
        claims, private_key(algorithm, name), algorithm=algorithm, headers={"kid": name, **headers}
    )


@contextmanager
def running_issuer():
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            issuer.requests += 1
            issuer.hold.wait(10)
            self.send_response(issuer.status)
            for name, value in issuer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(issuer.answer)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    issuer.url = f"http://127.0.0.1:{server.server_port}/keys"
    try:
        yield issuer
    finally:
        issuer.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
