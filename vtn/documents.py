"""Answers made of stored documents: the visible targets are put in front of each, and the whole is joined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vtn.dialect import Dialect
from vtn.models import TargetedObject, TargetedQuerySet
from vtn.visibility import Visibility
from vtn.wire import v301, v310
from vtn.wire.targets import Literals

_TARGETS_MEMBER = {Dialect.V301: v301.targets_member, Dialect.V310: v310.targets_member}

# targets, the literals that 3.0.1 wrote among them, and the document without its targets
Row = tuple[list[str], Literals | None, str]


def with_targets(document: str, shown: list[str], literals: Literals | None, dialect: Dialect) -> str:
    """The whole document. One without targets is whole as it is stored."""
    return _front(shown, literals, dialect) + document[1:]


def _front(shown: list[str], literals: Literals | None, dialect: Dialect) -> str:
    """What stands in place of the brace that a stored document begins with."""
    return f'{{"targets":{targets_text(shown, literals, dialect)},' if shown else "{"


def targets_text(shown: list[str], literals: Literals | None, dialect: Dialect) -> str:
    """The value of `targets` as JSON."""
    return _TARGETS_MEMBER[dialect](shown, literals)


def joined(rows: Iterable[Row], visibility: Visibility, dialect: Dialect) -> bytes:
    """A JSON list of what one reader sees of these objects. Most of a page have the same targets, written once."""
    fronts: dict[tuple[str, ...], str] = {}

    def front(targets: list[str], literals: Literals | None) -> str:
        if literals:
            return _front(visibility.shown(targets), literals, dialect)
        same = tuple(targets)
        if same not in fronts:
            fronts[same] = _front(visibility.shown(targets), None, dialect)
        return fronts[same]

    documents = (front(targets, literals) + document[1:] for targets, literals, document in rows)
    return list_of(documents).encode()


def list_of(documents: Iterable[str]) -> str:
    """A JSON list of documents."""
    return f"[{','.join(documents)}]"


def by_id(
    objects: TargetedQuerySet[Any], visibility: Visibility, dialect: Dialect, ids: list[str]
) -> dict[str, str]:
    """What one reader sees of those of these objects, by their ids."""
    rows = objects.filter(id__in=ids).values_list("id", "targets", "literals", dialect.document_field)
    return {
        object_id: with_targets(document, visibility.shown(targets), literals, dialect)
        for object_id, targets, literals, document in rows
    }


def recorded(stored: TargetedObject) -> str:
    """An object in the 3.1.0 dialect with all its targets, as the outbox records it."""
    return with_targets(stored.document_310, stored.targets, None, Dialect.V310)


def written(stored: TargetedObject, dialect: Dialect) -> str:
    """An object as the answer to the one who wrote it, with all its targets."""
    return with_targets(stored.document(dialect), stored.targets, stored.literals, dialect)
