"""Documents of VENs and of resources in one statement each, as fast from a large table as from a small one.

For a page the ids are picked first, from an index that gives them in the order of lists: that of the table, of a VEN or
of a name, or, where they are asked for by targets, `ven_target_order`, `resource_target_order`,
`resource_target_order_by_name` or `resource_target_order_in_ven`, one ordered walk per target, merged. Only then are
documents read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from participants.wire.vens.v301 import with_resources
from vtn.dialect import Dialect
from vtn.documents import with_targets
from vtn.paging import Page
from vtn.visibility import Ownership
from vtn.wire import body

# The planner takes each target to be on as many objects as targets are on average. Were that so, it would be cheaper to
# collect them all and sort; a popular one has a share of the table. The setting holds for this query alone.
_BY_WALKS = "SET LOCAL enable_bitmapscan = off;"
_IDS = """
    SELECT DISTINCT id, created_at FROM ({matches}) AS matches
    ORDER BY created_at, id OFFSET %(skip)s LIMIT %(limit)s
"""
_PAGE = """
    WITH ids AS ({ids})
    SELECT stored.id, {columns} FROM ids JOIN {table} AS stored USING (id) ORDER BY ids.created_at, ids.id
"""
_FROM_ROWS = """
    SELECT id, created_at FROM {table} WHERE {conditions} ORDER BY created_at, id LIMIT %(most)s
"""
_FROM_TARGETS = """
    SELECT found.id, found.created_at FROM unnest(%(targets)s::varchar[]) AS wanted (target)
    CROSS JOIN LATERAL (
        SELECT {object} AS id, created_at FROM {ways} AS way
        WHERE way.target = wanted.target AND {narrowings} ORDER BY created_at, {object} LIMIT %(most)s
    ) AS found
"""
_BY_ID = "SELECT stored.id, {columns} FROM {table} AS stored WHERE stored.id = ANY(%(ids)s) AND {conditions}"
# One row without a resource for a VEN that has none of these, so that it can be told from one that is not there.
_OF_VEN = """
    WITH ids AS ({ids})
    SELECT stored.id, {columns}
    FROM participants_ven AS ven LEFT JOIN (ids JOIN participants_resource AS stored USING (id)) ON TRUE
    WHERE ven.id = %(ven_id)s AND {owner} ORDER BY ids.created_at, ids.id
"""
_RESOURCES_INSIDE = """(
    SELECT coalesce(json_agg(json_build_array(targets, literals, document_301) ORDER BY created_at, id), '[]')::text
    FROM participants_resource WHERE ven_id = stored.id
)"""


@dataclass(frozen=True, slots=True)
class Table:
    """Where one kind of object is, and how its owner and its name are asked for. `is_one_by_name`: no two are named
    the same, and the ways to them need no name."""

    table: str
    ways: str
    object: str
    owner: str
    name: str
    is_one_by_name: bool
    inside_301: str

    def columns(self, dialect: Dialect) -> str:
        of_301 = f"stored.literals, {self.inside_301}" if dialect is Dialect.V301 else "NULL, NULL"
        return f"stored.targets, stored.{dialect.document_field}, {of_301}"


VENS = Table(
    table="participants_ven",
    ways="participants_ventarget",
    object="ven_id",
    owner="client_id = %(client_id)s",
    name="ven_name = %(name)s",
    is_one_by_name=True,
    inside_301=_RESOURCES_INSIDE,
)
RESOURCES = Table(
    table="participants_resource",
    ways="participants_resourcetarget",
    object="resource_id",
    owner="ven_id = (SELECT id FROM participants_ven WHERE client_id = %(client_id)s)",
    name="resource_name = %(name)s",
    is_one_by_name=False,
    inside_301="NULL",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to: objects with one of these targets, of a name, and resources of a VEN."""

    targets: frozenset[str] | None = None
    name: str | None = None
    ven_id: str | None = None

    @property
    def is_nothing(self) -> bool:
        return self.targets is not None and not self.targets

    def leads_by_targets(self, table: Table, ownership: Ownership) -> bool:
        """Whether a walk along targets is the way, as there may be many objects without it: a VEN is the only one of
        its client and of its name, a resource the only one of both."""
        of_one_ven = ownership.client_id is not None or self.ven_id is not None
        by_name = self.name is not None
        finds_one = (of_one_ven or by_name) if table.is_one_by_name else (of_one_ven and by_name)
        return self.targets is not None and not finds_one

    def narrowings(self, table: Table, ownership: Ownership) -> list[str]:
        """All but the targets, in SQL. No text of a caller's gets into it."""
        return [
            *([table.owner] if ownership.client_id is not None else []),
            *(["ven_id = %(ven_id)s"] if self.ven_id is not None else []),
            *([table.name] if self.name is not None else []),
        ]


def page_of(table: Table, ownership: Ownership, wanted: Wanted, page: Page, dialect: Dialect) -> list[str]:
    """The documents of a page of a list, oldest first."""
    if wanted.is_nothing or page.limit == 0:
        return []
    statement = _PAGE.format(
        ids=_ids(table, ownership, wanted), columns=table.columns(dialect), table=table.table
    )
    return [_document(row, dialect) for row in _walked(statement, _parameters(ownership, wanted, page))]


def by_id(
    table: Table, ownership: Ownership, ids: list[str], dialect: Dialect, *, ven_id: str | None = None
) -> dict[str, str]:
    """The documents of those of these objects that the owner may see, by their ids; of one VEN, where it is named."""
    wanted = Wanted(ven_id=ven_id)
    statement = _BY_ID.format(
        table=table.table,
        columns=table.columns(dialect),
        conditions=_all_of(wanted.narrowings(table, ownership)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids, "client_id": ownership.client_id, "ven_id": ven_id})
        return {row[0]: _document(row, dialect) for row in cursor.fetchall()}


def resources_of_ven(
    ven_id: str, ownership: Ownership, wanted: Wanted, page: Page, dialect: Dialect
) -> list[str] | None:
    """The documents of a page of the resources of one VEN, oldest first; None without such a VEN."""
    of_ven = replace(wanted, ven_id=ven_id)
    statement = _OF_VEN.format(
        ids=_ids(RESOURCES, Ownership(None), of_ven),
        columns=RESOURCES.columns(dialect),
        owner=_all_of(Wanted().narrowings(VENS, ownership)),
    )
    found = _walked(statement, _parameters(ownership, of_ven, page))
    return [_document(row, dialect) for row in found if row[0] is not None] if found else None


def _ids(table: Table, ownership: Ownership, wanted: Wanted) -> str:
    """The SQL that picks those of a page."""
    narrowings = wanted.narrowings(table, ownership)
    if wanted.leads_by_targets(table, ownership):
        matches = _FROM_TARGETS.format(ways=table.ways, object=table.object, narrowings=_all_of(narrowings))
    else:
        by_targets = [] if wanted.targets is None else ["targets && %(targets)s::varchar[]"]
        matches = _FROM_ROWS.format(table=table.table, conditions=_all_of([*narrowings, *by_targets]))
    return _IDS.format(matches=matches)


def _walked(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_WALKS + statement, parameters)
        cursor.nextset()  # from the answer to SET to that of the query
        return cursor.fetchall()


def _parameters(ownership: Ownership, wanted: Wanted, page: Page) -> dict[str, Any]:
    return {
        "client_id": ownership.client_id,
        "targets": sorted(wanted.targets or ()),
        "name": wanted.name,
        "ven_id": wanted.ven_id,
        **page.parameters,
    }


def _all_of(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def _document(row: tuple[Any, ...], dialect: Dialect) -> str:
    _, targets, document, literals, inside = row
    whole = with_targets(document, targets, body.decode_text(literals) if literals else None, dialect)
    if inside is None:
        return whole
    resources = body.decode_text(inside)
    return with_resources(
        whole,
        (with_targets(document, targets, literals, dialect) for targets, literals, document in resources),
    )
