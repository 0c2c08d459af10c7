"""Holds a served document against an official one, operation by operation and member by member.

A difference is one line of text, `where: what`, so that it can be listed with its reason in a document for people.
Schemas are compared where they are used; two that are components are compared once and named for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vtn.openapi.components import JsonSchema
from vtn.openapi.resolution import Use, resolved, used

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KEYWORDS = (
    "type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
)  # fmt: skip
_MEANT_WHEN_ABSENT = {"minLength": 0, "minItems": 0}

Operations = dict[tuple[str, str], tuple[JsonSchema, list[JsonSchema]]]


def differences(official: JsonSchema, served: JsonSchema) -> list[str]:
    """Every difference, in the order of the official document; what is added stands behind what is there."""
    return list(dict.fromkeys(_Comparison(official, served).operations()))


class _Comparison:
    def __init__(self, official: JsonSchema, served: JsonSchema) -> None:
        self._official = official
        self._served = served
        self._seen: set[tuple[str, str]] = set()

    def operations(self) -> Iterator[str]:
        official, served = _operations(self._official), _operations(self._served)
        for (method, path), (operation, parameters) in official.items():
            where = f"{method} {path}"
            if (method, path) not in served:
                yield f"{where}: missing"
                continue
            other, other_parameters = served[method, path]
            yield from _value(where, "operationId", operation, other)
            yield from _value(where, "security", _security(operation), _security(other))
            yield from self._parameters(where, parameters, other_parameters)
            yield from self._body(f"{where} body", operation, other)
            yield from self._answers(where, operation["responses"], other["responses"])
        yield from (f"{method} {path}: added" for method, path in served if (method, path) not in official)

    def _parameters(self, where: str, official: list[JsonSchema], served: list[JsonSchema]) -> Iterator[str]:
        wanted = {(it["in"], it["name"]): it for it in map(self._of_official, official)}
        found = {(it["in"], it["name"]): it for it in map(self._of_served, served)}
        yield from _membership(
            where, [f"{p} parameter {n}" for p, n in wanted], [f"{p} parameter {n}" for p, n in found]
        )
        for key in _shared(wanted, found):
            here = f"{where} {key[0]} parameter {key[1]}"
            yield from _requiredness(
                here, wanted[key].get("required", False), found[key].get("required", False)
            )
            yield from self._schemas(here, wanted[key]["schema"], found[key]["schema"])

    def _body(self, where: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
        wanted = self._of_official(official.get("requestBody", {}))
        found = self._of_served(served.get("requestBody", {}))
        if wanted and found:
            yield from _requiredness(where, wanted.get("required", False), found.get("required", False))
        yield from self._contents(where, wanted, found)

    def _answers(self, where: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
        yield from _membership(where, [f"status {it}" for it in official], [f"status {it}" for it in served])
        for status in _shared(official, served):
            wanted, found = self._of_official(official[status]), self._of_served(served[status])
            yield from self._contents(f"{where} status {status}", wanted, found)

    def _contents(self, where: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
        wanted, found = official.get("content", {}), served.get("content", {})
        yield from _membership(where, wanted, found)
        for media_type in _shared(wanted, found):
            yield from self._schemas(where, wanted[media_type]["schema"], found[media_type]["schema"])

    def _schemas(self, where: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
        """The schemas of one place. Whether it may be null belongs to the place, all else to the component."""
        wanted, found = used(official, self._official), used(served, self._served)
        if wanted.nullable != found.nullable:
            yield f"{where}: {'may' if found.nullable else 'must not'} be null"
        if wanted.name and found.name:
            if (wanted.name, found.name) in self._seen:
                return
            self._seen.add((wanted.name, found.name))
            where = wanted.name if wanted.name == found.name else f"{wanted.name} as {found.name}"
        yield from self._inside(where, wanted, found)

    def _inside(self, where: str, wanted: Use, found: Use) -> Iterator[str]:
        official, served = wanted.schema, found.schema
        for keyword in _KEYWORDS:
            yield from _value(where, keyword, official, served)
        yield from _value(where, "enum", _choices(official), _choices(served))
        yield from self._members(where, official, served)
        if "items" in official and "items" in served:
            yield from self._schemas(f"{where}[]", official["items"], served["items"])
        yield from self._alternatives(where, official, served)

    def _members(self, where: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
        wanted, found = official.get("properties", {}), served.get("properties", {})
        for name in wanted:
            here = f"{where}.{name}"
            if name not in found:
                yield f"{here}: missing"
                continue
            yield from _requiredness(
                here, name in official.get("required", ()), name in served.get("required", ())
            )
            yield from self._schemas(here, wanted[name], found[name])
        yield from (f"{where}.{name}: added" for name in found if name not in wanted)

    def _alternatives(self, where: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
        """Alternatives belong together when they are equally named components, or of one plain type."""
        wanted = {used(it, self._official).label: it for it in _choice_of(official)}
        found = {used(it, self._served).label: it for it in _choice_of(served)}
        yield from _membership(where, [f"choice {it}" for it in wanted], [f"choice {it}" for it in found])
        for label in _shared(wanted, found):
            yield from self._schemas(f"{where} choice {label}", wanted[label], found[label])

    def _of_official(self, part: JsonSchema) -> JsonSchema:
        return resolved(part, self._official)

    def _of_served(self, part: JsonSchema) -> JsonSchema:
        return resolved(part, self._served)


def _operations(document: JsonSchema) -> Operations:
    """Every operation with its parameters, those of its path included."""
    return {
        (method, path): (item[method], [*item.get("parameters", ()), *item[method].get("parameters", ())])
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    }


def _membership(where: str, official: Any, served: Any) -> Iterator[str]:
    yield from (f"{where} {name}: missing" for name in official if name not in served)
    yield from (f"{where} {name}: added" for name in served if name not in official)


def _shared(official: dict[Any, Any], served: dict[Any, Any]) -> list[Any]:
    return [key for key in official if key in served]


def _requiredness(where: str, official: bool, served: bool) -> Iterator[str]:
    if official != served:
        yield f"{where}: {'required' if served else 'not required'}"


def _value(where: str, keyword: str, official: JsonSchema, served: JsonSchema) -> Iterator[str]:
    wanted, found = (schema.get(keyword, _MEANT_WHEN_ABSENT.get(keyword)) for schema in (official, served))
    if wanted != found:
        yield f"{where}: {keyword} is {_shown(found)}, not {_shown(wanted)}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "absent" if value is None else str(value)


def _choice_of(schema: JsonSchema) -> list[JsonSchema]:
    return schema.get("anyOf") or schema.get("oneOf") or []


def _choices(schema: JsonSchema) -> JsonSchema:
    """A choice of null only repeats `nullable`."""
    if "enum" not in schema:
        return {}
    return {"enum": sorted(choice for choice in schema["enum"] if choice is not None)}


def _security(operation: JsonSchema) -> JsonSchema:
    return {"security": sorted(map(_requirement, operation.get("security", [])))}


def _requirement(schemes: dict[str, list[str]]) -> str:
    return " and ".join(" ".join([name, *sorted(scopes)]) for name, scopes in sorted(schemes.items()))
