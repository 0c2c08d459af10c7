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
