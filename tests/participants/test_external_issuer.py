"""Tokens of an external identity provider, whose record of a client stays ours."""

import time

import jwt
import pytest
from rest_framework.test import APIRequestFactory

from participants.authentication import ClientAuthentication
from participants.services import clients
from participants.tokens import identity_provider
from tests.participants.conftest import NOW, STAFF
from tests.participants.issuer import AUDIENCE, ISSUER, jwk, running_issuer, signed
from tests.participants.keys import private_key, public_pem
from vtn import errors
from vtn.caller import Caller, Role, Scope


@pytest.fixture
def issuer(settings):
    with running_issuer() as issuer:
        issuer.publish(jwk("first"), jwk("curve", "ES256"))
        settings.EXTERNAL_ISSUER = ISSUER
        settings.EXTERNAL_AUDIENCE = AUDIENCE
        settings.EXTERNAL_JWKS_URL = issuer.url
        identity_provider.key_set.cache_clear()
        yield issuer
        identity_provider.key_set.cache_clear()


def claims(**changes):
    all_claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(time.time()) + 60,
        "azp": "ven-north",
        "scope": "read_all",
        **changes,
    }
    return {name: value for name, value in all_claims.items() if value is not None}


def authenticate(text):
    return ClientAuthentication().authenticate(
        APIRequestFactory().get("/", headers={"authorization": f"Bearer {text}"})
    )[0]


def test_the_role_and_grant_come_from_our_record(issuer, ven):
    caller = authenticate(signed(claims(scope="read_all write_programs", role="bl")))

    assert caller == Caller("ven-north", Role.VEN, frozenset({Scope.READ_ALL}), frozenset({"north"}))


def test_the_issuer_is_asked_once_for_many_requests(issuer, ven):
    for _ in range(20):
        authenticate(signed(claims()))

    assert issuer.requests == 1


@pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["other", AUDIENCE]])
def test_the_audience_is_a_text_or_a_list(issuer, ven, audience):
    assert authenticate(signed(claims(aud=audience))).client_id == "ven-north"


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "read_all write_vens unknown"},
        {"scope": ["read_all", "write_vens", 7, None]},
        {"scope": None, "scp": "write_vens read_all"},
        {"scope": None, "scp": ["write_vens", "read_all"]},
        {"scope": None, "roles": ["write_vens", "read_all", "admin"]},
        {"scope": "read_all", "roles": ["write_vens"]},
    ],
)
def test_scopes_are_found_wherever_issuers_write_them(issuer, ven, changes):
    assert authenticate(signed(claims(**changes))).scopes == {Scope.READ_ALL, Scope.WRITE_VENS}


@pytest.mark.parametrize("changes", [{"scope": None}, {"scope": {"read_all": True}}, {"scope": "READ_ALL"}])
def test_a_token_without_scopes_of_ours_may_do_nothing(issuer, ven, changes):
    assert authenticate(signed(claims(**changes))).scopes == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"azp": "ven-north", "client_id": "retailer", "sub": "retailer"},
        {"azp": None, "client_id": "ven-north", "sub": "retailer"},
        {"azp": None, "sub": "ven-north"},
        {"azp": "", "client_id": None, "sub": "ven-north"},
    ],
)
def test_the_client_is_named_by_azp_then_client_id_then_sub(issuer, ven, retailer, changes):
    assert authenticate(signed(claims(**changes))).client_id == "ven-north"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "PS256"])
def test_a_key_without_alg_serves_the_algorithms_of_its_kind(issuer, ven, algorithm):
    assert authenticate(signed(claims(), algorithm=algorithm)).client_id == "ven-north"


def test_keys_on_curves_work_too(issuer, ven):
    assert authenticate(signed(claims(), "curve", "ES256")).client_id == "ven-north"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: signed(claims(exp=int(time.time()) - 60)), id="expired"),
        pytest.param(lambda: signed(claims(exp=None)), id="never expires"),
        pytest.param(lambda: signed(claims(exp=1e400)), id="expires beyond all numbers"),
        pytest.param(lambda: signed(claims(aud="other")), id="for another audience"),
        pytest.param(lambda: signed(claims(aud=["other", "vtn2"])), id="for other audiences"),
        pytest.param(lambda: signed(claims(aud=None)), id="for no audience"),
        pytest.param(lambda: signed(claims(aud={"vtn": 1})), id="audience is an object"),
        pytest.param(lambda: signed(claims(iss="https://other.example/")), id="of another issuer"),
        pytest.param(lambda: signed(claims(nbf=int(time.time()) + 600)), id="not yet"),
        pytest.param(lambda: signed(claims(azp="nobody")), id="of a client without a record"),
        pytest.param(lambda: signed(claims(azp=None)), id="of nobody"),
        pytest.param(lambda: signed(claims(azp={"a": 1})), id="client is an object"),
        pytest.param(lambda: signed(claims(azp="\0")), id="client is NUL"),
        pytest.param(lambda: signed(claims(azp="\ud800")), id="client is half a character"),
        pytest.param(lambda: signed(claims(), "second"), id="signed with a key that is not published"),
        pytest.param(lambda: signed(claims(), "second", kid="first"), id="another key under a published id"),
        pytest.param(lambda: jwt.encode(claims(), None, algorithm="none"), id="signed by none"),
    ],
)
def test_a_token_that_is_not_good_is_refused(issuer, ven, make):
    with pytest.raises(errors.BadCredentials):
        authenticate(make())


def test_the_public_key_as_a_shared_secret_signs_nothing(issuer, ven):
    secret = public_pem(private_key("RS256"))
    header = {"alg": "HS256", "kid": "first"}
    jws = jwt.PyJWS()
    algorithm = jws.get_algorithm_by_name("HS256")
    algorithm.prepare_key = lambda key: key.encode()  # PyJWT itself refuses to do this
    text = jws.encode(jwt.api_jwt.json.dumps(claims()).encode(), secret, algorithm="HS256", headers=header)

    with pytest.raises(errors.BadCredentials):
        authenticate(text)


def test_a_verified_token_is_trusted_for_five_minutes_at_most(issuer, ven):
    verified = identity_provider.verify(signed(claims(exp=int(time.time()) + 86_400)))

    assert 295 < verified.expires_at - time.time() <= 300


def test_a_disabled_client_is_refused_whatever_its_issuer_says(issuer, ven):
    clients.set_enabled(caller=STAFF, client_id=ven.client_id, is_enabled=False, now=NOW)

    with pytest.raises(errors.BadCredentials):
        authenticate(signed(claims()))


def test_our_own_tokens_work_beside_those_of_the_issuer(issuer, ven, ask):
    text = ask(ven.form).json()["access_token"]

    assert authenticate(text).client_id == "ven-north"
    assert issuer.requests == 0


def test_without_an_issuer_in_the_settings_its_tokens_are_refused(issuer, ven, settings):
    settings.EXTERNAL_AUDIENCE = ""

    with pytest.raises(errors.BadCredentials):
        authenticate(signed(claims()))
    assert issuer.requests == 0
