"""Who may still be told what a delivery tells, asked when it is sent: that may be a day after the change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from participants.notifications.recipients import Recipient
from participants.notifications.sight import TARGETED, Subscriber, may_be_told
from vtn.caller import Role
from vtn.deliveries.store import Claimed
from vtn.models import OutboxEntry

# Of the grants only what is asked for. One look per client, since few are sent to at a time.
_CLIENTS = """
    SELECT client_id, role, scopes, ARRAY(
        SELECT target FROM participants_ven ven JOIN participants_ventarget way ON way.ven_id = ven.id
        WHERE ven.client_id = client.client_id AND target = ANY(%(targets)s)
        UNION
        SELECT target FROM participants_ven ven JOIN participants_resourcetarget way ON way.ven_id = ven.id
        WHERE ven.client_id = client.client_id AND target = ANY(%(targets)s)
    )
    FROM participants_client client WHERE client_id = ANY(%(clients)s) AND is_enabled
"""

Addressed = tuple[Claimed, Recipient]


def still_told(addressed: Sequence[Addressed]) -> list[Addressed]:
    """Those whose client is enabled, has the role still in which it subscribed, and would see the object today if it
    were as the delivery shows it. Two queries."""
    if not addressed:
        return []
    targets = _targets(each for each, _ in addressed if each.object_type in TARGETED)
    every = sorted({target for shown in targets.values() for target in shown})
    clients = _clients({recipient.client_id for _, recipient in addressed}, every)
    return [
        (each, recipient)
        for each, recipient in addressed
        if (client := clients.get(recipient.client_id)) is not None
        and client.role == recipient.role
        and may_be_told(client, each.object_type, targets.get(each.id, []))
    ]


def _targets(claimed: Iterable[Claimed]) -> Mapping[int, list[str]]:
    """All targets of what each delivery shows, those included that its body hides."""
    mine = list(claimed)
    if not mine:
        return {}
    entries = OutboxEntry.objects.filter(id__in={each.entry_id for each in mine})
    known = {
        id_: (before or [], after or [])
        for id_, before, after in entries.values_list("id", "before__targets", "after__targets")
    }
    return {
        each.id: known[each.entry_id][0 if each.operation == "DELETE" else 1]
        for each in mine
        if each.entry_id in known
    }


def _clients(client_ids: Iterable[str], targets: Sequence[str]) -> dict[str, Subscriber]:
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, {"clients": [*client_ids], "targets": [*targets]})
        return {
            client_id: Subscriber(client_id, Role(role), frozenset(scopes), frozenset(granted))
            for client_id, role, scopes, granted in cursor.fetchall()
        }
