"""The API document of Ecosuite's door."""

from __future__ import annotations

import json

from django.test import Client as DjangoClient
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from events.dr_events.urls import ecosuite_document


def test_it_is_served_valid_and_made_without_warnings():
    document = json.loads(DjangoClient().get("/openapi/ecosuite.json").content)

    validate_schema(document)
    ecosuite_document().build()
    assert not GENERATOR_STATS
    assert document["paths"].keys() == {
        "/dr/participants",
        "/dr/participants/{participantID}",
        "/dr/dr-events",
        "/dr/dr-events/{eventID}",
        "/dr/dr-notifications",
        "/schemas/participant",
        "/schemas/dr-event",
        "/schemas/dr-notification",
    }
    assert document["components"]["schemas"]["drEvent"]["required"] == [
        *("priority", "name", "startDate", "notificationDate", "endDate", "goal", "participants")
    ]


def test_its_operations_have_the_names_of_the_public_client():
    document = json.loads(DjangoClient().get("/openapi/ecosuite.json").content)

    named = {each["operationId"] for path in document["paths"].values() for each in path.values()}
    assert named >= {"drParticipants", "drCreateParticipants", "drEvents", "drCreateEvent", "drNotifications"}
    assert named >= {"participantSchema", "drEventSchema", "drNotificationSchema"}


def test_there_is_a_page_of_it():
    assert b"Ecosuite DR" in DjangoClient().get("/docs/").content
    assert DjangoClient().get("/docs/ecosuite/").status_code == 200
