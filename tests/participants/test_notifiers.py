"""`/notifiers` of 3.1.0 and the topics of MQTT: who is told what, with a broker and without."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.checks import run_checks
from django.utils import timezone

from participants import tokens
from participants.models import Client, MqttAuthority
from participants.mqtt.certificates import authority, reseal
from tests.conftest import Actor
from vtn.notifiers import topics
from vtn.notifiers.uris import announced_uris
from vtn.sealing import unseal

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


def test_with_certificates_each_client_is_given_its_own(house, business, broker, settings):
    settings.MQTT_AUTHENTICATION = "CERTIFICATE"

    answers = [actor.get("/notifiers") for actor in (house, business)]

    first, second = (answer.json()["MQTT"]["authentication"] for answer in answers)
    assert [answer["Cache-Control"] for answer in answers] == ["no-store", "no-store"]
    assert set(first) == {"method", "caCert", "clientCert", "clientKey"}
    assert (first["method"], first["caCert"]) == ("CERTIFICATE", second["caCert"])
    assert first["clientKey"] != second["clientKey"]
    authority = x509.load_pem_x509_certificate(first["caCert"].encode())
    for authentication, name in ((first, "house"), (second, "utility")):
        certificate = x509.load_pem_x509_certificate(authentication["clientCert"].encode())
        certificate.verify_directly_issued_by(authority)
        assert certificate.subject.rfc4514_string() == f"CN={name}"
        key = load_pem_private_key(authentication["clientKey"].encode(), None)
        assert key.public_key() == certificate.public_key()
    assert authority.public_key() != load_pem_private_key(first["clientKey"].encode(), None).public_key()


def test_the_authority_that_the_operator_names_is_told_instead(house, broker, settings, tmp_path):
    settings.MQTT_AUTHENTICATION = "CERTIFICATE"
    settings.MQTT_CA_FILE = str(tmp_path / "ca.pem")
    (tmp_path / "ca.pem").write_text("the authority of the broker")

    assert house.get("/notifiers").json()["MQTT"]["authentication"]["caCert"] == "the authority of the broker"


def test_the_key_of_the_authority_is_sealed_and_there_is_one(house, business, broker, settings):
    settings.MQTT_AUTHENTICATION = "CERTIFICATE"
    for actor in (house, business, house):
        actor.get("/notifiers")

    (stored,) = MqttAuthority.objects.all()

    assert "PRIVATE KEY" not in stored.sealed_key
    assert "PRIVATE KEY" in unseal(stored.sealed_key, context="key of the certificate authority of MQTT")


def test_the_authority_outlives_a_change_of_the_secret_key(house, broker, settings):
    settings.MQTT_AUTHENTICATION, old = "CERTIFICATE", settings.SECRET_KEY
    before = house.get("/notifiers").json()["MQTT"]["authentication"]["caCert"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]

    reseal()

    settings.SECRET_KEY_FALLBACKS = []
    assert authority(now=timezone.now()).text == before


@pytest.mark.parametrize(
    ("url", "uris"),
    [
        ("mqtts://vtn:secret@broker.example", ["mqtts://broker.example"]),
        ("mqtt://broker.example:1884", ["mqtt://broker.example:1884"]),
        ("unix://vtn:secret@/run/mosquitto.sock", []),
        ("", []),
    ],
)
def test_vens_are_told_where_the_vtn_publishes_without_its_password(url, uris):
    assert announced_uris(url) == uris


def test_any_client_may_ask_and_nobody_else(house, nobody):
    assert with_scopes("house", "write_reports").get("/notifiers").status_code == 200
    assert nobody.get("/notifiers").status_code == 401
    assert house.at("3.0.1").get("/notifiers").status_code == 404
    assert house.post("/notifiers", {}).status_code == 405


@pytest.mark.parametrize(
    ("setting", "value", "error", "text"),
    [
        (
            "MQTT_AUTHENTICATION",
            "PASSWORD",
            "vtn.E002",
            "MQTT_AUTHENTICATION is ANONYMOUS or OAUTH2_BEARER_TOKEN or CERTIFICATE, not 'PASSWORD'",
        ),
        ("MQTT_URL", "tcp://broker", "vtn.E003", "MQTT_URL begins with mqtts:// or mqtt:// or unix://"),
        ("MQTT_VERSION", "4", "vtn.E004", "MQTT_VERSION is 5 or 3.1.1, not '4'"),
    ],
)
def test_what_is_not_known_is_found_at_the_start(settings, setting, value, error, text):
    assert [each for each in run_checks() if each.id == error] == []
    setattr(settings, setting, value)

    assert [each.msg for each in run_checks() if each.id == error] == [text]


def test_brokers_that_ask_have_to_name_the_client(settings):
    settings.MQTT_CALLBACK_SECRET, settings.MQTT_USERNAME = "secret", "{clientID}"
    assert [each for each in run_checks() if each.id == "vtn.E005"] == []
    settings.MQTT_USERNAME = "everybody"

    assert [each.id for each in run_checks() if each.id == "vtn.E005"] == ["vtn.E005"]


def test_a_broker_that_is_open_or_silent_is_noticed_before_deployment(settings):
    def warnings() -> set[str]:
        found = run_checks(include_deployment_checks=True)
        return {each.id for each in found} & {"vtn.W002", "vtn.W003", "vtn.W004"}

    assert warnings() == set()
    settings.MQTT_URIS = URIS
    assert warnings() == {"vtn.W002"}
    settings.MQTT_URL, settings.MQTT_URIS = "mqtt://broker.example", ["mqtt://broker.example"]
    assert warnings() == {"vtn.W003", "vtn.W004"}
    settings.MQTT_URIS, settings.MQTT_DYNAMIC_SECURITY = URIS, True
    assert warnings() == set()


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


def test_the_topics_of_programs_are_others_for_business_logic_which_is_told_of_all(
    house, business, broker, program
):
    for actor, before in ((house, ""), (business, "business/")):
        assert actor.get(f"{TOPICS}/programs").json() == named(f"{before}programs")
        one = actor.get(f"{TOPICS}/programs/{program['id']}").json()
        assert one == named(f"{before}programs/{program['id']}", created=False)
        events = actor.get(f"{TOPICS}/programs/{program['id']}/events").json()
        assert events == named(f"{before}events/programs/{program['id']}")


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
    groups += [group.for_business for group in groups]
    for group in groups:
        prefix = group.names["ALL"].removesuffix("+")
        for other in groups:
            for name in other.names.values():
                is_matched = name.startswith(prefix) and "/" not in name.removeprefix(prefix)
                assert is_matched is (group is other)
