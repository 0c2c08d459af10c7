"""Who may write what of a VEN or a resource: a form is for one role, and a VEN's leaves the grant as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from participants.content import OwnedContent
from vtn import errors
from vtn.caller import Caller, Role, Scope
from vtn.content import Content
from vtn.models import TargetedObject

Owned = TypeVar("Owned", bound=OwnedContent)


def require_own_form(caller: Caller, content: OwnedContent) -> None:
    """Raises `Forbidden` without the scope, and for a VEN that writes as business logic: "Only BL clients may write
    targets to ven and resource objects" (3.1.0 Definition, "BL created object privacy"). Business logic that writes as
    a VEN has made a mistake, and gets `Invalid`."""
    caller.require(Scope.WRITE_VENS)
    if content.written_by is caller.role:
        return
    if caller.is_business:
        raise errors.Invalid("objectType: this form is for VENs; business logic writes a BL_…_REQUEST")
    raise errors.Forbidden("objectType: this form is for business logic; a VEN writes a VEN_…_REQUEST")


def keeping_grant(content: Owned, stored: TargetedObject) -> Owned:
    """What a PUT of this wants the object to be: a VEN's does not touch targets, for the reason above."""
    if content.written_by is Role.BL:
        return content
    shown = {"targets": stored.content["targets"]} if "targets" in stored.content else {}
    return replace(
        content,
        targets=tuple(stored.targets),
        literals=stored.literals or {},
        members={**content.members, **shown},
    )


def as_stored(stored: TargetedObject) -> Content:
    """The content of an object that is published anew because something beside it has changed."""
    return Content(targets=tuple(stored.targets), members=stored.content, literals=stored.literals or {})
