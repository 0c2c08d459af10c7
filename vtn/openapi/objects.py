"""The operations that every kind of object has in the same form: search, create, read, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from msgspec import Meta, Struct

from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.answers import UNCHANGED, refused
from vtn.openapi.operations import Answer, Operation, OperationSchema, Parameter
from vtn.wire.metadata import ObjectMetadata
from vtn.wire.schema import ObjectID, Target, json_name

# Programs and events.
READ_BY_TARGETS = {Dialect.V301: Scope.READ_ALL, Dialect.V310: Scope.READ_TARGETS}
ONLY_301, ONLY_310 = frozenset({Dialect.V301}), frozenset({Dialect.V310})

TARGETS = (
    Parameter("targets", list[Target], "Only objects with one of these targets", dialects=ONLY_310),
    Parameter(
        "targetType",
        str,
        "With targetValues: only objects with a target of this type, e.g. GROUP",
        dialects=ONLY_301,
    ),
    Parameter(
        "targetValues",
        list[str],
        "With targetType: only objects with one of these targets",
        dialects=ONLY_301,
    ),
)
_PAGE = (
    Parameter("skip", Annotated[int, Meta(ge=0, le=2**31 - 1)], "How many objects to leave out at the front"),
    Parameter(
        "limit",
        Annotated[int, Meta(ge=0, le=settings.PAGE_LIMIT, extra_json_schema={"format": "int32"})],
        f"How many objects to answer with, {settings.PAGE_LIMIT} if it is not given",
    ),
)


@dataclass(frozen=True)
class ObjectKind:
    """`name` is singular, as in `programID`."""

    name: str
    requests: Mapping[Dialect, type[Struct]]
    read: Mapping[Dialect, Scope]
    write: Scope

    @property
    def tag(self) -> str:
        return f"{self.name}s"

    @property
    def path_parameter(self) -> Parameter:
        return Parameter(f"{self.name}ID", ObjectID, f"The id of the {self.name}", place="path")

    @property
    def writes(self) -> dict[Dialect, Scope]:
        return dict.fromkeys(Dialect, self.write)

    def stored(self, dialect: Dialect) -> Any:
        """The type of the object in an answer: metadata, and what a client writes."""
        narrowed = {"object_type": Literal[self.name.upper()]}
        fields = (*msgspec.structs.fields(ObjectMetadata), *msgspec.structs.fields(self.requests[dialect]))
        return msgspec.defstruct(
            self.name.capitalize(),
            [
                (field.name, narrowed.get(field.name, field.type), msgspec.field(default=field.default))
                for field in fields
            ],
            kw_only=True,
            rename=json_name,
            namespace={"__doc__": f"The {self.name} as it is stored."},
        )


def collection(
    kind: ObjectKind, *, search: str, create: str, filters: tuple[Parameter, ...]
) -> OperationSchema:
    """What a list of objects offers; `search` and `create` are the official operation ids."""
    return OperationSchema(
        {
            dialect: {
                "get": _search(kind, dialect, search, filters),
                "post": _create(kind, dialect, create),
            }
            for dialect in Dialect
        }
    )


def single(
    kind: ObjectKind,
    *,
    search: str,
    update: str,
    delete: str,
    delete_parameters: tuple[Parameter, ...] = (),
    delete_conflict: str = "",
) -> OperationSchema:
    """What one object offers; `delete_conflict` says when it cannot be deleted, if that can be."""
    return OperationSchema(
        {
            dialect: {
                "get": _read(kind, dialect, search),
                "put": _update(kind, dialect, update),
                "delete": _delete(kind, dialect, delete, delete_parameters, delete_conflict),
            }
            for dialect in Dialect
        }
    )


def _search(kind: ObjectKind, dialect: Dialect, name: str, filters: tuple[Parameter, ...]) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"The {kind.tag} that the caller may see",
        {HTTPStatus.OK: Answer(f"The {kind.tag}", list[kind.stored(dialect)])}  # type: ignore[misc]
        | UNCHANGED
        | refused(400, 401, 403, 500),
        description="Filters add up. Unknown parameters are ignored.",
        scopes=kind.read,
        parameters=(*filters, *_PAGE),
    )


def _create(kind: ObjectKind, dialect: Dialect, name: str) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"Create a new {kind.name}",
        {HTTPStatus.CREATED: _stored(kind, dialect)} | refused(400, 401, 403, 409, 413, 415, 500),
        scopes=kind.writes,
        request=kind.requests[dialect],
    )


def _read(kind: ObjectKind, dialect: Dialect, name: str) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"One {kind.name}",
        {HTTPStatus.OK: _stored(kind, dialect)} | UNCHANGED | refused(400, 401, 403, 404, 500),
        scopes=kind.read,
        parameters=(kind.path_parameter,),
    )


def _update(kind: ObjectKind, dialect: Dialect, name: str) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"Replace one {kind.name}",
        {HTTPStatus.OK: _stored(kind, dialect)} | refused(400, 401, 403, 404, 409, 413, 415, 500),
        scopes=kind.writes,
        parameters=(kind.path_parameter,),
        request=kind.requests[dialect],
    )


def _delete(
    kind: ObjectKind, dialect: Dialect, name: str, parameters: tuple[Parameter, ...], conflict: str
) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"Delete one {kind.name}",
        {HTTPStatus.OK: Answer("The object as it was", kind.stored(dialect))}
        | refused(400, 401, 403, 404)
        | ({HTTPStatus.CONFLICT: Answer(conflict)} if conflict else {})
        | refused(500),
        scopes=kind.writes,
        parameters=(kind.path_parameter, *parameters),
    )


def _stored(kind: ObjectKind, dialect: Dialect) -> Answer:
    return Answer("The object as it is stored", kind.stored(dialect))
