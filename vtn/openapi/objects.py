"""The operations that every kind of object has in the same form: search, create, read, update, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import GenericAlias
from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from msgspec import Meta, Struct

from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.answers import UNCHANGED, refused
from vtn.openapi.operations import BOTH, Answer, Operation, OperationSchema, Parameter
from vtn.wire.metadata import ObjectMetadata
from vtn.wire.problem import BatchProblem
from vtn.wire.schema import CheckedMoment, ObjectID, Target, json_name

# Programs and events.
READ_BY_TARGETS = {Dialect.V301: Scope.READ_ALL, Dialect.V310: Scope.READ_TARGETS}
# VENs, resources, reports and subscriptions.
READ_OWN = {Dialect.V301: Scope.READ_ALL, Dialect.V310: Scope.READ_VEN_OBJECTS}
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
MIRROR = (
    Parameter(
        "modifiedSince",
        CheckedMoment,
        "Only objects that were changed then or later, in the order of change",
        is_extension=True,
    ),
    Parameter(
        "includeDeleted",
        bool,
        "With modifiedSince: deleted objects as well, as their metadata with isDeleted",
        is_extension=True,
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
    """`name` is singular, as in `programID`. `answers` are the types of what stands beside the metadata in an answer,
    where that is not what a client writes; `is_part` says that it is part of another object, which may be missing."""

    name: str
    requests: Mapping[Dialect, Any]
    read: Mapping[Dialect, Scope]
    write: Scope
    answers: Mapping[Dialect, type[Struct]] | None = None
    is_part: bool = False

    @property
    def tag(self) -> str:
        return f"{self.name}s"

    @property
    def path_parameter(self) -> Parameter:
        return Parameter(f"{self.name}ID", ObjectID, f"The id of the {self.name}", place="path")

    @property
    def missing(self) -> tuple[int, ...]:
        """The status of a list of the parts of nothing, which both files have for resources."""
        return (HTTPStatus.NOT_FOUND,) if self.is_part else ()

    @property
    def writes(self) -> dict[Dialect, Scope]:
        return dict.fromkeys(Dialect, self.write)

    def stored(self, dialect: Dialect) -> Any:
        """The type of the object in an answer: metadata, and what a client writes."""
        narrowed = {"object_type": Literal[self.name.upper()]}
        members = (self.answers or self.requests)[dialect]
        fields = (*msgspec.structs.fields(ObjectMetadata), *msgspec.structs.fields(members))
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
    kind: ObjectKind,
    *,
    search: str,
    create: str,
    filters: tuple[Parameter, ...],
    inside: tuple[Parameter, ...] = (),
    dialects: frozenset[Dialect] = BOTH,
) -> OperationSchema:
    """What a list of objects offers; `search` and `create` are the official operation ids. `inside` are the path's
    parameters, where the list is part of another object."""
    return OperationSchema(
        {
            dialect: {
                "get": _search(kind, dialect, search, filters, inside),
                "post": _create(kind, dialect, create, inside),
            }
            for dialect in dialects
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
    inside: tuple[Parameter, ...] = (),
    dialects: frozenset[Dialect] = BOTH,
) -> OperationSchema:
    """What one object offers; `delete_conflict` says when it cannot be deleted, if that can be. `inside` as above."""
    path = (*inside, kind.path_parameter)
    return OperationSchema(
        {
            dialect: {
                "get": _read(kind, dialect, search, path),
                "put": _update(kind, dialect, update, path),
                "delete": _delete(kind, dialect, delete, (*path, *delete_parameters), delete_conflict),
            }
            for dialect in dialects
        }
    )


def batch(kind: ObjectKind, *, create: str) -> OperationSchema:
    """The creation of many objects at once, an extension; `create` is an operation id of our own."""
    return OperationSchema({dialect: {"post": _create_all(kind, dialect, create)} for dialect in Dialect})


def _search(
    kind: ObjectKind,
    dialect: Dialect,
    name: str,
    filters: tuple[Parameter, ...],
    inside: tuple[Parameter, ...],
) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"The {kind.tag} that the caller may see",
        {HTTPStatus.OK: Answer(f"The {kind.tag}", _list_of(kind.stored(dialect)))}
        | UNCHANGED
        | refused(400, 401, 403, *kind.missing, 500),
        description="Filters add up. Unknown parameters are ignored.",
        scopes=kind.read,
        parameters=(*inside, *filters, *_PAGE),
    )


def _create(kind: ObjectKind, dialect: Dialect, name: str, inside: tuple[Parameter, ...]) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"Create a new {kind.name}",
        {HTTPStatus.CREATED: _stored(kind, dialect)}
        | refused(400, 401, 403, *kind.missing, 409, 413, 415, 500),
        scopes=kind.writes,
        parameters=inside,
        request=kind.requests[dialect],
    )


def _create_all(kind: ObjectKind, dialect: Dialect, name: str) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"Extension: create many {kind.tag}, or none",
        {HTTPStatus.CREATED: Answer(f"The {kind.tag} as they are stored", _list_of(kind.stored(dialect)))}
        | {
            HTTPStatus.BAD_REQUEST: Answer(
                "Nothing was created; `errors` says why, item by item", BatchProblem
            )
        }
        | refused(401, 403, 413, 415, 500),
        scopes=kind.writes,
        request=_list_of(kind.requests[dialect]),
    )


def _read(kind: ObjectKind, dialect: Dialect, name: str, path: tuple[Parameter, ...]) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"One {kind.name}",
        {HTTPStatus.OK: _stored(kind, dialect)} | UNCHANGED | refused(400, 401, 403, 404, 500),
        scopes=kind.read,
        parameters=path,
    )


def _update(kind: ObjectKind, dialect: Dialect, name: str, path: tuple[Parameter, ...]) -> Operation:
    return Operation(
        name,
        kind.tag,
        f"Replace one {kind.name}",
        {HTTPStatus.OK: _stored(kind, dialect)} | refused(400, 401, 403, 404, 409, 413, 415, 500),
        scopes=kind.writes,
        parameters=path,
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
        parameters=parameters,
    )


def _list_of(kind: Any) -> GenericAlias:
    return GenericAlias(list, (kind,))


def _stored(kind: ObjectKind, dialect: Dialect) -> Answer:
    return Answer("The object as it is stored", kind.stored(dialect))
