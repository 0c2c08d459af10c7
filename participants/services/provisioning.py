"""Makes a client be as a script wants it, however often the script asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from participants import hashers
from participants.content import VenContent
from participants.models import CLIENT_ID, Client, Ven
from participants.services.client_secrets import add_secret
from participants.services.clients import create_client, set_scopes
from participants.services.validation import checked_name, checked_targets
from participants.services.vens import create_ven, set_targets
from vtn import errors
from vtn.caller import Caller, Role
from vtn.ids import new_id
from vtn.turns import wait_for_turn


class ClientDiffers(errors.Conflict):
    """There is such a client, and it differs in what does not change."""


@dataclass(frozen=True)
class Wanted:
    """None means: as it is, or the default when it is new. A `ven_name` or `targets` ask for a VEN."""

    name: str
    role: Role
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    new_secret: bool = False
    scopes: Sequence[str] | None = None
    ven_name: str | None = None
    targets: Sequence[str] | None = None

    @property
    def has_ven(self) -> bool:
        return self.ven_name is not None or self.targets is not None


@dataclass(frozen=True)
class Provisioned:
    """`client_secret` is None when the client has secrets already and none was named or asked for."""

    client: Client
    ven: Ven | None
    client_secret: str | None = field(repr=False)


@transaction.atomic
def provision_client(*, caller: Caller, wanted: Wanted, now: datetime) -> Provisioned:
    """Creates what is missing and changes what may change; asked again for the same, it changes nothing.

    Raises `ClientDiffers`, `ClientTaken`, `VenTaken`, `Invalid`, and then has changed nothing.
    """
    if wanted.has_ven and wanted.role is not Role.VEN:
        raise errors.Invalid("Only a client with the role ven has a VEN and targets")
    # Scripts that provision at the same time take turns, so that the second finds what the first has made.
    wait_for_turn("participants.provision_client")
    client, is_new = _client(caller, wanted, now)
    if not is_new and wanted.scopes is not None:
        client = set_scopes(caller=caller, client_id=client.client_id, scopes=wanted.scopes, now=now)
    return Provisioned(
        client=client,
        ven=_ven(caller, client, wanted, now),
        client_secret=_secret(caller, client, wanted, is_new, now),
    )


def _client(caller: Caller, wanted: Wanted, now: datetime) -> tuple[Client, bool]:
    if wanted.client_id is None:
        known = Client.objects.filter(name=wanted.name).first()
    else:
        known = Client.objects.filter(client_id=wanted.client_id).first()
    if known is None:
        client_id = wanted.client_id or (wanted.name if CLIENT_ID.fullmatch(wanted.name) else new_id())
        created = create_client(
            caller=caller,
            client_id=client_id,
            name=wanted.name,
            role=wanted.role,
            scopes=wanted.scopes,
            now=now,
        )
        return created, True
    if known.role != wanted.role:
        raise ClientDiffers(
            f"The client '{known.client_id}' has the role {known.role}, which does not change"
        )
    if known.name != wanted.name:
        raise ClientDiffers(f"The client '{known.client_id}' is named '{known.name}'")
    return known, False


def _ven(caller: Caller, client: Client, wanted: Wanted, now: datetime) -> Ven | None:
    known = Ven.objects.filter(client_id=client.client_id).first()
    if not wanted.has_ven:
        return known
    if known is None:
        return create_ven(caller=caller, content=_new_ven(client, wanted), now=now).ven
    if wanted.ven_name not in (None, known.ven_name):
        raise ClientDiffers(f"The VEN of the client '{client.client_id}' is named '{known.ven_name}'")
    if wanted.targets is None:
        return known
    return set_targets(caller=caller, ven_id=known.id, targets=wanted.targets, now=now)


def _new_ven(client: Client, wanted: Wanted) -> VenContent:
    ven_name = wanted.ven_name or wanted.name
    return VenContent(
        client_id=client.client_id,
        ven_name=checked_name("ven_name", ven_name),
        targets=tuple(checked_targets(wanted.targets or ())),
        members={"venName": ven_name},
    )


def _secret(caller: Caller, client: Client, wanted: Wanted, is_new: bool, now: datetime) -> str | None:
    text = wanted.client_secret
    if text is not None:
        known = client.secrets.usable(now).values_list("hash", flat=True)
        if not is_new and hashers.matches(text, known):
            return text
    elif not (is_new or wanted.new_secret):
        return None
    return add_secret(caller=caller, client_id=client.client_id, text=text, label="manage.py", now=now).text
