"""`/notifiers` of 3.1.0 and the topics of MQTT: who is told what, with a broker and without."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from participants import tokens
from participants.models import Client
from tests.conftest import Actor
from vtn.notifiers import topics

URIS = ["mqtts://broker.example:8883", "wss://broker.example/mqtt"]
TOPICS = "/notifiers/mqtt/topics"


@pytest.fixture
def broker(settings):
    settings.MQTT_URIS = URIS


def with_scopes(client_id: str, *scopes: str) -> Actor:
    Client.objects.filter(client_id=client_id).update(scopes=[*scopes])
    return Actor(token=tokens.issue(client_id=client_id, scopes=scopes).text)


def named(group: str, *, created: bool = True) -> dict[str, dict[str, str]]:
    operations = [*(["CREATE"] if created else []), "UPDATE", "DELETE"]
    names = {operation: f"{group}/{operation.lower()}" for operation in operations}
    return {"topics": {**names, "ALL": f"{group}/+"}}


# -- /notifiers -----------------------------------------------------------------------------------------------


def test_without_a_broker_there_are_webhooks(house, business):
    for actor in (house, business):
        answer = actor.get("/notifiers")
        assert (answer.status_code, answer.json()) == (200, {"WEBHOOK": True})


@pytest.mark.parametrize(
    ("method", "authentication"),
    [
        ("OAUTH2_BEARER_TOKEN", {"method": "OAUTH2_BEARER_TOKEN", "username": "{clientID}"}),
        ("ANONYMOUS", {"method": "ANONYMOUS"}),
    ],
)
def test_with_one_it_says_how_to_connect(house, broker, settings, method, authentication):
    settings.MQTT_AUTHENTICATION = method

    assert house.get("/notifiers").json() == {
        "WEBHOOK": True,
        "MQTT": {"URIS": URIS, "serialization": "JSON", "authentication": authentication},
    }


def test_any_client_may_ask_and_nobody_else(house, nobody):
    assert with_scopes("house", "write_reports").get("/notifiers").status_code == 200
    assert nobody.get("/notifiers").status_code == 401
    assert house.at("3.0.1").get("/notifiers").status_code == 404
    assert house.post("/notifiers", {}).status_code == 405


def test_a_method_that_is_not_known_is_found_at_the_start(settings):
    settings.MQTT_AUTHENTICATION = "CERTIFICATE"

    assert [error.msg for error in run_checks() if error.id == "vtn.E002"] == [
        "MQTT_AUTHENTICATION is ANONYMOUS or OAUTH2_BEARER_TOKEN, not 'CERTIFICATE'"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "UNSAFE_CALLBACKS_OVER_HTTP",
        "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES",
        "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE",
    ],
)
def test_settings_of_a_laboratory_are_noticed_before_deployment(settings, name):
    def warnings() -> list[str]:
        return [each.msg for each in run_checks(include_deployment_checks=True) if each.id == "vtn.W001"]

    assert warnings() == []
    setattr(settings, name, True)
    assert warnings() == [f"{name} is on: any client can have this server call what it should not"]


# -- Topics ---------------------------------------------------------------------------------------------------

OF_ALL = ["events", "reports", "subscriptions", "vens", "resources"]


def test_the_topics_of_programs(house, business, broker, program):
    for actor in (house, business):
        assert actor.get(f"{TOPICS}/programs").json() == named("programs")
        one = actor.get(f"{TOPICS}/programs/{program['id']}").json()
        assert one == named(f"programs/{program['id']}", created=False)
        events = actor.get(f"{TOPICS}/programs/{program['id']}/events").json()
        assert events == named(f"events/programs/{program['id']}")


@pytest.mark.parametrize("collection", OF_ALL)
def test_the_topics_of_all_objects_are_for_business_logic(house, business, broker, collection):
    assert business.get(f"{TOPICS}/{collection}").json() == named(collection)

    refusal = house.get(f"{TOPICS}/{collection}")
    assert (refusal.status_code, refusal.json()["detail"]) == (403, "This needs the scope read_bl")


def test_the_topics_of_a_ven(house, business, broker, own):
    ven_id = own(house)["id"]

    for actor in (house, business):
        assert actor.get(f"{TOPICS}/vens/{ven_id}").json() == named(f"vens/{ven_id}", created=False)
        for collection in ("events", "programs", "resources"):
            answer = actor.get(f"{TOPICS}/vens/{ven_id}/{collection}")
            assert answer.json() == named(f"{collection}/vens/{ven_id}")


def test_what_the_caller_does_not_see_has_none(house, neighbour, business, broker, own):
    hidden = business.post("/programs", {"programName": "for the south", "targets": ["south"]}).json()
    foreign = own(neighbour)["id"]

    for path in (f"/programs/{hidden['id']}", f"/programs/{hidden['id']}/events", "/programs/nothing"):
        assert house.get(TOPICS + path).status_code == 404
    for path in ("", "/events", "/programs", "/resources"):
        refusal = house.get(f"{TOPICS}/vens/{foreign}{path}")
        assert (refusal.status_code, refusal.json()["detail"]) == (404, f"There is no VEN '{foreign}'")
        assert business.get(f"{TOPICS}/vens/nothing{path}").status_code == 404
    assert house.get(f"{TOPICS}/vens/{own(house)['id']}/reports").status_code == 404
    assert neighbour.get(f"{TOPICS}/programs/{hidden['id']}").status_code == 200


def every_path(program_id: str, ven_id: str) -> dict[str, str]:
    """The twelve paths, and the scope of each."""
    return {
        "/programs": "read_all",
        f"/programs/{program_id}": "read_all",
        f"/programs/{program_id}/events": "read_all",
        **{f"/{collection}": "read_bl" for collection in OF_ALL},
        f"/vens/{ven_id}": "read_ven_objects",
        **{f"/vens/{ven_id}/{each}": "read_ven_objects" for each in ("events", "programs", "resources")},
    }


def test_each_path_has_its_scope(house, business, nobody, broker, program, own):
    paths = every_path(program["id"], own(house)["id"])
    assert len(paths) == 12

    for path, scope in paths.items():
        others = {"read_all", "read_bl", "read_ven_objects", "read_targets"} - {scope}
        without = with_scopes("house", *(others - {"read_bl"})).get(TOPICS + path)
        assert (without.status_code, without.json()["detail"]) == (403, f"This needs the scope {scope}")
        assert with_scopes("utility", scope).get(TOPICS + path).status_code == 200
        assert with_scopes("utility", "read_all").get(TOPICS + path).status_code == 200
        assert with_scopes("utility", "read_targets").get(TOPICS + path).status_code == 403
        assert nobody.get(TOPICS + path).status_code == 401


def test_without_a_broker_there_are_no_topics_but_scopes_come_first(house, business, program, own):
    paths = every_path(program["id"], own(house)["id"])

    for path, scope in paths.items():
        missing = business.get(TOPICS + path)
        assert (missing.status_code, missing.json()["detail"]) == (404, "There is no MQTT broker")
        assert house.get(TOPICS + path).status_code == (403 if scope == "read_bl" else 404)
    assert business.get(f"{TOPICS}/nothing").json()["detail"] == "There is nothing at this path"


@pytest.mark.parametrize("path", [f"{TOPICS}/programs", "/notifiers"])
def test_they_are_of_3_1_0_alone(business, broker, path):
    for root in ("3.0.1", "/api/openadr/v1"):
        assert business.at(root).get(path).status_code == 404


def test_no_group_of_topics_reaches_into_another():
    groups = [
        *(topics.of_all(collection) for collection in ("programs", *OF_ALL)),
        topics.of_one("programs", "1"),
        topics.of_one("vens", "1"),
        topics.of_events_in_program("1"),
        *(topics.of_ven(collection, "1") for collection in ("events", "programs", "resources")),
    ]
    for group in groups:
        prefix = group.names["ALL"].removesuffix("+")
        for other in groups:
            for name in other.names.values():
                is_matched = name.startswith(prefix) and "/" not in name.removeprefix(prefix)
                assert is_matched is (group is other)
