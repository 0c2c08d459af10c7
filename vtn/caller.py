"""Who calls: the role and scopes of a client, and the targets that were granted to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from vtn import errors
from vtn.dialect import Dialect
from vtn.visibility import Ownership, Visibility


class Role(StrEnum):
    """A property of the client record, never inferred from a scope (decisions/openadr.md §1)."""

    BL = "bl"
    VEN = "ven"


class Scope(StrEnum):
    """The scopes of both dialects' `oAuth2ClientCredentials`, and 3.1.1's `read_bl`."""

    READ_ALL = "read_all"
    READ_BL = "read_bl"
    READ_TARGETS = "read_targets"
    READ_VEN_OBJECTS = "read_ven_objects"
    WRITE_PROGRAMS = "write_programs"
    WRITE_EVENTS = "write_events"
    WRITE_REPORTS = "write_reports"
    WRITE_SUBSCRIPTIONS = "write_subscriptions"
    WRITE_VENS = "write_vens"


# What the Alliance's own server gives to each role (decisions/openadr.md §1). A client record may hold fewer, never
# others, but for `write_reports`, which a BL client may be given by name.
ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.VEN: frozenset(
        {
            Scope.READ_ALL,
            Scope.READ_VEN_OBJECTS,
            Scope.READ_TARGETS,
            Scope.WRITE_REPORTS,
            Scope.WRITE_SUBSCRIPTIONS,
            Scope.WRITE_VENS,
        }
    ),
    Role.BL: frozenset(Scope) - {Scope.WRITE_REPORTS},
}
GRANTABLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.VEN: ROLE_SCOPES[Role.VEN],
    Role.BL: frozenset(Scope),
}


def scopes_to_read(role: Role, dialect: Dialect) -> tuple[Scope, ...]:
    """Any of these reads programs and events: 3.1.0 asks for `read_targets`, 3.0.1 for `read_all`; either is accepted
    from BL and in 3.0.1, whose clients know no other (decisions/openadr.md §1)."""
    return (Scope.READ_TARGETS, *_also(role, dialect))


def scopes_to_read_own(role: Role, dialect: Dialect) -> tuple[Scope, ...]:
    """VENs, resources, reports and subscriptions: 3.1.0 asks for `read_ven_objects`, 3.0.1 for `read_all`; either is
    accepted as above. Which objects the caller sees is decided by whose they are, not by its scopes."""
    return (Scope.READ_VEN_OBJECTS, *_also(role, dialect))


def _also(role: Role, dialect: Dialect) -> tuple[Scope, ...]:
    return (Scope.READ_ALL,) if role is Role.BL or dialect is Dialect.V301 else ()


@dataclass(frozen=True)
class Caller:
    """A client that has proved who it is, or a member of staff acting through the admin.

    `granted` are the targets of the client's ven and of that ven's resources (3.1.0 Definition, "BL created
    object privacy"); it means nothing for BL, which sees everything.
    """

    client_id: str
    role: Role
    scopes: frozenset[Scope]
    granted: frozenset[str] = frozenset()
    staff_username: str | None = field(default=None)

    @classmethod
    def staff(cls, username: str) -> Caller:
        """A member of staff in the admin, who may do what BL may do; Django's permissions were checked before."""
        return cls(client_id="", role=Role.BL, scopes=frozenset(Scope), staff_username=username)

    @property
    def is_business(self) -> bool:
        return self.role is Role.BL

    @property
    def name(self) -> str:
        """Who this is in the audit: `staff:` and a username, or `client:` and a client id."""
        return f"staff:{self.staff_username}" if self.staff_username else f"client:{self.client_id}"

    def holds(self, *accepted: Scope) -> bool:
        return not self.scopes.isdisjoint(accepted)

    def require(self, *accepted: Scope) -> None:
        """Raises `Forbidden` unless the caller holds one of the accepted scopes."""
        if not self.holds(*accepted):
            raise errors.Forbidden(f"This needs the scope {' or '.join(accepted)}")

    def require_business(self, scope: Scope) -> None:
        """Raises `Forbidden` unless the caller is BL and holds the scope: `write_programs` and `write_events`
        are "BL only" in both files, whatever a VEN's token says."""
        if not self.is_business:
            raise errors.Forbidden("Only business logic may write this")
        self.require(scope)

    def require_staff(self) -> None:
        """Raises `Forbidden` unless a member of staff acts, in the admin or by a command: no token allows what is kept
        or provisioned out of band (3.1.0 Definition, "OAuth")."""
        if self.staff_username is None:
            raise errors.Forbidden("Only staff may do this")

    def visibility(self, asked: frozenset[str] | None = None) -> Visibility:
        """What of the targeted objects the caller sees when it asks for these targets (None: it names none)."""
        return Visibility.of(None if self.is_business else self.granted, asked)

    @property
    def ownership(self) -> Ownership:
        """What of the objects that belong to a client the caller sees: `read_all` on a VEN opens nothing."""
        return Ownership(None if self.is_business else self.client_id)

    @cached_property
    def answer_class(self) -> str:
        """Equal for callers who get equal answers to equal questions about programs and events."""
        grant = [] if self.is_business else sorted(self.granted)
        return _digest(self.role, "", *sorted(self.scopes), "", *grant)

    @cached_property
    def personal_class(self) -> str:
        """Equal for one client, as long as it may do the same: for answers about what belongs to clients."""
        return _digest("client", self.client_id, self.role, *sorted(self.scopes))


def _digest(*facts: str) -> str:
    """Different for different facts, wherever one ends and the next begins."""
    digest = hashlib.blake2b(digest_size=16)
    for fact in facts:
        digest.update(f"{len(fact)}:{fact}".encode())
    return digest.hexdigest()
