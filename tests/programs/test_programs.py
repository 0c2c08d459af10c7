"""Programs through the doors: every operation in every dialect, and what one dialect writes the other reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from programs.models import Program
from vtn.models import OutboxEntry

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]

IN_3_1: dict[str, Any] = {
    "programName": "ResTOU",
    "intervalPeriod": {"start": "2023-02-10T00:00:00.000Z", "duration": "P9999Y", "randomizeStart": "PT0S"},
    "programDescriptions": [{"URL": "https://example.com/tou"}],
    "payloadDescriptors": [
        {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": "PRICE", "units": "KWH", "currency": "USD"},
        {
            "objectType": "REPORT_PAYLOAD_DESCRIPTOR",
            "payloadType": "USAGE",
            "readingType": "DIRECT_READ",
            "units": "KWH",
            "accuracy": 0.5,
            "confidence": 90,
        },
    ],
    "attributes": [
        {"type": "PROGRAM_LONG_NAME", "values": ["Residential time of use"]},
        {"type": "RETAILER_NAME", "values": ["ACME"]},
        {"type": "RETAILER_LONG_NAME", "values": ["ACME Electric Inc."]},
        {"type": "PROGRAM_TYPE", "values": ["PRICING_TARIFF"]},
        {"type": "COUNTRY", "values": ["US"]},
        {"type": "PRINCIPAL_SUBDIVISION", "values": ["CO"]},
        {"type": "X_TIME_ZONE_OFFSET", "values": ["-PT1H"]},
        {"type": "BINDING_EVENTS", "values": [False]},
        {"type": "LOCAL", "values": [True]},
    ],
    "targets": ["group1", "VEN_NAME:v1"],
}
IN_3_0_1: dict[str, Any] = {
    "programName": "ResTOU",
    "programLongName": "Residential time of use",
    "retailerName": "ACME",
    "retailerLongName": "ACME Electric Inc.",
    "programType": "PRICING_TARIFF",
    "country": "US",
    "principalSubdivision": "CO",
    "timeZoneOffset": "-PT1H",
    "intervalPeriod": IN_3_1["intervalPeriod"],
    "programDescriptions": IN_3_1["programDescriptions"],
    "bindingEvents": False,
    "localPrice": True,
    "payloadDescriptors": IN_3_1["payloadDescriptors"],
    "targets": [{"type": "GROUP", "values": ["group1"]}, {"type": "VEN_NAME", "values": ["v1"]}],
}
WRITTEN = {"3.1.0": IN_3_1, "3.0.1": IN_3_0_1, "/api/openadr/v1": IN_3_0_1}


def metadata(of: dict[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in ("id", "createdDateTime", "modificationDateTime", "objectType")}


class TestEveryOperation:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_program_is_created_as_written(self, retailer, dialect):
        answer = retailer.at(dialect).post("/programs", WRITTEN[dialect])

        program = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
        assert program == {**metadata(program), **WRITTEN[dialect]}
        assert program["objectType"] == "PROGRAM"
        assert program["createdDateTime"] == program["modificationDateTime"]
        assert program["createdDateTime"].endswith("Z")
        assert (
            datetime.fromisoformat(program["createdDateTime"])
            == Program.objects.get(id=program["id"]).created_at
        )

    @pytest.mark.parametrize("reading", DIALECTS)
    @pytest.mark.parametrize("writing", DIALECTS)
    def test_what_one_dialect_writes_the_other_reads(self, retailer, writing, reading):
        created = retailer.at(writing).post("/programs", WRITTEN[writing]).json()

        answer = retailer.at(reading).get(f"/programs/{created['id']}")

        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json() == {**metadata(created), **WRITTEN[reading]}
        assert retailer.at(reading).get("/programs").json() == [answer.json()]

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_replaces_all_of_it(self, retailer, dialect):
        door = retailer.at(dialect)
        created = door.post("/programs", WRITTEN[dialect]).json()

        answer = door.put(f"/programs/{created['id']}", {"programName": "other"})

        replaced = answer.json()
        assert answer.status_code == 200
        assert replaced == {**metadata(replaced), "programName": "other"}
        assert (replaced["id"], replaced["createdDateTime"]) == (created["id"], created["createdDateTime"])
        assert replaced["modificationDateTime"] > created["modificationDateTime"]
        assert door.get(f"/programs/{created['id']}").json() == replaced

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_deleted_program_is_the_answer_and_is_gone(self, retailer, dialect):
        door = retailer.at(dialect)
        created = door.post("/programs", WRITTEN[dialect]).json()

        answer = door.delete(f"/programs/{created['id']}")

        assert (answer.status_code, answer.json()) == (200, created)
        assert door.get(f"/programs/{created['id']}").status_code == 404
        assert door.get("/programs").json() == []
        assert door.delete(f"/programs/{created['id']}").status_code == 404

    def test_a_put_may_keep_the_name(self, retailer, program):
        assert retailer.put(f"/programs/{program['id']}", {"programName": "day-ahead"}).status_code == 200


class TestWhatWasWrittenComesBack:
    @pytest.mark.parametrize(
        "members",
        [
            {"x-private": {"deep": [1, {"er": True}]}, "snake_case": "kept"},
            {"intervalPeriod": {}},
            {"intervalPeriod": {"duration": "P9999Y"}},
            {"intervalPeriod": {"start": "0001-01-01", "x": 1}},
            {"attributes": []},
            {"attributes": [{"type": "MINE", "values": [0.1, 1, "a", False, {"x": 1, "y": 2.5}]}]},
            {"attributes": [{"type": "COUNTRY", "values": []}]},
            {
                "attributes": [
                    {"type": "COUNTRY", "values": ["US", "CA"]},
                    {"type": "COUNTRY", "values": ["MX"]},
                ]
            },
            {"targets": []},
            {"targets": ["a", "a", "b,c", "d e", "\U0001f600", "é", "-", "' OR 1=1", "%s", "{}", "\\", '"']},
            {"programDescriptions": []},
            {"payloadDescriptors": []},
            {"programDescriptions": [{"URL": "https://example.com", "lang": "en"}]},
        ],
    )
    def test_in_3_1(self, retailer, members):
        written = {"programName": "p", **members}

        created = retailer.post("/programs", written).json()

        assert created == {**metadata(created), **written}
        assert retailer.get(f"/programs/{created['id']}").json() == created

    @pytest.mark.parametrize(
        "members",
        [
            {"retailerName": "", "country": "\U0001f1f8\U0001f1ea", "bindingEvents": True},
            {"timeZoneOffset": "PT0S"},
            {"intervalPeriod": {"start": "0000-00-00", "duration": "P9999Y"}},
            {"targets": [{"type": "PRICE", "values": [0.17, 7, True, "0.170"]}]},
            {"targets": [{"type": "X_1", "values": [""]}]},
            {"targets": []},
            {"x-private": {"a": None}, "programDescriptions": [{"URL": "ht tp"}]},
        ],
    )
    def test_in_3_0_1(self, retailer, members):
        written = {"programName": "p", **members}

        created = retailer.at("3.0.1").post("/programs", written).json()

        expected = {**metadata(created), **written}
        if "x-private" in members:
            expected["x-private"] = {}  # null means absent
        assert created == expected
        assert retailer.at("3.0.1").get(f"/programs/{created['id']}").json() == expected

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_null_means_absent(self, retailer, dialect):
        nulls = dict.fromkeys(WRITTEN[dialect], None) | {"programName": "p", "unknown": None}

        created = retailer.at(dialect).post("/programs", nulls).json()

        assert created == {**metadata(created), "programName": "p"}

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_metadata_of_a_client_is_ignored(self, retailer, dialect):
        door = retailer.at(dialect)
        lies = {"id": "mine", "createdDateTime": 5, "modificationDateTime": [], "objectType": "EVENT"}

        created = door.post("/programs", {"programName": "p", **lies}).json()
        replaced = door.put(f"/programs/{created['id']}", {"programName": "p", **lies}).json()

        assert created["id"] != "mine"
        assert created["objectType"] == replaced["objectType"] == "PROGRAM"
        assert (replaced["id"], replaced["createdDateTime"]) == (created["id"], created["createdDateTime"])
        assert door.get("/programs/mine").status_code == 404

    def test_descriptors_get_the_object_type_that_their_payload_type_tells(self, retailer):
        bare = [{"payloadType": "PRICE"}, {"payloadType": "USAGE"}, {"payloadType": "X", "currency": "EUR"},
                {"payloadType": "Y", "confidence": 1}]  # fmt: skip

        created = retailer.post("/programs", {"programName": "p", "payloadDescriptors": bare}).json()

        assert [descriptor["objectType"] for descriptor in created["payloadDescriptors"]] == [
            "EVENT_PAYLOAD_DESCRIPTOR",
            "REPORT_PAYLOAD_DESCRIPTOR",
            "EVENT_PAYLOAD_DESCRIPTOR",
            "REPORT_PAYLOAD_DESCRIPTOR",
        ]


class TestBetweenTheDialects:
    def test_a_put_of_3_0_1_leaves_the_attributes_that_it_cannot_say(self, retailer):
        created = retailer.post(
            "/programs",
            {
                "programName": "p",
                "attributes": [
                    {"type": "COUNTRY", "values": ["US"]},
                    {"type": "MINE", "values": [1, 0.10, "x"]},
                    {"type": "RETAILER_NAME", "values": ["ACME"]},
                    {"type": "OTHER", "values": []},
                ],
            },
        ).json()

        retailer.at("3.0.1").put(f"/programs/{created['id']}", {"programName": "q", "country": "SE"})

        assert retailer.get(f"/programs/{created['id']}").json()["attributes"] == [
            {"type": "COUNTRY", "values": ["SE"]},
            {"type": "MINE", "values": [1, 0.10, "x"]},
            {"type": "OTHER", "values": []},
        ]

    def test_a_put_of_3_0_1_leaves_values_that_it_was_not_shown(self, retailer):
        attributes = [{"type": "COUNTRY", "values": ["US", "CA"]}, {"type": "LOCAL", "values": ["yes"]}]
        created = retailer.post("/programs", {"programName": "p", "attributes": attributes}).json()
        path, old = f"/programs/{created['id']}", retailer.at("3.0.1")
        shown = old.get(path).json()
        assert (shown["country"], "localPrice" in shown) == ("US", False)

        old.put(path, shown)
        assert retailer.get(path).json()["attributes"] == attributes

        old.put(path, shown | {"country": "NL"})
        assert retailer.get(path).json()["attributes"] == [
            {"type": "COUNTRY", "values": ["NL"]},
            attributes[1],
        ]

    def test_what_3_0_1_reads_it_can_put_back(self, retailer):
        created = retailer.post(
            "/programs", {**IN_3_1, "attributes": [*IN_3_1["attributes"], {"type": "M", "values": [1]}]}
        )
        path = f"/programs/{created.json()['id']}"
        before = retailer.get(path).json()

        retailer.at("3.0.1").put(path, retailer.at("3.0.1").get(path).json())

        after = retailer.get(path).json()
        assert after == {**before, "modificationDateTime": after["modificationDateTime"]}

    def test_3_0_1_shows_the_first_value_where_it_is_of_the_right_type(self, retailer):
        created = retailer.post(
            "/programs",
            {
                "programName": "p",
                "attributes": [
                    {"type": "COUNTRY", "values": ["US", "CA"]},
                    {"type": "RETAILER_NAME", "values": [5]},
                    {"type": "PROGRAM_TYPE", "values": []},
                    {"type": "BINDING_EVENTS", "values": ["yes"]},
                    {"type": "LOCAL", "values": [1]},
                    {"type": "MINE", "values": ["x"]},
                ],
            },
        ).json()

        seen = retailer.at("3.0.1").get(f"/programs/{created['id']}").json()

        assert seen == {**metadata(created), "programName": "p", "country": "US"}

    def test_members_of_3_0_1_mean_nothing_in_3_1_and_the_other_way_round(self, retailer):
        new = retailer.post(
            "/programs", {"programName": "new", "country": "SE", "bindingEvents": True}
        ).json()
        old = retailer.at("3.0.1").post(
            "/programs", {"programName": "old", "attributes": [{"type": "COUNTRY", "values": ["SE"]}]}
        ).json()  # fmt: skip

        assert retailer.at("3.0.1").get(f"/programs/{new['id']}").json() == {
            **metadata(new),
            "programName": "new",
        }
        assert retailer.get(f"/programs/{old['id']}").json() == {**metadata(old), "programName": "old"}

    def test_targets_of_3_1_are_read_as_typed_ones(self, retailer):
        created = retailer.post(
            "/programs",
            {"programName": "p", "targets": ["a", "VEN_NAME:v", "GROUP:A:b", "A:", "b", "lower:c"]},
        ).json()

        assert retailer.at("3.0.1").get(f"/programs/{created['id']}").json()["targets"] == [
            {"type": "GROUP", "values": ["a", "A:b", "b", "lower:c"]},
            {"type": "VEN_NAME", "values": ["v"]},
            {"type": "A", "values": [""]},
        ]

    def test_a_put_of_3_1_forgets_what_3_0_1_wrote_as_numbers(self, retailer):
        old = retailer.at("3.0.1")
        created = old.post(
            "/programs", {"programName": "p", "targets": [{"type": "P", "values": [1]}]}
        ).json()
        path = f"/programs/{created['id']}"
        assert old.get(path).json()["targets"] == [{"type": "P", "values": [1]}]

        retailer.put(path, {"programName": "p", "targets": ["P:1"]})

        assert old.get(path).json()["targets"] == [{"type": "P", "values": ["1"]}]


class TestNames:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_name_that_is_taken_is_a_conflict(self, retailer, program, dialect):
        before = OutboxEntry.objects.count()

        answer = retailer.at(dialect).post("/programs", {"programName": "day-ahead"})

        assert answer.status_code == 409
        assert answer.json() == {
            "title": "Conflict",
            "status": 409,
            "detail": "There is already a program named 'day-ahead'",
        }
        assert Program.objects.count() == 1
        assert OutboxEntry.objects.count() == before

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_cannot_take_the_name_of_another(self, retailer, program, dialect):
        other = retailer.post("/programs", {"programName": "other", "targets": ["a"]}).json()
        before = OutboxEntry.objects.count()

        answer = retailer.at(dialect).put(f"/programs/{other['id']}", {"programName": "day-ahead"})

        assert (answer.status_code, answer.json()["status"]) == (409, 409)
        assert retailer.get(f"/programs/{other['id']}").json() == other
        assert OutboxEntry.objects.count() == before

    def test_names_differ_by_case_and_spaces(self, retailer, program):
        for name in ("Day-ahead", "day-ahead ", "day‐ahead"):
            assert retailer.post("/programs", {"programName": name}).status_code == 201

    def test_a_name_is_free_again_after_a_delete(self, retailer, program):
        retailer.delete(f"/programs/{program['id']}")

        assert retailer.post("/programs", {"programName": "day-ahead"}).status_code == 201

    @pytest.mark.parametrize("name", ["x", "x" * 128, "\U0001f600" * 128, " ", "a\nb", "' OR 1=1"])
    def test_a_name_has_1_to_128_characters(self, retailer, name):
        answer = retailer.post("/programs", {"programName": name})

        assert (answer.status_code, answer.json()["programName"]) == (201, name)
