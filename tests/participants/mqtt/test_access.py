"""Who may connect to a real broker, what it lets them read, and when it ends."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from participants.models import MqttAuthority, Ven
from participants.mqtt import access
from participants.mqtt.certificates import authority
from participants.mqtt.dynamic_security import bring_up_to_date
from participants.services import clients, vens
from tests.participants.conftest import NOW, STAFF, known_client, make_ven
from tests.twins.mosquitto import Listener
from vtn.caller import Role
from vtn.notifiers.mqtt import Broker, BrokerAway, BrokerRules


def test_a_ven_may_read_its_own_topics_and_those_for_all_vens(house, neighbour, own, listen, give_access):
    give_access()
    mine, others = own(house)["id"], own(neighbour)["id"]
    listener = listen(house)

    for topic in (
        "programs/+",
        "programs/create",
        "programs/1/update",
        "events/programs/1/+",
        f"vens/{mine}/+",
        f"events/vens/{mine}/+",
        f"programs/vens/{mine}/delete",
        f"resources/vens/{mine}/+",
    ):
        assert listener.may_subscribe(topic), topic
    for topic in (
        "#",
        "+/+",
        "programs/#",
        "events/+",
        "events/create",
        "events/#",
        "vens/+",
        "vens/+/+",
        f"vens/{others}/+",
        "events/vens/+/+",
        f"events/vens/{others}/create",
        f"programs/vens/{others}/+",
        f"resources/vens/{others}/+",
        "business/#",
        "business/programs/+",
        "reports/+",
        "subscriptions/+",
        "$SYS/#",
        "$CONTROL/dynamic-security/v1/response",
    ):
        assert not listener.may_subscribe(topic), topic


def test_business_logic_may_read_all_and_nobody_may_publish(business, house, own, listen, give_access):
    give_access()
    office, at_house = listen(business, "/programs", "/events", "/reports"), listen(house, "/programs")
    for topic in ("vens/#", "events/vens/+/+", "resources/+", "subscriptions/+", "business/#"):
        assert office.may_subscribe(topic)
    assert not office.may_subscribe("#")

    at_house.publish("programs/create", b"forged")
    office.publish("programs/create", b"forged")
    at_house.publish(
        "$CONTROL/dynamic-security/v1", b'{"commands":[{"command":"deleteRole","rolename":"administrator"}]}'
    )

    assert give_access() == 0  # the VTN is still the administrator, and nothing has changed
    assert (office.heard, at_house.heard) == ([], [])


def test_a_ven_that_is_disabled_or_deleted_or_anothers_is_cut_off(house, neighbour, own, listen, give_access):
    give_access()
    ven_id = own(house)["id"]
    at_house, next_door = listen(house, f"/vens/{ven_id}"), listen(neighbour, "/programs")

    clients.set_enabled(caller=STAFF, client_id="house", is_enabled=False, now=NOW)
    assert bring_up_to_date(access.Concerned(client_ids=frozenset({"house"}))) == 1

    at_house.wait_until_cut_off()
    at_house.wait_until_connected()  # its certificate is good as before, and opens nothing
    for topic in (f"vens/{ven_id}/+", f"events/vens/{ven_id}/+", "programs/+"):
        assert not at_house.may_subscribe(topic)

    vens.delete_ven(caller=STAFF, ven_id=own(neighbour)["id"], now=NOW)
    give_access()
    next_door.wait_until_cut_off()
    next_door.wait_until_connected()
    assert next_door.may_subscribe("programs/+")

    vens.set_client(caller=STAFF, ven_id=ven_id, client_id="neighbour", now=NOW)
    give_access()
    next_door.wait_until_cut_off()
    next_door.wait_until_connected()
    assert next_door.may_subscribe(f"vens/{ven_id}/+")


def test_what_others_have_set_up_at_the_broker_stays(broker, house, give_access):
    before = give_access()
    with Broker(access.broker_rules()) as connection:
        connection.subscribe("$CONTROL/dynamic-security/v1/response")
        connection.publish(
            "$CONTROL/dynamic-security/v1",
            b'{"commands":[{"command":"createRole","rolename":"operator"},'
            b'{"command":"createClient","username":"operator","password":"x","roles":[{"rolename":"operator"}]}]}',
        )
        assert b"error" not in connection.next_message()

    assert before > 0
    assert give_access() == 0
    operator = access.broker_rules().url.replace("the%20vtn", "operator")
    with Broker(BrokerRules(url=operator.replace(access.broker_rules().password, "x"))):
        pass


def test_the_command_says_how_much_it_had_to_change(broker, house):
    first, again = StringIO(), StringIO()
    call_command("mqtt_access", stdout=first)
    call_command("mqtt_access", stdout=again)

    # two roles for all, one of the VEN, and a client
    assert (first.getvalue(), again.getvalue()) == (
        "Changes at the MQTT broker: 4\n",
        "Changes at the MQTT broker: 0\n",
    )


def test_a_large_fleet_is_written_into_the_file_of_a_broker_that_does_not_run(broker, house, own, listen):
    broker.stop()
    call_command("mqtt_access", file=broker.rules)
    call_command("mqtt_access", file=broker.rules)  # again, and it is no more
    broker.start()

    assert bring_up_to_date() == 0
    assert listen(house, "/programs", f"/vens/{own(house)['id']}/events").is_connected


def test_a_broker_that_has_forgotten_everybody_is_told_again(broker, house, listen, give_access):
    assert give_access() == 4
    broker.reset()

    assert give_access() == 4
    assert listen(house, "/programs").is_connected


def test_without_a_broker_the_command_says_so(db, settings):
    settings.MQTT_URL = ""
    with pytest.raises(CommandError, match="MQTT_URL names no broker"):
        call_command("mqtt_access")

    settings.MQTT_URL = "mqtt://127.0.0.1:1"
    with pytest.raises(CommandError, match="The MQTT broker cannot be reached"):
        call_command("mqtt_access")


def test_the_clients_of_many_vens_are_read_and_written_in_parts(broker, db, monkeypatch):
    monkeypatch.setattr("participants.mqtt.dynamic_security._LISTED_AT_ONCE", 3)
    monkeypatch.setattr("participants.mqtt.dynamic_security._AT_A_TIME", 2)
    for number in range(5):
        make_ven(f"VEN {number}", client_id=known_client(f"ven-{number}", Role.VEN).client_id)

    assert bring_up_to_date() == 2 + 5 + 5
    assert bring_up_to_date() == 0


def test_scopes_that_a_client_does_not_hold_open_no_topics(house, own, listen, give_access):
    clients.set_scopes(caller=STAFF, client_id="house", scopes=["read_targets"], now=NOW)
    give_access()

    listener = listen(house)

    assert not listener.may_subscribe("programs/+")
    assert not listener.may_subscribe(f"vens/{own_id('house')}/+")


def own_id(client_id: str) -> str:
    return Ven.objects.get(client_id=client_id).id


# -- Certificates ---------------------------------------------------------------------------------------------


def test_a_certificate_of_somebody_else_is_refused(broker, house, give_access):
    give_access()
    mine = house.get("/notifiers").json()["MQTT"]["authentication"]
    MqttAuthority.objects.all().delete()
    foreign = authority(now=timezone.now()).for_client(
        "house", now=timezone.now(), lifetime=timedelta(days=1)
    )

    forged = {**mine, "clientCert": foreign.text, "clientKey": foreign.key}
    with pytest.raises(OSError):
        Listener(broker.port, forged).connect()
    with pytest.raises(OSError):
        Listener(broker.port, {}).connect()  # nor is anybody without TLS

    listener = Listener(broker.port, mine).connect()
    assert listener.is_connected
    listener.close()


def test_a_certificate_that_has_run_out_is_refused(broker, house, give_access):
    give_access()
    mine = house.get("/notifiers").json()["MQTT"]["authentication"]
    now = timezone.now()
    old = authority(now=now).for_client("house", now=now - timedelta(days=9), lifetime=timedelta(days=8))

    with pytest.raises(OSError):
        Listener(broker.port, {**mine, "clientCert": old.text, "clientKey": old.key}).connect()


def test_the_names_that_a_broker_would_not_take_are_replaced(settings):
    settings.MQTT_URL = "unix://vtn:secret@/run/mosquitto.sock"

    assert access.broker_name("meter-7") == "meter-7"
    for client_id in ("vtn", "a+b", "a#b", "a/b", "x" * 65):
        name = access.broker_name(client_id)
        assert name.startswith("client ")
        assert len(name) <= 64


def test_a_client_with_an_odd_id_is_let_in_under_its_other_name(enrol, listen, give_access):
    odd = enrol("meter/7+#", Role.VEN, targets=["north"])
    give_access()

    listener = listen(odd, "/programs")

    assert listener.may_subscribe(f"vens/{own_id('meter/7+#')}/+")


# -- Without certificates -------------------------------------------------------------------------------------


def test_anybody_reads_what_all_vens_read_where_nobody_has_to_say_who_he_is(broker, house, settings):
    settings.MQTT_AUTHENTICATION = "ANONYMOUS"

    wanted = access.wanted_access()

    assert wanted.clients == {}
    assert wanted.anonymous == {access.SHARED_ROLE}
    assert bring_up_to_date() == 2 + 2  # the roles; a group, and that it is the one of the unnamed
    assert bring_up_to_date() == 0
    settings.MQTT_AUTHENTICATION = "CERTIFICATE"
    assert bring_up_to_date() == 1 + 2  # the group has no roles any more; the VEN has its own, and its client
    assert bring_up_to_date() == 0


def test_the_broker_refuses_a_wrong_password(broker, settings):
    settings.MQTT_URL = access.broker_rules().url.replace(access.broker_rules().password, "wrong")

    with pytest.raises(BrokerAway, match="refuses the connection: Not authorized"):
        bring_up_to_date()
