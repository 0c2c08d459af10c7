import json, pytest
from tests.conftest import event_request


def show(name, r):
    print(f"@{name:40} {r.status_code} {r.get('Content-Type')} {r.content[:300]!r}")


@pytest.mark.django_db(transaction=True)
def test_probe(retailer, ven, program):
    old = retailer.at("3.0.1")
    for d in ["-PT1H", "PT１H", "P1Y" + "0" * 200, "PT" + "1" * 200 + "S", "PT1H\n"]:
        for a in (retailer, old):
            show("event dur " + d[:10], a.post("/events", event_request(program, duration=d)))
            show(
                "interval dur " + d[:10],
                a.post(
                    "/events",
                    event_request(program, intervalPeriod={"start": "2026-06-01T00:00:00Z", "duration": d}),
                ),
            )
            show("offs " + d[:10], a.post("/programs", {"programName": d[:20] + a.root, "timeZoneOffset": d}))
    for pd in [{"payloadType": []}, {}, {"units": "x"}, {"payloadType": {}}]:
        for a in (retailer, old):
            show("pd", a.post("/programs", {"programName": "z", "payloadDescriptors": [pd]}))
    retailer.post("/events", event_request(program))
    show("targets=", retailer.get("/events?targets="))
    show("tt", old.get("/events?targetType=GROUP&targetValues="))
    show("skip", retailer.get("/events?skip=2147483647&limit=50"))
    show("skip", retailer.get("/events?skip=2147483647&limit=50&active=true&targets=a"))
