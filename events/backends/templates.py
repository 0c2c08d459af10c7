"""Templates that staff write for backends: Django's own language over plain values, from which nothing else is reached.

There are no loaders, no libraries and no objects: what a variable can lead to is text, numbers, lists and mappings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.template import Context, Engine, Library, TemplateSyntaxError
from django.template.exceptions import TemplateDoesNotExist

from events.backends.base import EventChange
from vtn import errors
from vtn.wire import body

# Of what one request holds.
_LONGEST = 1_000_000
_URL = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.ASCII)  # RFC 3986 §2


class BadTemplate(Exception):
    """It cannot be read, or what it makes is not what was wanted."""


class _Absent(str):
    """What a variable is that leads nowhere: nothing as text, null as JSON."""


register = Library()


@register.filter
def json(value: Any) -> str:
    """As JSON, numbers as they were written."""
    return "null" if isinstance(value, _Absent) else body.encode_text(value)


class _Sandbox(Engine):
    """Without the tags that read files or settings, or print whatever there is."""

    default_builtins = ["events.backends.tags", "events.backends.templates"]


def values_of(change: EventChange, mapped: Sequence[Any]) -> dict[str, Any]:
    """What a template can name. `value` is the first of the first payload in force, `mapped` what the event's targets
    are called there."""
    intervals = [
        {
            "id": interval.id,
            "starts_at": interval.starts_at.isoformat(),
            "ends_at": None if interval.ends_at is None else interval.ends_at.isoformat(),
            "payloads": list(interval.payloads),
        }
        for interval in change.intervals
    ]
    values = [value for each in change.intervals for payload in each.payloads for value in payload["values"]]
    named = {
        "key": change.key,
        "event_id": change.event_id,
        "program_id": change.program_id,
        "name": change.name,
        "cause": change.cause,
        "phase": change.phase.value,
        "at": change.at.isoformat(),
        "priority": change.priority,
        "targets": list(change.targets),
        "intervals": intervals,
        "value": values[0] if values else None,
        "mapped": list(mapped),
        "event": dict(change.event),
    }
    # A copy: a template can empty a list, as Django calls what a variable leads to.
    return body.decode_text(body.encode_text(named))


def rendered(text: str, values: dict[str, Any], *, is_url: bool = False) -> str:
    """The text with the values in it, percent-encoded in a URL. Raises `BadTemplate`."""
    engine = _Sandbox(autoescape=False, string_if_invalid=_Absent())
    shown = _quoted(values) if is_url else values
    try:
        made = engine.from_string(text).render(Context(shown, autoescape=False, use_l10n=False, use_tz=False))
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        raise BadTemplate(f"The template cannot be read: {error}") from None
    except Exception as error:
        # Filters raise what they like when they are given what they do not know.
        raise BadTemplate(f"The template fails: {error!r}") from None
    if len(made) > _LONGEST:
        raise BadTemplate(f"It makes more than {_LONGEST:,} characters")
    if is_url and not _URL.fullmatch(made):
        raise BadTemplate(f"It makes no URL: {made[:200]}")
    return made


def as_json(text: str) -> Any:
    """Raises `BadTemplate` for what is not JSON."""
    try:
        return body.decode(text.encode())
    except errors.Invalid as error:
        raise BadTemplate(f"{error.detail} (write {{{{ name|json }}}} for each value)") from None


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return quote(value, safe="")
    if isinstance(value, dict):
        return {name: _quoted(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return value
