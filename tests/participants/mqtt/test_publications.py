"""What a real broker passes on of a change, to whom, and in which words."""

from __future__ import annotations

from participants.models import Publication
from tests.conftest import event_request
from tests.participants.mqtt.conftest import read


def test_business_logic_and_all_vens_are_told_of_a_program_without_targets(
    business, house, listen, give_access, publish
):
    give_access()
    publish()
    everywhere = ["/programs", "/vens", "/resources", "/events", "/reports", "/subscriptions"]
    office, boiler = listen(business, *everywhere), listen(house, "/programs")

    program = business.post("/programs", {"programName": "day-ahead"}).json()
    publish()

    notification = {"objectType": "PROGRAM", "operation": "CREATE", "object": program, "targets": None}
    assert read(office.wait_for(1)) == [("business/programs/create", notification)]
    assert read(boiler.wait_for(1)) == [("programs/create", notification)]
    assert not Publication.objects.exists()


def test_a_targeted_event_goes_to_business_logic_and_as_a_copy_to_the_vens_that_see_it(
    business, house, neighbour, program, own, listen, give_access, publish
):
    give_access()
    publish()
    office = listen(business, "/events", f"/programs/{program['id']}/events")
    ven_id = own(house)["id"]
    at_house = listen(house, f"/vens/{ven_id}/events", f"/programs/{program['id']}/events")
    next_door = listen(neighbour, f"/vens/{own(neighbour)['id']}/events", f"/programs/{program['id']}/events")

    event = business.post("/events", event_request(program, targets=["north", "east"])).json()
    plain = business.post("/events", event_request(program)).json()
    publish()

    whole = {"objectType": "EVENT", "operation": "CREATE", "object": event, "targets": ["north", "east"]}
    shown = {**whole, "object": {**event, "targets": ["north"]}, "targets": ["north"]}
    untargeted = {"objectType": "EVENT", "operation": "CREATE", "object": plain, "targets": None}
    in_program = f"events/programs/{program['id']}/create"
    assert read(office.wait_for(4)) == [
        ("events/create", whole),
        (f"business/{in_program}", whole),
        ("events/create", untargeted),
        (f"business/{in_program}", untargeted),
    ]
    assert read(at_house.wait_for(2)) == [(f"events/vens/{ven_id}/create", shown), (in_program, untargeted)]
    assert read(next_door.wait_for(1)) == [(in_program, untargeted)]
