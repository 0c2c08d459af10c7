"""Everyone who asked is told, exactly what they may see."""

from __future__ import annotations

from tests.conftest import event_request
from tests.notifications.conftest import carry_out, notifications


def test_business_is_told_of_a_new_event(retailer, program, subscriber, subscribe):
    subscribe(retailer, objects=["EVENT"])

    event = retailer.post("/events", event_request(program, targets=["north", "south"])).json()
    carry_out()

    assert notifications(subscriber) == [
        {"objectType": "EVENT", "operation": "CREATE", "object": event, "targets": ["north", "south"]}
    ]


def test_a_ven_is_told_what_it_would_read(retailer, ven, stranger, program, subscriber, subscribe):
    subscribe(ven, "/ven", objects=["EVENT"])
    subscribe(stranger, "/stranger", objects=["EVENT"])

    event = retailer.post("/events", event_request(program, targets=["north", "south"])).json()
    carry_out()

    assert notifications(subscriber, "/ven") == [
        {
            "objectType": "EVENT",
            "operation": "CREATE",
            "object": ven.get(f"/events/{event['id']}").json(),
            "targets": ["north"],
        }
    ]
    assert notifications(subscriber, "/stranger") == []
