"""What the overview says of VENs."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from participants import fleet
from vtn.admin.addresses import list_address
from vtn.panels import Figure, Panel


def vens(now: datetime) -> Panel:
    """By when they last asked."""
    found = fleet.counted_by_last_poll(now)
    labels = {
        "hour": _("asked within the hour"),
        "late": _("silent for an hour"),
        "silent": _("silent for a day"),
        "never": _("have never asked"),
    }
    return Panel(
        name="vens",
        title=_("VENs"),
        needs="participants.view_ven",
        figures=tuple(
            Figure(
                label,
                str(found[name]),
                list_address("participants_ven", last_poll=name),
                is_bad=name in ("late", "silent") and found[name] > 0,
            )
            for name, label in labels.items()
        ),
    )
