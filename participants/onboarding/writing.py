"""Writes many newcomers with a fixed number of statements: the rows and the records of changes that they would have if
each was made by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from participants import hashers, rows
from participants.content import ResourceContent
from participants.models import Client, ClientSecret, Resource, Ven
from participants.mqtt.telling import clients_changed
from participants.onboarding.table import Newcomer
from participants.services import resources, vens
from participants.services.clients import changed_client, described_client, new_client
from participants.services.forms import require_own_form
from vtn import outbox
from vtn.caller import Caller, Role
from vtn.documents import recorded
from vtn.ids import new_id
from vtn.models import later_than
from vtn.outbox import Entry
from vtn.publishing import Operation, Write
from vtn.statements import insert_all

_LABEL = "onboarding"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The only moment at which the secret can be read."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Made:
    """What becomes of a line."""

    client: Client
    secret: ClientSecret
    credentials: Credentials
    ven: Ven
    resources: list[Resource]


def write(newcomers: Sequence[Newcomer], *, caller: Caller, now: datetime) -> list[Credentials]:
    """In a transaction, of newcomers that were looked at. They are in memory all at once."""
    change = Write(Operation.CREATE, caller, now)
    made = [_made(newcomer, change) for newcomer in newcomers]
    stored = [each.ven for each in made]
    parts = [resource for each in made for resource in each.resources]
    insert_all([each.client for each in made])
    insert_all([each.secret for each in made])
    insert_all(stored)
    insert_all(parts)
    rows.write_ways_to_new_vens(stored)
    rows.write_ways_to_new_resources(parts)
    outbox.record_all([entry for each in made for entry in _changes(each, change)], caller=caller, now=now)
    clients_changed(each.client.client_id for each in made)
    return [each.credentials for each in made]


def _made(newcomer: Newcomer, change: Write) -> _Made:
    """Not stored yet. A client that has got its secret has been changed once."""
    content, now = newcomer.content, change.now
    require_own_form(change.caller, content)
    client = new_client(newcomer.client_id, newcomer.name, Role.VEN, None, now)
    client.modified_at = later_than(now, now)
    text = hashers.generated_secret()
    secret = ClientSecret(client=client, hash=hashers.hash_generated(text), label=_LABEL, created_at=now)
    ven = Ven(id=new_id(), client_id=client.client_id, ven_name=content.ven_name, created_at=now)
    vens.fill(ven, content, change)
    own = [_resource(ven, each, change) for each in content.resources or ()]
    return _Made(client, secret, Credentials(newcomer.name, client.client_id, text), ven, own)


def _resource(ven: Ven, content: ResourceContent, change: Write) -> Resource:
    resource = Resource(id=new_id(), ven=ven, resource_name=content.resource_name, created_at=change.now)
    resources.fill(resource, ven, content, change)
    return resource


def _changes(made: _Made, change: Write) -> Iterator[Entry]:
    """In the order in which single services write them."""
    without, whole = (described_client(made.client, secrets) for secrets in ([], [made.secret]))
    yield changed_client(made.client, None, without)
    yield changed_client(made.client, without, whole)
    yield vens.changed_ven(made.ven, change, before=None, after=recorded(made.ven))
    for resource in made.resources:
        after = recorded(resource)
        yield resources.changed_resource(resource, made.ven, change, before=None, after=after)
