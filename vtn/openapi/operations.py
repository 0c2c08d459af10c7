"""What a view says about its methods for the API documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, cast

from drf_spectacular.drainage import warn
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.components import JsonSchema, described
from vtn.openapi.security import required_scope
from vtn.wire.problem import Problem

if TYPE_CHECKING:
    from vtn.api.openadr import OpenAdrView

BOTH = frozenset(Dialect)


@dataclass(frozen=True)
class Parameter:
    """`kind` is the type of a value; an extension is one that no official file has."""

    name: str
    kind: Any
    description: str
    place: Literal["query", "path"] = "query"
    dialects: frozenset[Dialect] = BOTH
    is_extension: bool = False


@dataclass(frozen=True)
class Answer:
    """`kind` is the type of the body, if there is one."""

    description: str
    kind: Any = Problem


@dataclass(frozen=True)
class Operation:
    """One method of one path. Without scopes, it is open to all."""

    id: str
    tag: str
    summary: str
    answers: Mapping[HTTPStatus, Answer]
    description: str = ""
    scopes: Mapping[Dialect, Scope] | None = None
    parameters: tuple[Parameter, ...] = ()
    request: Any = None


class OperationSchema(AutoSchema):
    """The `schema` of a view: operations by dialect and by method in lower case.

    All that drf-spectacular would guess is said here, so its `get_operation` is replaced as a whole.
    """

    def __init__(self, operations: Mapping[Dialect, Mapping[str, Operation]] | None = None) -> None:
        super().__init__()
        self._operations = operations or {}

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> JsonSchema | None:
        self.registry = registry
        dialect = cast("OpenAdrView", self.view).dialect
        operation = self._operations.get(dialect, {}).get(method.lower())
        if operation is None:
            warn(f"{method} {path} of {dialect.value}: the view's schema does not describe it")
            return None
        return self._described(operation, dialect)

    def _described(self, operation: Operation, dialect: Dialect) -> JsonSchema:
        members = {
            "operationId": operation.id,
            "tags": [operation.tag],
            "summary": operation.summary,
            "description": operation.description,
            "parameters": [
                self._parameter(parameter)
                for parameter in operation.parameters
                if dialect in parameter.dialects
            ],
            "requestBody": self._body(operation.request),
            "security": required_scope(operation.scopes[dialect]) if operation.scopes else None,
            "responses": {str(int(status)): self._answer(it) for status, it in operation.answers.items()},
        }
        return {name: value for name, value in members.items() if value}

    def _parameter(self, parameter: Parameter) -> JsonSchema:
        described: JsonSchema = {
            "name": parameter.name,
            "in": parameter.place,
            "description": parameter.description,
            "schema": self._schema(parameter.kind),
        }
        if parameter.place == "path":
            described["required"] = True
        if parameter.is_extension:
            described |= {"description": f"Extension: {parameter.description}", "x-extension": True}
        return described

    def _body(self, kind: Any) -> JsonSchema | None:
        if kind is None:
            return None
        schema = self._schema(kind)
        media_types = (parser.media_type for parser in self.view.parser_classes)
        return {"required": True, "content": {media_type: {"schema": schema} for media_type in media_types}}

    def _answer(self, answer: Answer) -> JsonSchema:
        if answer.kind is None:
            return {"description": answer.description}
        content = {"application/json": {"schema": self._schema(answer.kind)}}
        return {"description": answer.description, "content": content}

    def _schema(self, kind: Any) -> JsonSchema:
        schema, components = described(kind)
        for name, component in components.items():
            self._register(name, component)
        return schema

    def _register(self, name: str, schema: JsonSchema) -> None:
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema, object=name)
        if component not in self.registry:
            self.registry.register(component)
        elif self.registry[component].schema != schema:
            warn(f"two different types are called {name}")
