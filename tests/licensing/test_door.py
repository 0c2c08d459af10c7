"""Eniris' licence API, as its page documents it: bodies, statuses and errors."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licensing.models import Datalink, License
from participants import tokens
from tests.conftest import NOON, Actor
from tests.licensing.conftest import claim_for
from vtn.models import OutboxEntry

# As the page prints them.
BAD = {
    "statusCode": 400,
    "error": "Bad Request",
    "message": "Missing or misformatted query parameter or body",
}
NO_TOKEN = {"statusCode": 401, "error": "Unauthorized", "message": "Failed to verify token"}
NO_RIGHTS = {"statusCode": 403, "error": "Forbidden", "message": "User does not have sufficient rights"}
NOT_FOUND = {"statusCode": 404, "error": "Not Found", "message": "Resource not found"}


def answer(response):
    return response.status_code, response.json()


def untouched(key="SGO-1"):
    """Neither the licence nor the record of changes has anything of a request."""
    license = License.objects.get(key=key)
    recorded = OutboxEntry.objects.filter(object_type="LICENSE")
    return license.activated_at is None and not Datalink.objects.exists() and not recorded.exists()


# -- Activation -----------------------------------------------------------------------------------------------


def test_a_licence_is_activated_from_a_moment_on(baker, license):
    made = license("SGO-1", grid_kw=40, battery_kw=20, duration=24, type="commercial")

    response = baker.post("/activate", {"key": "SGO-1", "activationIso": "2026-12-01T01:00:00+01:00"})

    assert answer(response) == (
        200,
        {
            "success": True,
            "license": {
                "id": str(made.id),
                "key": "SGO-1",
                "gridKw": 40,
                "solarKw": None,
                "batteryKw": 20,
                "evKw": None,
                "creationDate": "2026-06-01T12:00:00Z",
                "activationDate": "2026-12-01T00:00:00Z",
                "duration": 24,
                "deactivationDate": "2028-12-01T00:00:00Z",
                "type": "commercial",
            },
        },
    )
    entry = OutboxEntry.objects.get(object_type="LICENSE")
    assert (entry.made_by, entry.operation) == ("client:bakery", "UPDATE")
    assert (entry.before["activated_at"], entry.after["activated_at"]) == (None, "2026-12-01T00:00:00Z")


def test_without_a_moment_it_is_from_now_on(baker, license):
    license("SGO-1")
    before = datetime.now(UTC)

    shown = baker.post("/activate", {"key": "SGO-1"}).json()["license"]

    assert before <= datetime.fromisoformat(shown["activationDate"]) <= datetime.now(UTC)
    assert (shown["duration"], shown["deactivationDate"]) == (0, None)


@pytest.mark.parametrize("moment", ["2019-08-24T14:15:22Z", "2099-01-01T00:00:00Z"])
def test_the_moment_may_be_past_or_to_come(baker, license, moment):
    license("SGO-1")

    shown = baker.post("/activate", {"key": "SGO-1", "activationIso": moment}).json()["license"]

    assert shown["activationDate"] == moment


def test_a_licence_is_activated_once(baker, license):
    license("SGO-1", activated_at=NOON)

    response = baker.post("/activate", {"key": "SGO-1", "activationIso": "2030-01-01T00:00:00Z"})

    assert answer(response) == (400, {**BAD, "message": "License is already activated"})
    assert License.objects.get().activated_at == NOON
    assert not OutboxEntry.objects.filter(object_type="LICENSE").exists()


def test_a_date_that_somebody_has_set_stays_as_it_is(baker, license):
    license("SGO-1", duration=1, deactivated_at=NOON)

    shown = baker.post("/activate", {"key": "SGO-1"}).json()["license"]

    assert shown["deactivationDate"] == "2026-06-01T12:00:00Z"
    assert License.objects.get().deactivated_at == NOON


# -- Claim ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("node_id", [12, "12"])
def test_a_licence_is_claimed_for_a_controller(baker, license, node_id):
    made = license("SGO-1")

    response = baker.post("/claim", {"licenseKey": "SGO-1", "nodeId": node_id})

    shown = {"id": str(made.id), "key": "SGO-1", "nodeId": node_id}
    assert answer(response) == (200, {"success": True, "license": shown})
    datalink = Datalink.objects.get()
    assert (datalink.license, datalink.controller.node_id, datalink.claimed_by) == (
        made,
        "12",
        "client:bakery",
    )
    entry = OutboxEntry.objects.get(object_type="LICENSE")
    assert (entry.before["node_id"], entry.after["node_id"]) == (None, "12")


@pytest.mark.parametrize("node_id", [12, 14])
def test_a_licence_is_claimed_once_also_for_the_same_controller(office, license, node_id):
    license("SGO-1", node="12")

    response = office.post("/claim", {"licenseKey": "SGO-1", "nodeId": node_id})

    assert answer(response) == (400, {**BAD, "message": "License is already claimed"})
    assert Datalink.objects.get().controller.node_id == "12"
    assert not OutboxEntry.objects.filter(object_type="LICENSE").exists()


# -- Lists ----------------------------------------------------------------------------------------------------


def test_the_licences_of_a_controller(baker, license):
    first, second = license("SGO-1", node="12"), license("SGO-2", node="12", activated_at=NOON, duration=1)
    license("SGO-3", node="14")

    shown = baker.get("/controller/12").json()

    assert [each["id"] for each in shown["licenses"]] == sorted([str(first.id), str(second.id)])
    assert {each["key"]: each["deactivationDate"] for each in shown["licenses"]} == {
        "SGO-1": None,
        "SGO-2": "2026-07-01T12:00:00Z",
    }
    assert "datalinks" not in shown["licenses"][0]


def test_the_licences_of_a_customer_come_through_its_orders(baker, scene, license):
    license("SGO-1", created_at=NOON.replace(hour=13))
    claimed = license("SGO-2")
    datalink = claim_for(claimed, "14")
    license("SGO-3", customer="Florist")
    path = f"/customer/{scene.bakery.id}"

    plain, linked = (
        baker.get(path).json()["licenses"],
        baker.get(path, {"includeDatalinks": "true"}).json()["licenses"],
    )

    assert [each["key"] for each in plain] == ["SGO-2", "SGO-1"]
    assert not any("datalinks" in each for each in plain)
    assert [each["datalinks"] for each in linked] == [[str(datalink.id)], []]


def test_a_list_takes_the_same_number_of_queries_for_any_number_of_licences(baker, scene, license):
    def queries(path):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert baker.get(path, {"includeDatalinks": "true"}).status_code == 200
        return len(caught)

    paths = ["/controller/12", f"/customer/{scene.bakery.id}"]
    license("SGO-0", node="12")
    before = [queries(path) for path in paths]
    for number in range(1, 6):
        license(f"SGO-{number}", node="12")

    assert [queries(path) for path in paths] == before


# -- Bad input ------------------------------------------------------------------------------------------------

BAD_ACTIVATIONS = [
    {},
    [],
    None,
    "SGO-1",
    {"key": ""},
    {"key": "x" * 51},
    {"key": 1},
    {"key": None},
    {"licenseKey": "SGO-1"},
    {"key": "SGO-1", "more": None},
    {"key": "SGO-1", "activationIso": None},
    {"key": "SGO-1", "activationIso": 1},
    {"key": "SGO-1", "activationIso": ""},
    {"key": "SGO-1", "activationIso": "2026-12-01"},
    {"key": "SGO-1", "activationIso": "2026-12-01T00:00:00"},
    {"key": "SGO-1", "activationIso": "2026-13-01T00:00:00Z"},
    {"key": "SGO-1", "activationIso": "0001-01-01T00:00:00Z"},
]
BAD_CLAIMS = [
    {},
    {"licenseKey": "SGO-1"},
    {"nodeId": 12},
    {"key": "SGO-1", "nodeId": 12},
    {"licenseKey": "", "nodeId": 12},
    {"licenseKey": "x" * 51, "nodeId": 12},
    {"licenseKey": "SGO-1", "nodeId": 0},
    {"licenseKey": "SGO-1", "nodeId": -12},
    {"licenseKey": "SGO-1", "nodeId": 12.5},
    {"licenseKey": "SGO-1", "nodeId": True},
    {"licenseKey": "SGO-1", "nodeId": ""},
    {"licenseKey": "SGO-1", "nodeId": None},
    {"licenseKey": "SGO-1", "nodeId": [12]},
    {"licenseKey": "SGO-1", "nodeId": 12, "more": 1},
]


@pytest.mark.parametrize(
    ("path", "written"),
    [("/activate", each) for each in BAD_ACTIVATIONS] + [("/claim", each) for each in BAD_CLAIMS],
)
def test_a_body_that_is_not_right_changes_nothing(office, license, path, written):
    license("SGO-1")

    assert answer(office.post(path, written)) == (400, BAD)

    assert untouched()


@pytest.mark.parametrize("text", [b"", b"{", b'{"key": "SGO-1\\u0000"}', b"\xff"])
def test_what_is_no_json_changes_nothing(office, license, text):
    license("SGO-1")

    assert answer(office.send("POST", "/activate", text, "application/json")) == (400, BAD)

    assert untouched()


def test_a_key_of_fifty_characters_may_be(office, license):
    license("x" * 50)

    assert office.post("/activate", {"key": "x" * 50}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/customer/1",
        "/customer/x",
        "/customer/{497f6eca-6276-4993-bfeb-53cbbbba6f08}",
        "/customer/497f6eca62764993bfeb53cbbbba6f08",
        "/customer/{bakery}?includeDatalinks=yes",
        "/customer/{bakery}?includeDatalinks=",
    ],
)
def test_a_customer_is_asked_for_by_its_uuid(office, scene, path):
    assert answer(office.get(path.replace("{bakery}", str(scene.bakery.id)))) == (400, BAD)


# -- Who may what ---------------------------------------------------------------------------------------------

REQUESTS = [
    ("POST", "/activate", {"key": "SGO-1"}),
    ("POST", "/claim", {"licenseKey": "SGO-1", "nodeId": 12}),
    ("GET", "/controller/12", None),
    ("GET", "/customer/{bakery}", None),
]


def ask(actor, scene, method, path, written):
    path = path.format(bakery=scene.bakery.id)
    return answer(actor.get(path) if method == "GET" else actor.post(path, written))


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("token", [None, "nonsense"])
def test_without_a_good_token_nothing_is_said(scene, license, request_, token, settings):
    settings.BAD_TOKEN_STATUS = {"3.0.1": 403, "3.1.0": 403}
    license("SGO-1")

    assert ask(Actor(token=token, root="/v1/license"), scene, *request_) == (401, NO_TOKEN)

    assert untouched()


def test_the_token_comes_before_the_body(scene):
    nobody = Actor(root="/v1/license")

    assert answer(nobody.post("/activate", {"bad": 1})) == (401, NO_TOKEN)


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_token_without_the_scope_has_no_rights(baker, scene, license, request_):
    license("SGO-1")
    narrow = Actor(token=tokens.issue(client_id="bakery", scopes=["read_targets"]).text, root="/v1/license")

    assert ask(narrow, scene, *request_) == (403, NO_RIGHTS)

    assert untouched()


def test_the_body_comes_before_the_rights(outsider, license):
    license("SGO-1")

    assert answer(outsider.post("/activate", {"key": "SGO-1", "more": 1})) == (400, BAD)
    assert answer(outsider.get("/customer/x")) == (400, BAD)


@pytest.mark.parametrize("request_", REQUESTS)
def test_business_logic_may_do_everything(office, scene, license, request_):
    license("SGO-1")

    assert ask(office, scene, *request_)[0] == 200


@pytest.mark.parametrize("state", [{}, {"activated_at": NOON}])
def test_to_activate_the_licence_of_another_is_forbidden_whatever_its_state(outsider, license, state):
    license("SGO-1", **state)

    assert answer(outsider.post("/activate", {"key": "SGO-1"})) == (403, NO_RIGHTS)
    assert answer(outsider.post("/activate", {"key": "SGO-X"})) == (404, NOT_FOUND)

    assert not OutboxEntry.objects.filter(object_type="LICENSE").exists()


def test_to_claim_what_is_another_s_is_as_if_it_was_not_there(baker, license):
    license("SGO-1")
    license("SGO-F", customer="Florist")
    license("SGO-C", customer="Florist", node="13")

    answers = [
        answer(baker.post("/claim", {"licenseKey": key, "nodeId": node}))
        for key, node in [
            ("SGO-F", 12),
            ("SGO-C", 12),
            ("SGO-X", 12),
            ("SGO-1", 13),
            ("SGO-1", 14),
            ("SGO-1", 99),
        ]
    ]

    assert answers == [(404, NOT_FOUND)] * 6
    assert Datalink.objects.count() == 1
    assert not OutboxEntry.objects.filter(object_type="LICENSE").exists()


def test_the_controller_of_another_is_as_if_it_was_not_there(baker, license):
    license("SGO-F", customer="Florist", node="13")

    assert [answer(baker.get(f"/controller/{node}")) for node in (13, 14, 99, "x")] == [(404, NOT_FOUND)] * 4


def test_another_customer_is_forbidden_and_an_unknown_one_is_not_found(baker, scene):
    assert answer(baker.get(f"/customer/{scene.florist.id}")) == (403, NO_RIGHTS)
    assert answer(baker.get(f"/customer/{uuid.uuid4()}")) == (404, NOT_FOUND)


# -- Everything else ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "/", "/license", "/activate/", "/controller/", "/customer/a/b", "/../device"]
)
def test_an_unknown_path_is_refused_in_the_form_of_the_door(office, path):
    response = office.get(path) if path else office.at("/v1/device").get("/45")

    assert answer(response) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/activate", "POST"), ("POST", "/controller/12", "GET, HEAD")]
)
def test_another_method_is_refused(office, method, path, allowed):
    response = office.send(method, path, b"{}", "application/json")

    assert answer(response) == (
        405,
        {
            "statusCode": 405,
            "error": "Method Not Allowed",
            "message": f'Method "{method}" not allowed.',
        },
    )
    assert response["Allow"] == allowed


def test_what_is_not_json_by_its_type_is_refused(office, license):
    license("SGO-1")

    status, shown = answer(office.send("POST", "/activate", b'{"key": "SGO-1"}', "text/plain"))

    assert (status, shown["statusCode"], shown["error"]) == (415, 415, "Unsupported Media Type")
    assert untouched()


def test_a_body_that_is_too_long_is_refused(office, license, settings):
    license("SGO-1")
    settings.MAX_BODY_BYTES = 100

    status, shown = answer(office.send("POST", "/activate", b" " * 101, "application/json"))

    assert (status, shown["error"]) == (413, "Content Too Large")
    assert untouched()


def test_a_failure_of_ours_has_the_form_of_the_door(office, license, caplog):
    license("SGO-1", node="12", duration=1, activated_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE licensing_license DROP COLUMN ev_kw")

    response = office.get("/controller/12")

    assert answer(response) == (
        500,
        {"statusCode": 500, "error": "Internal Server Error", "message": "Internal Server Error"},
    )
    assert "ev_kw" in caplog.text


def test_what_the_database_cannot_do_in_time_is_tried_again(office, license):
    license("SGO-1")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER slow BEFORE UPDATE ON licensing_license FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        cursor.execute("SET LOCAL statement_timeout = 200")

    response = office.post("/activate", {"key": "SGO-1"})

    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response.json()["retryAfter"] == 2
    assert response.json()["error"] == "Service Unavailable"
