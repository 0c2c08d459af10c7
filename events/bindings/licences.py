"""What licences decide about a push: which targets take part, which controllers are told, and whether a limit is higher
than what was paid for (docs/licences.md).

To let go of an event needs no licence: that it has ended or was cancelled is told always, and to all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from django.utils.translation import gettext as _

from events.backends.base import EventChange
from events.backends.powers import powers_in
from events.timeline import Phase
from licensing.queries import Standing, standings
from participants.queries.controllers import Behind, controllers_behind

_LIMITS = frozenset({"IMPORT_CAPACITY_LIMIT", "EXPORT_CAPACITY_LIMIT"})
_MOST_NAMED = 5


@runtime_checkable
class TellsControllers(Protocol):
    """A backend whose mapping names controllers by the node ids that licences know them by."""

    @classmethod
    def nodes_of(cls, mapping: Mapping[str, Any], targets: Sequence[str]) -> Sequence[str]:
        """Those that would be told of an event with these targets; none where the mapping cannot say."""

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """These are not to be told of an event that is announced or active, each with why not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A push that is about to be made. `mapped` are the targets that its binding names, `nodes` the controllers that
    its backend would tell."""

    change: EventChange
    mapped: frozenset[str] = frozenset()
    nodes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`change` has the targets that take part. With a `refusal` nothing is pushed; a `warning` is for people to read;
    `left_out` are controllers of the mapping that are not licensed, each with why not."""

    change: EventChange
    refusal: str = ""
    warning: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)


def asked(backend: Any, mapping: Mapping[str, Any], change: EventChange) -> Asked:
    """The question about one push through a backend's class."""
    nodes: Sequence[str] = ()
    if callable(getattr(backend, "nodes_of", None)):
        # What is wrong with a mapping, or with a backend of somebody else's, the push itself says.
        with suppress(Exception):
            nodes = [str(node) for node in backend.nodes_of(mapping, change.targets)]
    return Asked(change, frozenset(mapping), nodes)


def verdicts(questions: Sequence[Asked], *, now: datetime, limit: str) -> list[Verdict]:
    """One for each, in their order, with three queries for all of them. `limit` is `warn` or `refuse`, for a limit of
    power above what is licensed."""
    behind = controllers_behind({target for each in questions for target in _asked_about(each.change)})
    nodes = {node for each in questions if not each.change.phase.is_over for node in each.nodes}
    known = standings(nodes.union(*(each.node_ids for each in behind.values())), now)
    court = _Court(behind, known, refuses_limits=limit == "refuse")
    return [court.verdict(each) for each in questions]


def _asked_about(change: EventChange) -> Iterator[str]:
    """The targets for which licences have a say; events that contend with one that is over have them too."""
    if not change.phase.is_over:
        yield from change.targets
    for each in change.contenders:
        yield from each.targets


@dataclass(frozen=True, slots=True)
class _Court:
    behind: Mapping[str, Behind]
    known: Mapping[str, Standing]
    refuses_limits: bool

    def verdict(self, asked: Asked) -> Verdict:
        change = self._among_licensed(asked)
        if change.phase.is_over:
            return Verdict(change)
        out = self._out(change.targets)
        if _says_nothing(change, out, asked.mapped):
            said = {"reasons": _listed(out.values())}
            return _refused(change, _("No target of the event takes part: %(reasons)s") % said)
        kept = _without(change, out)
        too_high = self._too_high(kept, asked.nodes)
        if too_high and self.refuses_limits:
            return _refused(change, too_high)
        return Verdict(kept, warning=too_high, left_out=self._left_out(asked.nodes))

    def _among_licensed(self, asked: Asked) -> EventChange:
        """With those contenders alone that could be pushed themselves, and with the targets that they could be."""
        change = asked.change
        if not change.contenders:
            return change
        parted = [(each, self._out(each.targets)) for each in change.contenders]
        licensed = [_without(each, out) for each, out in parted if not _says_nothing(each, out, asked.mapped)]
        allowed = [each for each in licensed if not (self.refuses_limits and self._too_high(each, ()))]
        return replace(change, contenders=tuple(allowed))

    def _out(self, targets: Sequence[str]) -> dict[str, str]:
        """The targets that do not take part, each with why not."""
        return {target: why for target in targets if (why := self._why_out(target))}

    def _why_out(self, target: str) -> str:
        """Nothing if the target takes part. One that nobody has, or anybody who is no controller, takes part; so does
        one of whose controllers any is licensed."""
        behind = self.behind.get(target)
        if behind is None or not behind.is_all:
            return ""
        found = [self.known[node] for node in sorted(behind.node_ids) if node in self.known]
        if any(each.is_licensed for each in found):
            return ""
        return _listed(each.why_not for each in found)

    def _left_out(self, nodes: Sequence[str]) -> dict[str, str]:
        """What is no controller of ours is for the other side to know."""
        found = [self.known[node] for node in nodes if node in self.known]
        return {each.node_id: each.why_not for each in found if not each.is_licensed}

    def _too_high(self, change: EventChange, nodes: Sequence[str]) -> str:
        linked = [self.behind[target].node_ids for target in change.targets if target in self.behind]
        concerned = sorted(set(nodes).union(*linked) & set(self.known))
        return _listed(self._excesses(change, concerned))

    def _excesses(self, change: EventChange, nodes: Sequence[str]) -> Iterator[str]:
        for kind, kw in powers_in(change, _LIMITS):
            for node in nodes:
                licensed = self.known[node].capacity.grid_kw
                if licensed is not None and kw > licensed:
                    said = {"kind": kind, "kw": f"{kw.normalize():f}", "licensed": licensed, "node": node}
                    yield (
                        _(
                            "%(kind)s of %(kw)s kW is above the %(licensed)s kW of controller %(node)s's licences"
                        )
                        % said
                    )


def _says_nothing(change: EventChange, out: Collection[str], mapped: frozenset[str]) -> bool:
    """No target is left; or none that the binding maps, where it maps one that is out: what backends do for all others
    (`*`) is not meant for that."""
    kept = set(change.targets) - set(out)
    return bool(out) and (not kept or (not mapped.isdisjoint(out) and mapped.isdisjoint(kept)))


def _without(change: EventChange, out: Collection[str]) -> EventChange:
    if not out:
        return change
    return replace(change, targets=tuple(target for target in change.targets if target not in out))


def _refused(change: EventChange, reason: str) -> Verdict:
    """What the event has left by an edit has to be let go of all the same: for that it is cancelled."""
    left = tuple(target for target in change.targets_before or () if target not in change.targets)
    if not left:
        return Verdict(change, refusal=reason)
    others = tuple(each for each in change.contenders if each.event_id != change.event_id)
    over = replace(
        change, phase=Phase.CANCELLED, intervals=(), targets=left, targets_before=None, contenders=others
    )
    said = {"targets": ", ".join(left), "reason": reason}
    return Verdict(over, warning=_("Only told that it has left %(targets)s: %(reason)s") % said)


def _listed(reasons: Iterable[str]) -> str:
    """Each once; of many the first."""
    each = list(dict.fromkeys(reasons))
    more = len(each) - _MOST_NAMED
    rest = [_("and %(number)s more") % {"number": more}] if more > 0 else []
    return "; ".join([*each[:_MOST_NAMED], *rest])
