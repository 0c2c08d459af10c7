"""What reads of all kinds of objects have in common."""

from __future__ import annotations

from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import with_targets
from vtn.models import TargetedQuerySet
from vtn.polling import keys
from vtn.polling.answers import Answer, Seen
from vtn.polling.state import polling


def answer_to(
    caller: Caller,
    body: bytes,
    seen: Seen,
    *,
    good_until: float = float("inf"),
    is_personal: bool = False,
) -> Answer:
    """What a caller is answered. The HTTP cache of whoever writes keeps nothing, for it wants to read what it wrote:
    that of BL, and a VEN's of what belongs to the VEN."""
    may_age = not (caller.is_business or is_personal)
    return Answer(body, seen=seen, may_age=may_age, good_until=good_until, is_personal=is_personal)


def read_one(
    stored: TargetedQuerySet, kind: str, object_id: str, *, caller: Caller, dialect: Dialect
) -> Answer | None:
    """A program or an event, or None when there is none that the caller may see."""
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
