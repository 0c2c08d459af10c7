"""The API document of the licence door."""

from __future__ import annotations

import json

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema


def test_it_is_valid_and_names_what_is_served(client, db):
    document = json.loads(client.get("/openapi/eniris.json").content)

    validate_schema(document)
    assert not GENERATOR_STATS
    assert document["servers"] == [{"url": "/v1"}]
    assert {(method.upper(), path) for path, methods in document["paths"].items() for method in methods} == {
        ("POST", "/license/activate"),
        ("POST", "/license/claim"),
        ("GET", "/license/controller/{nodeID}"),
        ("GET", "/license/customer/{customerID}"),
    }
    body = document["components"]["schemas"]["licenseActivation"]
    assert (body["additionalProperties"], body["required"]) == (False, ["key"])
    assert list(body["properties"]) == ["key", "activationIso"]
    activate = document["paths"]["/license/activate"]["post"]
    assert sorted(activate["responses"]) == ["200", "400", "401", "403", "404", "413", "415", "500", "503"]
    assert activate["security"] == [{"oAuth2ClientCredentials": ["write_vens"]}, {"bearerAuth": []}]


def test_it_has_a_page(client, db):
    assert b"Licences (Eniris)" in client.get("/docs/").content
    assert client.get("/docs/eniris/").status_code == 200
