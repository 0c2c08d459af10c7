"""What the answer to a question holds of events: a name under which polls are found again."""

from __future__ import annotations

from urllib.parse import parse_qs

# These leave no event out of the list as a whole; the other parameters may.
_HARMLESS = {"programID", "limit", "skip"}
_MOST_NAMED = 160  # as long as the column


def about(path: str, query: str) -> str:
    """`events` for a list of all events, `events.program.ID` for that of one program, `event.ID` for one event, and
    nothing for what may leave events out, or has none.

    A list counts whatever its page is: of a client that has read one page it is not known here that it stopped there.
    """
    *_, collection, last = ["", *path.rstrip("/").split("/")]
    if last == "events":
        return _list(query)
    return _short(f"event.{last}") if collection == "events" else ""


def holding(event_id: str, program_id: str) -> list[str]:
    """The names of all questions whose answers hold this event."""
    return ["events", _short(f"events.program.{program_id}"), _short(f"event.{event_id}")]


def _list(query: str) -> str:
    asked = parse_qs(query, keep_blank_values=True)
    if set(asked) - _HARMLESS:
        return ""
    programs = asked.get("programID")
    return "events" if programs is None else _short(f"events.program.{programs[-1]}")


def _short(name: str) -> str:
    """No id of ours is as long, or holds what PostgreSQL has no place for."""
    return name if len(name) <= _MOST_NAMED and name.isprintable() else ""
