"""A small identity provider: it serves a key set on loopback, counts who asks, and fails when it is told to."""

import json
import threading
from contextlib import contextmanager

import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.participants.keys import private_key
from tests.twins.http_server import Handler, HttpServer

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

    class Telling(Handler):
        def do_GET(self):
            issuer.requests += 1
            issuer.hold.wait(10)
            self.answer(issuer.status, issuer.answer, issuer.headers)

    server = HttpServer(Telling)
    issuer.url = server.url("/keys")
    with server.running():
        try:
            yield issuer
        finally:
            issuer.hold.set()
