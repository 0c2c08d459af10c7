"""Any report of 3.1 can be read and put back in 3.0.1, and is what it was."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import event_request
from tests.events.test_event_properties import int32, names, periods, texts, unknown, values_maps

periods = st.one_of(periods, st.just({"start": "0000-00-00"}))
intervals = st.fixed_dictionaries(
    {"id": int32, "payloads": st.lists(values_maps, max_size=2)}, optional={"intervalPeriod": periods}
)
resources = st.fixed_dictionaries(
    {"resourceName": names, "intervals": st.lists(intervals, max_size=3)},
    optional={"intervalPeriod": periods, "x-mine": texts},
)
members = st.fixed_dictionaries(
    {"clientName": names, "resources": st.lists(resources, max_size=3)},
    optional={
        "reportName": texts,
        "payloadDescriptors": st.lists(st.fixed_dictionaries({"payloadType": names}), max_size=2),
        "targets": st.lists(names, max_size=1),
    },
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(members=members, unknown=unknown)
def test_a_report_that_3_0_1_puts_back_is_what_it_was(retailer, ven, program, members, unknown):
    event, old = retailer.post("/events", event_request(program)).json(), ven.at("3.0.1")
    created = ven.post("/reports", {"eventID": event["id"], **members, **unknown})
    assert created.status_code == 201, created.content
    before = created.json()
    path = f"/reports/{before['id']}"

    answer = old.put(path, old.get(path).json())

    assert answer.status_code == 200, answer.content
    after = ven.get(path).json()
    assert after == {**before, "modificationDateTime": after["modificationDateTime"]}
