"""What the people of a participant are told of a DR event: pure, from its JSON to words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


def subject_of(event: dict[str, Any]) -> str:
    return f"Demand response: {event['name']}"


def text_of(event: dict[str, Any], zone: ZoneInfo) -> str:
    """An e-mail's worth."""
    return (
        f"{event['name']}\n\n"
        f"Goal:      {event['goal']}\n"
        f"Starts:    {_moment(event['startDate'], zone)}\n"
        f"Ends:      {_moment(event['endDate'], zone)}\n"
        f"Priority:  {event['priority']}\n"
        f"Event id:  {event['id']}\n"
    )


def short_of(event: dict[str, Any], zone: ZoneInfo) -> str:
    """For a telephone: what and when first, in case the end is cut off."""
    starts, ends = _moment(event["startDate"], zone), _moment(event["endDate"], zone)
    return f"Demand response {starts} to {ends}: {event['goal']} ({event['name']})"


def _moment(text: str, zone: ZoneInfo) -> str:
    """In the time zone of the admin, which it says. The ends of time are in no zone's calendar."""
    moment = datetime.fromisoformat(text)
    try:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    except OverflowError:
        return "open"
