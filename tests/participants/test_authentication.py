"""Who comes through with which token, and how the others are refused."""

import base64
import hmac
import json
import time
from datetime import timedelta

import jwt
import pytest
from rest_framework.test import APIRequestFactory

from participants import tokens
from participants.authentication import ClientAuthentication
from participants.models import Client
from participants.services import clients
from participants.tokens.keys import key_ring
from tests.participants.conftest import NOW, STAFF
from tests.participants.keys import private_key, private_pem, public_pem
from vtn import errors
from vtn.caller import Caller, Role, Scope

V310, V301 = "/openadr3/3.1.0", "/openadr3/3.0.1"


def bearer(text):
    return {"authorization": f"Bearer {text}"}


def token_for(client_id="retailer", scopes=("read_all", "write_programs")):
    return tokens.issue(client_id=client_id, scopes=scopes).text


def forged(key, algorithm, *, kid=None, **changes):
    """A token like ours but for the changes; None takes a claim away."""
    now = int(time.time())
    claims = {
        "token_type": "access",
        "sub": "retailer",
        "client_id": "retailer",
        "scope": "read_all",
        "iss": "openadr3-vtn",
        "aud": "openadr3-vtn",
        "jti": "1",
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    headers = {"kid": key_ring().signing_kid if kid is None else kid}
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def own(**changes):
    ring = key_ring()
    return forged(ring.signing_key, ring.algorithm, **changes)


def authenticate(text):
    return ClientAuthentication().authenticate(APIRequestFactory().get("/", headers=bearer(text)))


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_good_token_makes_the_caller(retailer):
    text = token_for()

    assert authenticate(text) == (
        Caller("retailer", Role.BL, frozenset({Scope.READ_ALL, Scope.WRITE_PROGRAMS})),
        text,
    )


def test_a_ven_comes_with_its_grant_and_only_the_scopes_of_token_and_record(ven):
    caller, _ = authenticate(token_for(ven.client_id, ["read_all", "read_targets", "write_programs"]))

    assert caller == Caller(
        "ven-north", Role.VEN, frozenset({Scope.READ_ALL, Scope.READ_TARGETS}), frozenset({"north"})
    )


def test_a_scope_taken_from_the_client_is_gone_from_tokens_that_are_out(retailer):
    text = token_for()

    clients.set_scopes(caller=STAFF, client_id="retailer", scopes=["read_all"], now=NOW)

    assert authenticate(text)[0].scopes == {Scope.READ_ALL}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Token abc", "Bearer ä"]
)
@pytest.mark.parametrize("root", [V310, V301])
def test_a_missing_or_malformed_header_is_401_in_both_dialects(http, db, header, root):
    response = http.get(f"{root}/programs", headers={"authorization": header} if header else {})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="openadr3"'
    assert response.json()["title"] == "Unauthorized"
    assert response.json()["status"] == 401


def test_a_bad_token_is_401_in_310_and_403_in_301(http, db):
    newer = http.get(f"{V310}/programs", headers=bearer("garbage"))
    older = http.get(f"{V301}/programs", headers=bearer("garbage"))

    detail = "The token is not valid, or no longer"
    assert newer.json() == {"title": "Unauthorized", "status": 401, "detail": detail}
    assert newer["WWW-Authenticate"] == (
        f'Bearer realm="openadr3", error="invalid_token", error_description="{detail}"'
    )
    assert older.json() == {"title": "Forbidden", "status": 403, "detail": detail}


def test_a_good_token_opens_the_door(http, retailer, ask):
    text = ask(retailer.form).json()["access_token"]

    assert http.get(f"{V310}/programs", headers=bearer(text)).status_code == 200
    assert http.get(f"{V301}/programs", headers={"authorization": f"bearer  {text}"}).status_code == 200


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: "garbage", id="garbage"),
        pytest.param(lambda: "a.b.c", id="three parts of garbage"),
        pytest.param(lambda: own()[:-4], id="cut short"),
        pytest.param(lambda: f"{own()}x", id="one character more"),
        pytest.param(lambda: "x" * 20_000, id="very long"),
        pytest.param(lambda: part({"alg": "HS256", "kid": ["list"]}) + ".e30.e30", id="kid is a list"),
        pytest.param(
            lambda: base64.urlsafe_b64encode(b'{"a":' + b"[" * 9_000).decode().rstrip("=") + ".e30.e30",
            id="deeply nested header",
        ),
        pytest.param(lambda: own(exp=int(time.time()) - 60), id="expired"),
        pytest.param(lambda: own(exp=None), id="never expires"),
        pytest.param(lambda: own(exp="soon"), id="expiry is a word"),
        pytest.param(lambda: own(exp=10**400), id="expiry is a huge number"),
        pytest.param(lambda: own(nbf=int(time.time()) + 600), id="not yet"),
        pytest.param(lambda: own(aud="somebody-else"), id="for another audience"),
        pytest.param(lambda: own(aud=None), id="for no audience"),
        pytest.param(lambda: own(iss="somebody-else"), id="of another issuer"),
        pytest.param(lambda: own(iss=None), id="of no issuer"),
        pytest.param(lambda: own(jti=None), id="without an id"),
        pytest.param(lambda: own(token_type="refresh"), id="another type of token"),
        pytest.param(lambda: own(client_id=None), id="of no client"),
        pytest.param(lambda: own(client_id="nobody"), id="of an unknown client"),
        pytest.param(lambda: own(client_id="\0"), id="of a client named NUL"),
        pytest.param(lambda: own(scope=None), id="without scopes"),
        pytest.param(lambda: own(kid="another"), id="signed with an unknown key"),
        pytest.param(
            lambda: forged("another secret of enough bytes!!", "HS256"), id="another secret, our kid"
        ),
        pytest.param(lambda: forged(key_ring().signing_key, "HS384"), id="another algorithm"),
        pytest.param(lambda: forged(None, "none"), id="signed by none"),
        pytest.param(lambda: forged(private_key("RS256"), "RS256"), id="asymmetric where a secret is in use"),
    ],
)
@pytest.mark.filterwarnings("ignore:The HMAC key is 32 bytes")
def test_a_token_that_is_not_good_is_refused_and_nothing_changes(retailer, make):
    before = list(Client.objects.values())

    with pytest.raises(errors.BadCredentials):
        authenticate(make())

    assert list(Client.objects.values()) == before


@pytest.mark.parametrize("spelling", ["none", "None", "NONE", "nOnE"])
def test_none_is_no_algorithm_however_it_is_spelled(retailer, spelling):
    header, payload, _ = own().split(".")
    header = part({"alg": spelling, "typ": "JWT", "kid": key_ring().signing_kid})

    for signature in ("", own().split(".")[2]):
        with pytest.raises(errors.BadCredentials):
            authenticate(f"{header}.{payload}.{signature}")


def test_a_payload_that_was_changed_is_refused(retailer):
    header, _, signature = own().split(".")
    payload = part({"client_id": "retailer", "scope": "read_all", "exp": int(time.time()) + 60})

    with pytest.raises(errors.BadCredentials):
        authenticate(f"{header}.{payload}.{signature}")


def test_a_disabled_client_is_out_at_once_and_back_when_it_is_enabled(http, retailer):
    text = token_for()
    clients.set_enabled(caller=STAFF, client_id="retailer", is_enabled=False, now=NOW)

    refused = http.get(f"{V310}/programs", headers=bearer(text))
    assert refused.status_code == 401
    assert refused.json()["detail"] == "The client of this token is not known, or disabled"

    clients.set_enabled(caller=STAFF, client_id="retailer", is_enabled=True, now=NOW)
    assert http.get(f"{V310}/programs", headers=bearer(text)).status_code == 200


def test_a_token_is_good_until_a_few_seconds_after_it_expires(retailer, settings):
    settings.TOKEN_LIFETIME = timedelta(seconds=-4)
    assert authenticate(token_for())[0].client_id == "retailer"

    settings.TOKEN_LIFETIME = timedelta(seconds=-6)
    with pytest.raises(errors.BadCredentials):
        authenticate(token_for())


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
class TestAsymmetricKeys:
    def test_tokens_are_signed_with_the_key_and_name_it(self, retailer, settings, algorithm):
        settings.TOKEN_ALGORITHM = algorithm
        settings.TOKEN_SIGNING_KEY = private_pem(private_key(algorithm))

        text = token_for()

        assert authenticate(text)[0].client_id == "retailer"
        assert jwt.get_unverified_header(text) == {
            "alg": algorithm,
            "typ": "JWT",
            "kid": key_ring().signing_kid,
        }

    def test_the_key_may_be_a_file_or_have_its_line_ends_written_out(self, settings, tmp_path, algorithm):
        pem = private_pem(private_key(algorithm))
        (tmp_path / "key.pem").write_text(pem)
        settings.TOKEN_ALGORITHM = algorithm

        kids = set()
        for spelling in (pem, pem.replace("\n", "\\n"), str(tmp_path / "key.pem")):
            settings.TOKEN_SIGNING_KEY = spelling
            kids.add(key_ring().signing_kid)

        assert len(kids) == 1

    def test_the_public_key_as_a_shared_secret_signs_nothing(self, retailer, settings, algorithm):
        """The classic confusion: HS256 with the text that everybody may know."""
        settings.TOKEN_ALGORITHM = algorithm
        settings.TOKEN_SIGNING_KEY = private_pem(private_key(algorithm))
        secret = public_pem(private_key(algorithm)).encode()
        _, payload, _ = own().split(".")
        signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': key_ring().signing_kid})}.{payload}"
        signature = (
            base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
        )

        with pytest.raises(errors.BadCredentials):
            authenticate(f"{signed}.{signature}")

    def test_the_key_of_before_verifies_while_it_is_named_and_not_longer(self, retailer, settings, algorithm):
        settings.TOKEN_ALGORITHM = algorithm
        settings.TOKEN_SIGNING_KEY = private_pem(private_key(algorithm))
        old = token_for()

        settings.TOKEN_SIGNING_KEY = private_pem(private_key(algorithm, "second"))
        settings.TOKEN_VERIFYING_KEYS = [public_pem(private_key(algorithm))]
        assert authenticate(old)[0].client_id == "retailer"
        assert authenticate(token_for())[0].client_id == "retailer"

        settings.TOKEN_VERIFYING_KEYS = []
        with pytest.raises(errors.BadCredentials):
            authenticate(old)

    def test_the_public_keys_are_published(self, http, retailer, settings, algorithm):
        settings.TOKEN_ALGORITHM = algorithm
        settings.TOKEN_SIGNING_KEY = private_pem(private_key(algorithm))
        settings.TOKEN_VERIFYING_KEYS = [private_pem(private_key(algorithm, "second"))]

        published = jwt.PyJWKSet.from_dict(http.get(f"{V310}/auth/jwks").json())

        text = token_for()
        key = published[jwt.get_unverified_header(text)["kid"]]
        assert jwt.decode(text, key, algorithms=[algorithm], audience="openadr3-vtn")["sub"] == "retailer"
        assert len(published.keys) == 2
        assert "d" not in http.get(f"{V310}/auth/jwks").json()["keys"][0]


def test_a_secret_of_before_verifies_while_it_is_named(retailer, settings):
    settings.TOKEN_SIGNING_KEY = "first secret that is long enough"
    old = token_for()

    settings.TOKEN_SIGNING_KEY = "another secret that is long enough"
    with pytest.raises(errors.BadCredentials):
        authenticate(old)
    settings.TOKEN_VERIFYING_KEYS = ["first secret that is long enough"]
    assert authenticate(old)[0].client_id == "retailer"


def test_a_site_key_of_before_verifies_while_it_is_a_fallback(retailer, settings):
    old = token_for()

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"

    assert authenticate(old)[0].client_id == "retailer"


def test_a_shared_secret_is_not_published(http, db):
    assert http.get(f"{V310}/auth/jwks").status_code == 404
