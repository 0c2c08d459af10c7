"""`/auth/token`: what is granted, and each refusal word for word."""

import base64

import jwt
import pytest

from participants import issuing
from participants.models import Client, ClientSecret
from participants.services import client_secrets, clients
from participants.wire.token import TokenRequest
from tests.participants.conftest import NOW, STAFF, known_client
from vtn.caller import Role

VEN_SCOPES = "read_all read_targets read_ven_objects write_reports write_subscriptions write_vens"


def basic(client_id, secret):
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def refusal(error, detail, status=400, title="Bad Request"):
    return {"error": error, "error_description": detail, "title": title, "status": status, "detail": detail}


UNAUTHORIZED = refusal("invalid_client", "There is no client with this id and secret", 401, "Unauthorized")


def require_unstored(response):
    assert response["Cache-Control"] == "no-store"
    assert response["Pragma"] == "no-cache"
    assert response["Content-Type"] == "application/json"


def test_a_form_with_the_right_secret_gets_a_token_with_all_scopes_of_the_client(ask, ven, root):
    response = ask(ven.form, root)

    body = response.json()
    assert response.status_code == 200
    assert body == {
        "access_token": body["access_token"],
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": VEN_SCOPES,
    }
    require_unstored(response)


def test_the_token_says_who_what_and_until_when(ask, ven):
    text = ask({**ven.form, "scope": "read_all"}).json()["access_token"]

    claims = jwt.decode(text, options={"verify_signature": False})
    assert (claims["sub"], claims["client_id"], claims["scope"]) == ("ven-north", "ven-north", "read_all")
    assert (claims["iss"], claims["aud"]) == ("openadr3-vtn", "openadr3-vtn")
    assert claims["exp"] - claims["iat"] == 3600
    assert len(claims["jti"]) == 32


def test_the_life_of_a_token_begins_when_it_was_asked_for(ven):
    asked = TokenRequest(ven.client_id, ven.secret, scopes=("read_all",))

    issued = issuing.issue_token(asked, now=NOW)

    claims = jwt.decode(issued.text, options={"verify_signature": False})
    assert (claims["iat"], claims["exp"]) == (NOW.timestamp(), NOW.timestamp() + 3600)
    assert (issued.expires_in, issued.scopes) == (3600, ("read_all",))


def test_http_basic_works_too(ask, ven, root):
    response = ask({"grant_type": "client_credentials"}, root, authorization=basic(ven.client_id, ven.secret))

    assert response.status_code == 200
    assert response.json()["scope"] == VEN_SCOPES


def test_both_halves_of_http_basic_are_percent_decoded(ask, db):
    clients.create_client(caller=STAFF, client_id="a:b%c", name="odd", role=Role.VEN, now=NOW)
    client_secrets.add_secret(caller=STAFF, client_id="a:b%c", text="p+q r:é", now=NOW)

    header = basic("a%3Ab%25c", "p%2Bq+r:%C3%A9")

    assert ask({"grant_type": "client_credentials"}, authorization=header).status_code == 200


def test_a_client_id_repeated_in_the_body_beside_http_basic_is_no_second_authentication(ask, ven):
    form = {"grant_type": "client_credentials", "client_id": ven.client_id}

    assert ask(form, authorization=basic(ven.client_id, ven.secret)).status_code == 200


@pytest.mark.parametrize("asked", ["write_vens", "write_vens read_all", "read_all write_vens read_targets"])
def test_scopes_asked_for_are_granted_exactly_and_echoed(ask, ven, asked):
    response = ask({**ven.form, "scope": asked})

    assert response.json()["scope"] == asked


def test_a_scope_named_twice_is_granted_once(ask, ven):
    assert ask({**ven.form, "scope": " read_all  read_all "}).json()["scope"] == "read_all"


def test_an_empty_scope_counts_as_omitted(ask, ven):
    assert ask({**ven.form, "scope": ""}).json()["scope"] == VEN_SCOPES


@pytest.mark.parametrize(
    "asked", ["write_programs", "read_all write_events", "admin", "READ_ALL", "read_all\u00a0"]
)
def test_a_scope_that_the_client_does_not_hold_is_refused(ask, ven, asked):
    response = ask({**ven.form, "scope": asked})

    assert response.status_code == 400
    assert response.json() == refusal("invalid_scope", "The client does not hold all of these scopes")
    require_unstored(response)


def test_a_client_without_scopes_gets_no_token(ask, db):
    known = known_client("bare", Role.VEN, scopes=[])

    assert ask(known.form).json() == refusal("invalid_scope", "The client holds no scope")


def test_a_wrong_secret_is_refused_in_both_dialects(ask, ven, root):
    response = ask({**ven.form, "client_secret": "guess"}, root)

    assert response.status_code == 401
    assert response.json() == UNAUTHORIZED
    assert response["WWW-Authenticate"] == 'Basic realm="openadr3"'
    require_unstored(response)


def test_an_unknown_client_is_refused_in_the_same_words(ask, db):
    response = ask({"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"})

    assert response.status_code == 401
    assert response.json() == UNAUTHORIZED


def test_the_secret_of_another_client_is_refused(ask, ven, retailer):
    assert ask({**ven.form, "client_secret": retailer.secret}).json() == UNAUTHORIZED


def test_a_disabled_client_is_refused_in_the_same_words(ask, ven):
    clients.set_enabled(caller=STAFF, client_id=ven.client_id, is_enabled=False, now=NOW)

    assert ask(ven.form).json() == UNAUTHORIZED


def test_a_revoked_secret_gets_no_more_tokens_and_its_neighbour_still_does(ask, ven):
    other = client_secrets.add_secret(caller=STAFF, client_id=ven.client_id, now=NOW).text
    first = ClientSecret.objects.order_by("id").first()

    client_secrets.revoke_secret(caller=STAFF, secret_id=first.id, now=NOW)

    assert ask(ven.form).json() == UNAUTHORIZED
    assert ask({**ven.form, "client_secret": other}).status_code == 200


def test_a_secret_that_has_expired_gets_no_more_tokens(ask, ven):
    secret = ClientSecret.objects.get()

    client_secrets.set_secret_expiry(caller=STAFF, secret_id=secret.id, expires_at=NOW, now=NOW)

    assert ask(ven.form).json() == UNAUTHORIZED


def test_a_chosen_secret_works_like_a_generated_one(ask, ven):
    client_secrets.add_secret(caller=STAFF, client_id=ven.client_id, text="1001", now=NOW)

    assert ask({**ven.form, "client_secret": "1001"}).status_code == 200
    assert ask(ven.form).status_code == 200


GRANT = "grant_type=client_credentials"


@pytest.mark.parametrize(
    ("form", "error", "detail"),
    [
        ("", "invalid_request", "The parameter grant_type is missing"),
        ("grant_type=", "invalid_request", "The parameter grant_type is missing"),
        ("grant_type=password", "unsupported_grant_type", "The grant_type must be client_credentials"),
        (GRANT, "invalid_request", "The parameter client_id is missing"),
        (f"{GRANT}&client_id=a", "invalid_request", "The parameter client_secret is missing"),
        (f"{GRANT}&client_id=&client_secret=b", "invalid_request", "The parameter client_id is missing"),
        (
            f"{GRANT}&client_id=a&client_id=a&client_secret=b",
            "invalid_request",
            "The parameter client_id is given more than once",
        ),
        (
            f"{GRANT}&client_id=a&client_secret=b&x=1&x=2",
            "invalid_request",
            "The parameter of an unknown name is given more than once",
        ),
        (
            f"{GRANT}&client_id=a%00&client_secret=b",
            "invalid_request",
            "The parameter client_id holds a control character",
        ),
        (
            f"{GRANT}&client_id=a&client_secret=b%0A",
            "invalid_request",
            "The parameter client_secret holds a control character",
        ),
        (
            f"{GRANT}&client_id=a&client_secret=b&scope=c%00",
            "invalid_request",
            "The parameter scope holds a control character",
        ),
        (
            f"{GRANT}&client_id={'a' * 4097}&client_secret=b",
            "invalid_request",
            "The parameter client_id is longer than 4096 characters",
        ),
        (
            f"{GRANT}&client_id=a&client_secret={'b' * 4097}",
            "invalid_request",
            "The parameter client_secret is longer than 4096 characters",
        ),
        (
            f"{GRANT}&client_id=%FF&client_secret=b",
            "invalid_request",
            "The body is not a form in UTF-8, or has too many parameters",
        ),
        (
            f"{GRANT}&" + "&".join(f"p{number}=1" for number in range(60)),
            "invalid_request",
            "The body is not a form in UTF-8, or has too many parameters",
        ),
    ],
)
def test_each_malformed_form_has_its_refusal(ask, db, form, error, detail):
    response = ask(form)

    assert response.status_code == 400
    assert response.json() == refusal(error, detail)
    require_unstored(response)


@pytest.mark.parametrize("client_id", ["a" * 4096, "é", "white space", "😀", "%"])
def test_an_id_that_no_client_can_have_is_an_unknown_client(ask, db, client_id):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "x"}

    assert ask(form).json() == UNAUTHORIZED


def test_credentials_in_header_and_body_are_refused(ask, ven):
    response = ask(ven.form, authorization=basic(ven.client_id, ven.secret))

    assert response.status_code == 400
    assert response.json() == refusal(
        "invalid_request", "The credentials are given twice, in the header and in the body"
    )


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic YWJj",
        "Basic OnNlY3JldA==",
        "Basic aWQ6",
        "Basic /zpzZWNyZXQ=",
        "basic YTpi YTpi",
    ],
)
def test_a_malformed_basic_header_is_refused(ask, db, header):
    response = ask({"grant_type": "client_credentials"}, authorization=header)

    assert response.status_code == 400
    assert response.json() == refusal(
        "invalid_request", "The Authorization header does not hold a client id and a secret"
    )


def test_a_wrong_secret_by_http_basic_is_challenged_for_basic(ask, ven):
    response = ask({"grant_type": "client_credentials"}, authorization=basic(ven.client_id, "guess"))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Basic realm="openadr3"'


def test_an_old_bearer_token_beside_the_form_is_ignored(ask, ven):
    assert ask(ven.form, authorization="Bearer old").status_code == 200


def test_a_json_body_is_an_unsupported_media_type(http, ven, root):
    response = http.post(f"{root}/auth/token", ven.form, content_type="application/json")

    assert response.status_code == 415
    assert response.json() == {
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": 'Unsupported media type "application/json" in request.',
    }
    require_unstored(response)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_post_is_allowed(http, db, method):
    response = getattr(http, method)("/openadr3/3.1.0/auth/token")

    assert response.status_code == 405
    assert response.json()["title"] == "Method Not Allowed"
    assert "POST" in response["Allow"]
    require_unstored(response)


def test_a_body_over_the_limit_is_refused_before_it_is_read(ask, db, settings):
    settings.MAX_BODY_BYTES = 100

    response = ask("grant_type=" + "x" * 200)

    assert response.status_code == 413
    require_unstored(response)


def test_a_refusal_changes_nothing(ask, ven):
    before = list(Client.objects.values()), list(ClientSecret.objects.values())

    ask({**ven.form, "client_secret": "guess"})
    ask({**ven.form, "scope": "write_events"})

    assert (list(Client.objects.values()), list(ClientSecret.objects.values())) == before


def test_server_info_names_the_token_endpoint_of_the_same_root(http, root):
    response = http.get(f"{root}/auth/server")

    assert response.status_code == 200
    assert response.json() == {"tokenURL": f"http://testserver{root}/auth/token"}


def test_with_an_external_issuer_of_tokens_ours_says_where_to_go(http, ask, ven, settings):
    settings.EXTERNAL_TOKEN_URL = "https://login.example/token"

    assert http.get("/openadr3/3.1.0/auth/server").json() == {"tokenURL": "https://login.example/token"}
    response = ask(ven.form)
    assert response.status_code == 501
    assert response.json() == {
        "title": "Not Implemented",
        "status": 501,
        "detail": "Tokens are issued at https://login.example/token",
    }
