"""Everything that changes participants of Ecosuite's demand response, and with them who holds their targets."""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from participants.contacts.contact import require_callable_webhook
from participants.contacts.webhooks import opened_secret, sealed_secret
from participants.enrolment import LONGEST_CODE, Links, ParticipantContent, target_of
from participants.models import Client, Participant, Resource, ResourceTarget, Ven, VenTarget
from participants.queries.participants import NoSuchParticipant
from participants.services.resources import publish_resource
from participants.services.validation import checked_name
from participants.services.ven_lock import locked_ven
from participants.services.vens import set_targets
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller, Role, Scope
from vtn.constraints import refused_by
from vtn.content import with_targets
from vtn.ids import new_id
from vtn.models import OutboxEntry, later_than
from vtn.publishing import Operation, Write
from vtn.wire.metadata import date_time

# In the record of changes. Clients whose grant is another are told of by the changes of their VENs and resources.
_PARTICIPANT = "PARTICIPANT"


class ParticipantTaken(errors.Conflict):
    """A code is one participant's."""


class CodeChanged(errors.Invalid):
    """A participant keeps its code, which its target is made of: events that name it would be meant for nobody."""


class UnknownLink(errors.Invalid):
    """A participant is to stand for a VEN or a resource that is not there."""


def enrol_participant(*, caller: Caller, content: ParticipantContent, now: datetime) -> Participant:
    """Where the content says nothing of links, the participant stands for the VEN that is named like it, if there is
    one whose name can be trusted. Raises `ParticipantTaken`, `UnknownLink`, `Invalid`, `Forbidden`."""
    caller.require_business(Scope.WRITE_VENS)
    checked_name("code", content.code)
    if len(content.code) > LONGEST_CODE:
        raise errors.Invalid(f"code: 1 to {LONGEST_CODE} characters")
    with _unique(content.code), transaction.atomic():
        participant = Participant(id=new_id(), code=content.code, created_at=now, modified_at=now)
        participant.target = target_of(content.code)
        _fill(participant, content)
        participant.save(force_insert=True)
        links = content.links if content.links is not None else _named_like(participant)
        _move_grants(participant.target, Links(), links, caller, now)
        described = _described(participant, links)
        record_described(_PARTICIPANT, participant.id, None, described, caller=caller, now=now)
        return participant


@transaction.atomic
def update_participant(
    *, caller: Caller, participant_id: str, content: ParticipantContent, now: datetime
) -> Participant:
    """Replaces all but the code. Where the content says nothing of links they stay; one that stands for nobody is tried
    by its name as above. Raises `NoSuchParticipant`, `CodeChanged`, `UnknownLink`, `Invalid`, `Forbidden`."""
    caller.require_business(Scope.WRITE_VENS)
    participant = _locked(participant_id)
    if content.code != participant.code:
        raise CodeChanged(f"code: the participant is '{participant.code}', which does not change")
    links_before = _links(participant.target)
    before = _described(participant, links_before)
    _fill(participant, content)
    participant.modified_at = later_than(participant.modified_at, now)
    participant.save()
    links = content.links
    if links is None:
        links = links_before if links_before != Links() else _named_like(participant)
    _move_grants(participant.target, links_before, links, caller, now)
    described = _described(participant, links)
    record_described(_PARTICIPANT, participant.id, before, described, caller=caller, now=now)
    return participant


@transaction.atomic
def delete_participant(*, caller: Caller, participant_id: str, now: datetime) -> None:
    """Nobody holds its target any more, so that its VENs see no event that was meant for it. Raises
    `NoSuchParticipant`, `Forbidden`."""
    caller.require_business(Scope.WRITE_VENS)
    participant = _locked(participant_id)
    links = _links(participant.target)
    before = _described(participant, links)
    _move_grants(participant.target, links, Links(), caller, now)
    Participant.objects.filter(id=participant.id).delete()
    record_described(_PARTICIPANT, participant.id, before, None, caller=caller, now=now)


def _fill(participant: Participant, content: ParticipantContent) -> None:
    if content.webhook:
        require_callable_webhook(content.webhook)
    participant.contact_user, participant.phone_contact = content.contact_user, content.phone_contact
    participant.webhook, participant.content = content.webhook, content.members
    if content.webhook_secret is not None:
        participant.sealed_secret = sealed_secret(content.webhook_secret, participant.id)


def _locked(participant_id: str) -> Participant:
    participant = Participant.objects.select_for_update().filter(id=participant_id).first()
    if participant is None:
        raise NoSuchParticipant(participant_id)
    return participant


def _links(target: str) -> Links:
    return Links(
        ven_ids=frozenset(VenTarget.objects.filter(target=target).values_list("ven_id", flat=True)),
        resource_ids=frozenset(
            ResourceTarget.objects.filter(target=target).values_list("resource_id", flat=True)
        ),
    )


def _named_like(participant: Participant) -> Links:
    """The VEN whose name is the code; unless a VEN's client has ever written it, which may have chosen that name to get
    what is meant for others: "Only BL clients may write targets to ven and resource objects" (3.1.0 Definition, "BL
    created object privacy")."""
    ven_id = Ven.objects.filter(ven_name=participant.code).values_list("id", flat=True).first()
    if ven_id is None:
        return Links()
    writers = set(OutboxEntry.objects.filter(object_id=ven_id).values_list("made_by", flat=True))
    clients = {name.removeprefix("client:") for name in writers if name.startswith("client:")}
    trusted = Client.objects.filter(client_id__in=clients, role=Role.BL).count() == len(clients)
    return Links(ven_ids=frozenset({ven_id})) if trusted else Links()


def _move_grants(target: str, before: Links, after: Links, caller: Caller, now: datetime) -> None:
    """Gives the target to who is new and takes it from who has left, VEN by VEN in the order of their ids: two who do
    this at once never wait for each other."""
    resources = _vens_of(before.resource_ids ^ after.resource_ids, wanted=after)
    vens = before.ven_ids ^ after.ven_ids
    _require_vens(after.ven_ids - before.ven_ids)
    for ven_id in sorted(vens | resources.keys()):
        ven = locked_ven(caller, ven_id)
        if ven_id in vens:
            wanted = _with(ven.targets, target, is_granted=ven_id in after.ven_ids)
            ven = set_targets(caller=caller, ven_id=ven_id, targets=wanted, now=now)
        for resource in Resource.objects.filter(id__in=resources.get(ven_id, ())).order_by("id"):
            wanted = _with(resource.targets, target, is_granted=resource.id in after.resource_ids)
            content = with_targets(resource, wanted)
            publish_resource(resource, ven, content, Write(Operation.UPDATE, caller, now))


def _vens_of(resource_ids: frozenset[str], *, wanted: Links) -> dict[str, set[str]]:
    """The resources by their VENs. Raises `UnknownLink` for one that is wanted and not there."""
    by_ven: defaultdict[str, set[str]] = defaultdict(set)
    for resource_id, ven_id in Resource.objects.filter(id__in=resource_ids).values_list("id", "ven_id"):
        by_ven[ven_id].add(resource_id)
    missing = (resource_ids & wanted.resource_ids).difference(*by_ven.values())
    if missing:
        raise UnknownLink(f"resourceIDs: there is no resource '{min(missing)}'")
    return by_ven


def _require_vens(ven_ids: frozenset[str]) -> None:
    missing = ven_ids.difference(Ven.objects.filter(id__in=ven_ids).values_list("id", flat=True))
    if missing:
        raise UnknownLink(f"venID: there is no VEN '{min(missing)}'")


def _with(targets: list[str], target: str, *, is_granted: bool) -> list[str]:
    others = [each for each in targets if each != target]
    return [*others, target] if is_granted else others


def _described(participant: Participant, links: Links) -> dict[str, Any]:
    """For the record, where no secret has a place."""
    return {
        **participant.content,
        "id": participant.id,
        "code": participant.code,
        "contactUser": participant.contact_user,
        "phoneContact": participant.phone_contact,
        "contactWebhook": participant.webhook,
        "venIDs": sorted(links.ven_ids),
        "resourceIDs": sorted(links.resource_ids),
        "modificationDateTime": date_time(participant.modified_at),
    }


def _unique(code: str) -> AbstractContextManager[None]:
    taken = ParticipantTaken(f"code: there is already a participant '{code}'")
    return refused_by({"participant_code": taken, "participants_participant_target_key": taken})


@transaction.atomic
def reseal_secrets() -> int:
    """Puts the secrets of webhooks under the newest sealing key; how many there are. Raises `CannotUnseal`."""
    found = list(Participant.objects.select_for_update().exclude(sealed_secret=""))
    for each in found:
        each.sealed_secret = sealed_secret(opened_secret(each.sealed_secret, each.id) or "", each.id)
        each.save(update_fields=["sealed_secret"])
    return len(found)
