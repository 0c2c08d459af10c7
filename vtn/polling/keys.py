"""The names under which changes are announced and answers depend on them."""

from __future__ import annotations

from collections.abc import Iterable

from vtn.visibility import Ownership, Visibility

# A reader with more targets than this depends on every change of the kind instead of on each target's.
_MANY = 100


def changed(
    kind: str, object_id: str, *, targets: Iterable[Iterable[str]], program_id: str = ""
) -> list[str]:
    """What a change of one object moves. `targets` are its lists of targets before and after, whichever exist."""
    keys = {f"{kind}:*", f"{kind}:id:{object_id}"}
    if program_id:
        keys.add(f"{kind}:program:{program_id}")
    for written in targets:
        keys |= {f"{kind}:target:{target}" for target in written} or {f"{kind}:untargeted"}
    return sorted(keys)


def object_dependency(kind: str, object_id: str) -> list[str]:
    """What an answer about one object hangs on."""
    return [f"{kind}:id:{object_id}"]


def list_dependencies(kind: str, visibility: Visibility, *, program_id: str = "") -> list[str]:
    """What a list of this kind hangs on."""
    if program_id:
        return [f"{kind}:program:{program_id}"]
    if visibility.everything or len(visibility.targets) > _MANY:
        return [f"{kind}:*"]
    keys = [f"{kind}:target:{target}" for target in sorted(visibility.targets)]
    return [*keys, f"{kind}:untargeted"] if visibility.untargeted else keys


def owned_changed(
    collection: str, object_id: str, *, clients: Iterable[str | None], inside: Iterable[str] = ()
) -> list[str]:
    """What a change of an object that belongs to a client moves. `clients` are its owners before and after, `inside`
    what it is part of, as in `event:…` or `ven:…`."""
    named = {"*", f"id:{object_id}", *inside, *(f"client:{client}" for client in clients if client)}
    return sorted(f"{collection}:{name}" for name in named)


def owned_dependencies(collection: str, ownership: Ownership, *, inside: str = "") -> list[str]:
    """What a list of such objects hangs on; `inside` as above, where the list is of one of these alone."""
    if ownership.client_id is not None:
        return [f"{collection}:client:{ownership.client_id}", *_record_of(ownership)]
    return [f"{collection}:{inside or '*'}"]


def owned_object_dependency(collection: str, object_id: str, ownership: Ownership) -> list[str]:
    """What an answer about one such object hangs on."""
    return [*object_dependency(collection, object_id), *_record_of(ownership)]


def _record_of(ownership: Ownership) -> list[str]:
    """The key that the database itself moves when a client's record or its VEN is changed behind the services' back."""
    return [f"client:{ownership.client_id}"] if ownership.client_id is not None else []
