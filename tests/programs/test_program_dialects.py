"""What one version reads of what the other can say and it cannot."""

from __future__ import annotations

import pytest

from vtn.wire.moments import SENTINEL


def test_3_0_1_reads_a_start_where_3_1_0_needs_none(retailer):
    written = {"programName": "p", "intervalPeriod": {"duration": "P1Y"}}

    path = f"/programs/{retailer.post('/programs', written).json()['id']}"

    assert retailer.get(path).json()["intervalPeriod"] == {"duration": "P1Y"}
    assert retailer.at("3.0.1").get(path).json()["intervalPeriod"] == {"start": SENTINEL, "duration": "P1Y"}


def test_3_1_0_reads_no_start_in_year_zero(retailer):
    written = {"programName": "p", "intervalPeriod": {"start": "0000-00-00", "duration": "P1Y"}}

    path = f"/programs/{retailer.at('3.0.1').post('/programs', written).json()['id']}"

    assert retailer.get(path).json()["intervalPeriod"] == {"start": SENTINEL, "duration": "P1Y"}
    assert retailer.at("3.0.1").get(path).json()["intervalPeriod"] == written["intervalPeriod"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("X_TIME_ZONE_OFFSET", "one hour"), ("X_TIME_ZONE_OFFSET", 1), ("LOCAL", "yes"), ("COUNTRY", True)],
)
def test_3_0_1_has_no_member_for_an_attribute_of_another_type(retailer, attribute, value):
    attributes = [{"type": attribute, "values": [value]}]

    program = retailer.post("/programs", {"programName": "p", "attributes": attributes}).json()

    assert program["attributes"] == attributes
    assert set(retailer.at("3.0.1").get(f"/programs/{program['id']}").json()) == {
        "id",
        "createdDateTime",
        "modificationDateTime",
        "objectType",
        "programName",
    }


@pytest.mark.parametrize("duration", ["P1Y", "P2Y"])
def test_a_start_that_only_3_0_1_needs_is_not_there_for_3_1_0_after_its_put(retailer, duration):
    written = {"programName": "p", "intervalPeriod": {"duration": "P1Y", "randomizeStart": "PT1M"}}
    path, old = f"/programs/{retailer.post('/programs', written).json()['id']}", retailer.at("3.0.1")

    read = old.get(path).json()
    answer = old.put(path, {**read, "intervalPeriod": {**read["intervalPeriod"], "duration": duration}})

    assert answer.json()["intervalPeriod"]["start"] == SENTINEL
    assert retailer.get(path).json()["intervalPeriod"] == {"duration": duration, "randomizeStart": "PT1M"}


def test_a_private_member_that_3_0_1_does_not_show_stays(retailer):
    """In 3.0.1 `country` is the attribute of that name."""
    written = {"programName": "p", "country": "zz", "attributes": []}
    path, old = f"/programs/{retailer.post('/programs', written).json()['id']}", retailer.at("3.0.1")
    before = retailer.get(path).json()

    old.put(path, old.get(path).json())
    assert retailer.get(path).json() | {"modificationDateTime": 0} == before | {"modificationDateTime": 0}

    assert old.put(path, {"programName": "p", "country": "NL"}).json()["country"] == "NL"
    after = retailer.get(path).json()
    assert (after["country"], after["attributes"]) == ("zz", [{"type": "COUNTRY", "values": ["NL"]}])
