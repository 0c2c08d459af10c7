"""Follows references and puts together what `allOf` takes apart, so that two documents can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from vtn.openapi.components import JsonSchema


@dataclass(frozen=True)
class Use:
    """A schema at one place; `name` is the component's that it refers to, if it is one."""

    schema: JsonSchema
    nullable: bool
    name: str | None

    @property
    def label(self) -> str:
        return self.name or self.schema.get("type", "anything")


def resolved(part: JsonSchema, document: JsonSchema) -> JsonSchema:
    """A parameter, body, answer or schema itself, where a reference to it may stand."""
    while "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def used(schema: JsonSchema, document: JsonSchema) -> Use:
    """A schema without references and `allOf`. A lone reference in `allOf` only makes room for its neighbours."""
    whole = _whole(schema, document)
    nullable = bool(whole.pop("nullable", False))
    return Use(whole, nullable, _name(schema, document, whole))


def _whole(schema: JsonSchema, document: JsonSchema) -> JsonSchema:
    schema = dict(resolved(schema, document))
    for part in schema.pop("allOf", ()):
        other = _whole(part, document)
        schema = {
            **other,
            **schema,
            "properties": {**other.get("properties", {}), **schema.get("properties", {})},
            "required": [*other.get("required", ()), *schema.get("required", ())],
        }
    return schema


def _name(schema: JsonSchema, document: JsonSchema, whole: JsonSchema) -> str | None:
    """Plain texts and numbers are compared where they stand, even where one document gives them a name."""
    parts = schema.get("allOf", ())
    reference = schema if "$ref" in schema else parts[0] if len(parts) == 1 else {}
    if "$ref" not in reference or not whole.get("properties"):
        return None
    return reference["$ref"].rpartition("/")[2]
