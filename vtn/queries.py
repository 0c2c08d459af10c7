"""Reads that are the same for programs and events."""

from __future__ import annotations

from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import with_targets
from vtn.models import TargetedQuerySet
from vtn.polling import keys
from vtn.polling.answers import Answer, Seen
from vtn.polling.state import polling


def answer_to(caller: Caller, body: bytes, seen: Seen, *, good_until: float = float("inf")) -> Answer:
    """What a caller is answered. BL's own HTTP cache keeps nothing: whoever writes wants to read what it wrote."""
    return Answer(body, seen=seen, may_age=not caller.is_business, good_until=good_until)


def read_one(
    stored: TargetedQuerySet, kind: str, object_id: str, *, caller: Caller, dialect: Dialect
) -> Answer | None:
    """One object, or None when there is none that the caller may see."""
    visibility = caller.visibility()
    seen = polling().see(keys.object_dependency(kind, object_id))
    row = (
        stored.visible_to(visibility)
        .filter(id=object_id)
        .values_list("targets", "literals", dialect.document_field)
        .first()
    )
    if row is None:
        return None
    targets, literals, document = row
    whole = with_targets(document, visibility.shown(targets), literals, dialect)
    return answer_to(caller, whole.encode(), seen)
