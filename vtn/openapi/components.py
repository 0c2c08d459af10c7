"""Turns the types of the wire modules into schemas as OpenAPI 3.0 spells them, so that none is written twice.

msgspec speaks JSON Schema 2020-12; the official files and most generators of clients speak OpenAPI 3.0.
"""

from __future__ import annotations

from typing import Any

import msgspec

JsonSchema = dict[str, Any]

_NULL = {"type": "null"}
_CAPITALISED = frozenset({"BlVenRequest", "VenVenRequest", "BlResourceRequest", "VenResourceRequest"})
_FORMAT_OF_MAXIMUM = {2**31 - 1: "int32", 2**63 - 1: "int64"}


def described(kind: Any) -> tuple[JsonSchema, dict[str, JsonSchema]]:
    """The schema of a type, and the components that it refers to, by name."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return _translated(schema), {
        component_name(name): _translated(component) for name, component in components.items()
    }


def component_name(name: str) -> str:
    """`EventRequest` is `eventRequest` in the official files, but for the forms of VENs and of resources."""
    return name if name in _CAPITALISED else name[0].lower() + name[1:]


def _translated(schema: JsonSchema) -> JsonSchema:
    # An absent member has the meaning that the standard gives it, which is not null's.
    schema = {
        name: value
        for name, value in schema.items()
        if name != "title" and (name, value) not in (("default", None), ("required", []))
    }
    if "properties" in schema:
        schema["properties"] = {name: _translated(member) for name, member in schema["properties"].items()}
    if "items" in schema:
        schema["items"] = _translated(schema["items"])
    if "anyOf" in schema:
        schema["anyOf"] = [_translated(choice) for choice in schema["anyOf"]]
    for rule in (_references, _choices, _integers, _limits, _patterns, _examples, _nulls):
        schema = rule(schema)
    return schema


def _references(schema: JsonSchema) -> JsonSchema:
    if "$ref" in schema:
        return {**schema, "$ref": _renamed(schema["$ref"])}
    if "discriminator" in schema:
        discriminator = schema["discriminator"]
        mapping = {tag: _renamed(reference) for tag, reference in discriminator["mapping"].items()}
        return {**schema, "discriminator": {**discriminator, "mapping": mapping}}
    return schema


def _renamed(reference: str) -> str:
    path, slash, name = reference.rpartition("/")
    return f"{path}{slash}{component_name(name)}"


def _choices(schema: JsonSchema) -> JsonSchema:
    """msgspec leaves out the type where the values tell it; generators of clients want to be told."""
    if all(isinstance(value, str) for value in schema.get("enum", [None])):
        return {"type": "string", **schema}
    return schema


def _integers(schema: JsonSchema) -> JsonSchema:
    """The limits of a machine's integers have a name."""
    most = schema.get("maximum")
    if most not in _FORMAT_OF_MAXIMUM:
        return schema
    limits = {"maximum": most, "minimum": -most - 1}
    kept = {name: value for name, value in schema.items() if limits.get(name) != value}
    return {**kept, "format": _FORMAT_OF_MAXIMUM[most]}


def _limits(schema: JsonSchema) -> JsonSchema:
    """In OpenAPI 3.0 whether a limit is excluded is a flag beside it."""
    if "exclusiveMaximum" not in schema:
        return schema
    return {**schema, "maximum": schema["exclusiveMaximum"], "exclusiveMaximum": True}


def _patterns(schema: JsonSchema) -> JsonSchema:
    r"""The end of a text is `\Z` in Python and `$` in the regular expressions of OpenAPI."""
    if "pattern" not in schema:
        return schema
    return {**schema, "pattern": schema["pattern"].replace(r"\Z", "$")}


def _examples(schema: JsonSchema) -> JsonSchema:
    if "examples" not in schema:
        return schema
    first, *_ = schema["examples"]
    return {**{name: value for name, value in schema.items() if name != "examples"}, "example": first}


def _nulls(schema: JsonSchema) -> JsonSchema:
    """OpenAPI 3.0 has no type `null`, but a flag."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != _NULL]
    if len(choices) == len(schema.get("anyOf", ())):
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(choices) > 1:
        return {**rest, "anyOf": choices, "nullable": True}
    (choice,) = choices
    if "$ref" in choice:  # nothing may stand beside one
        return {**rest, "allOf": [choice], "nullable": True}
    if "enum" in choice:
        choice = {**choice, "enum": [*choice["enum"], None]}
    return {**choice, **rest, "nullable": True}
