"""Which net clusters our targets are in Tygron."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import msgspec

from events.backends.base import ALL_OTHERS
from events.backends.tygron.settings import TygronSettings
from events.backends.tygron.words import NetType

_Id = Annotated[int, msgspec.Meta(ge=0)]  # -1 is nobody there


class Cluster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A net cluster as a mapping names it; what is absent comes from the binding's settings."""

    cluster: _Id
    stakeholder: _Id | None = None
    types: Annotated[tuple[NetType, ...], msgspec.Meta(min_length=1)] | None = None
    full_load: Annotated[float, msgspec.Meta(gt=0)] | None = None


Clusters = Mapping[str, Sequence[Cluster]]
Holder = TypeVar("Holder")


def clusters_of(mapping: Any) -> Clusters:
    """The clusters by target. Raises `ValueError` with the path to what is wrong."""
    if not isinstance(mapping, Mapping):
        # ValueError is what `check_mapping` promises.
        raise ValueError("The mapping has to be an object, with targets as its members")  # noqa: TRY004 - the protocol's
    return {target: _entries(str(target), entries) for target, entries in mapping.items()}


def reached(clusters: Clusters, targets: Sequence[str], settings: TygronSettings) -> Sequence[Cluster] | None:
    """The clusters of an event with these targets, those of all its targets together and each once, completed from the
    settings; None when neither one of its targets nor `*` is named."""
    named = [target for target in targets if target in clusters]
    if not named and ALL_OTHERS not in clusters:
        return None
    found: dict[tuple[int, int], Cluster] = {}
    for target in named or [ALL_OTHERS]:
        for each in clusters[target]:
            cluster = _completed(each, settings)
            key = _key(cluster)
            found[key] = _joined(found.get(key, cluster), cluster)
    return [found[key] for key in sorted(found)]


def left_behind(before: Sequence[Cluster], now: Sequence[Cluster]) -> Sequence[Cluster]:
    """What was reached before and is not any more, each cluster with those of its types."""
    left: list[Cluster] = []
    for each in before:
        kept = {net_type for other in now if _key(other) == _key(each) for net_type in other.types or ()}
        if types := tuple(net_type for net_type in each.types or () if net_type not in kept):
            left.append(msgspec.structs.replace(each, types=types))
    return left


def sharing(clusters: Clusters, reached_by: Sequence[Cluster], settings: TygronSettings) -> list[str]:
    """The names in the mapping, `*` among them, that stand for one of these clusters."""
    keys = {_key(each) for each in reached_by}
    return [
        name
        for name, entries in clusters.items()
        if any(_key(_completed(each, settings)) in keys for each in entries)
    ]


def held(
    clusters: Sequence[Cluster],
    holders: Sequence[tuple[Holder, Sequence[Cluster]]],
    otherwise: Holder,
    *,
    by_type: bool,
) -> Iterator[tuple[Holder, Cluster]]:
    """Each cluster with the first holder that reaches it. With `by_type` in parts, where its types have several."""
    for cluster in clusters:
        parts: defaultdict[int, list[NetType]] = defaultdict(list)
        for net_type in cluster.types or ():
            wanted = {net_type} if by_type else {*(cluster.types or ())}
            reaching = (at for at, (_, theirs) in enumerate(holders) if _reaches(theirs, cluster, wanted))
            parts[next(reaching, -1)].append(net_type)
        for at, types in parts.items():
            holder = otherwise if at < 0 else holders[at][0]
            yield holder, msgspec.structs.replace(cluster, types=tuple(types))


def _reaches(theirs: Sequence[Cluster], cluster: Cluster, types: set[NetType]) -> bool:
    return any(_key(each) == _key(cluster) and not types.isdisjoint(each.types or ()) for each in theirs)


def _key(cluster: Cluster) -> tuple[int, int]:
    return cluster.cluster, -1 if cluster.stakeholder is None else cluster.stakeholder


def _completed(cluster: Cluster, settings: TygronSettings) -> Cluster:
    return Cluster(
        cluster=cluster.cluster,
        stakeholder=settings.stakeholder if cluster.stakeholder is None else cluster.stakeholder,
        types=cluster.types or settings.types,
        full_load=cluster.full_load or settings.full_load,
    )


def _joined(one: Cluster, other: Cluster) -> Cluster:
    """A cluster that is named twice, with all the types that it is named with."""
    types = sorted({*(one.types or ()), *(other.types or ())})
    return msgspec.structs.replace(one, types=tuple(types))


def _entries(target: str, entries: Any) -> Sequence[Cluster]:
    try:
        if isinstance(entries, Sequence) and not isinstance(entries, str):
            return msgspec.convert(entries, tuple[Cluster, ...])
        return (msgspec.convert(entries, Cluster),)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        raise ValueError(f"{target}{path.rstrip('`')}: {what}") from None
