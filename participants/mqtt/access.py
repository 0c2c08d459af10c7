"""Who may read what at the broker: what it should know, and how it comes to know it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from participants.models import Client, Ven
from participants.mqtt.broker import broker_rules
from vtn.caller import Role, Scope
from vtn.notifiers import topics

# Mosquitto lets nobody read whose name holds a wildcard, and a certificate has no longer names.
_PLAIN_NAME = re.compile(r"[^+#/]{1,64}")

_OURS = "openadr3-vtn"
SHARED_ROLE, BUSINESS_ROLE = f"{_OURS} shared", f"{_OURS} business"
_VEN_ROLE = f"{_OURS} ven "


@dataclass(frozen=True)
class Access:
    """The roles of clients by the broker's names for them, the topic filters of roles by theirs, and the roles of those
    who do not say who they are (None: nothing was ever said of them)."""

    clients: dict[str, frozenset[str]] = field(default_factory=dict)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    anonymous: frozenset[str] | None = None


@dataclass(frozen=True)
class Concerned:
    """Whose access may have changed."""

    client_ids: frozenset[str] = frozenset()
    ven_ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.client_ids or self.ven_ids)

    @property
    def names(self) -> list[str]:
        return sorted(broker_name(client_id) for client_id in self.client_ids)

    @property
    def roles(self) -> list[str]:
        return sorted(ven_role(ven_id) for ven_id in self.ven_ids)


def broker_name(client_id: str) -> str:
    """What a client is called at the broker: its id, where that can be. A name that is made up has a space, which no
    client id has; so has the VTN's own (docs/mqtt.md)."""
    if _PLAIN_NAME.fullmatch(client_id) and client_id != broker_rules().username:
        return client_id
    return f"client {hashlib.sha256(client_id.encode()).hexdigest()[:48]}"


def ven_role(ven_id: str) -> str:
    return f"{_VEN_ROLE}{ven_id}"


def is_our_role(name: str) -> bool:
    return name.startswith(f"{_OURS} ")


def wanted_access(only: Concerned | None = None) -> Access:
    """What the broker should know: of all, or of those who are concerned. Two queries."""
    roles = {SHARED_ROLE: frozenset(topics.SHARED), BUSINESS_ROLE: frozenset(topics.BUSINESS)}
    if settings.MQTT_AUTHENTICATION == "ANONYMOUS":
        # Nobody knows who reads, so everybody reads what all VENs may, and nobody more.
        return Access(roles=roles, anonymous=frozenset({SHARED_ROLE}))
    clients: dict[str, frozenset[str]] = {}
    for client_id, held in _readers(only):
        clients[broker_name(client_id)] = frozenset(name for name, _ in held)
        roles |= {name: frozenset(filters) for name, filters in held}
    return Access(clients, roles)


def readable_filters(client_id: str) -> list[str]:
    """The topic filters of one client: none if there is no such client, or it is disabled."""
    readers = _readers(Concerned(client_ids=frozenset({client_id})))
    return [each for _, held in readers for _, filters in held for each in filters]


def _readers(only: Concerned | None) -> Iterator[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Every enabled client with its roles, and their filters."""
    clients, vens = Client.objects.filter(is_enabled=True), Ven.objects.exclude(client_id=None)
    if only is not None:
        owners = Ven.objects.filter(id__in=only.ven_ids).values_list("client_id", flat=True)
        concerned = only.client_ids | {owner for owner in owners if owner}
        clients, vens = clients.filter(client_id__in=concerned), vens.filter(client_id__in=concerned)
    ven_of = dict(vens.values_list("client_id", "id"))
    for client_id, role, scopes in clients.values_list("client_id", "role", "scopes"):
        yield client_id, list(_held(role, scopes, ven_of.get(client_id)))


def _held(role: str, scopes: Collection[str], ven_id: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """By the scopes that the paths of the topics ask for (`participants.api.notifiers`)."""
    if role == Role.BL:
        if not {Scope.READ_ALL, Scope.READ_BL}.isdisjoint(scopes):
            yield BUSINESS_ROLE, topics.BUSINESS
        return
    if Scope.READ_ALL in scopes:
        yield SHARED_ROLE, topics.SHARED
    if ven_id is not None and Scope.READ_VEN_OBJECTS in scopes:
        yield ven_role(ven_id), topics.own_of_ven(ven_id)


def concerned_by(changes: Collection[Any]) -> Concerned:
    """Whose access the changes of VENs touch: both owners, where there is another one now."""
    mine = [each for each in changes if each.object_type == "VEN"]
    documents = [document for each in mine for document in (each.before, each.after) if document is not None]
    return Concerned(
        client_ids=frozenset(document["clientID"] for document in documents),
        ven_ids=frozenset(each.object_id for each in mine),
    )
