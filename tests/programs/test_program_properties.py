"""Any program of 3.1 can be read and put back in 3.0.1, and is what it was."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.wire.v301 import ATTRIBUTE_OF
from tests.events.test_event_properties import durations, names, periods, texts, unknown, values_maps

attributes = st.one_of(
    values_maps,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(sorted(ATTRIBUTE_OF.values())),
            "values": st.lists(st.one_of(texts, durations, st.booleans()), max_size=2),
        }
    ),
)
members = st.fixed_dictionaries(
    {},
    optional={
        "intervalPeriod": st.one_of(periods, st.just({"start": "0000-00-00"})),
        "programDescriptions": st.just([{"URL": "https://example.com/", "x-of": "page"}]),
        "attributes": st.lists(attributes, max_size=4),
        "targets": st.lists(names, max_size=3),
        **dict.fromkeys(ATTRIBUTE_OF, st.one_of(texts, st.booleans())),
    },
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(members=members, unknown=unknown)
def test_a_program_that_3_0_1_puts_back_is_what_it_was(retailer, program, members, unknown):
    path, old = f"/programs/{program['id']}", retailer.at("3.0.1")
    written = retailer.put(path, {"programName": "p", **members, **unknown})
    assert written.status_code == 200, written.content
    before = exactly(retailer.get(path))

    answer = old.put(path, old.get(path).json())

    assert answer.status_code == 200, answer.content
    after = exactly(retailer.get(path))
    for read in (before, after):
        # Their order says nothing; 3.0.1 has those of one type together.
        read["targets"] = sorted(read.get("targets", ["none"]))
    assert after == {**before, "modificationDateTime": after["modificationDateTime"]}


def exactly(answer):
    """Numbers as they are written: the store has 1e20 in full, which reads as an integer."""
    return json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)
