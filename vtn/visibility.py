"""The one rule of who may see what (3.1.0 Definition, "Object Privacy"): programs and events by their targets, all
other objects by whose they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which programs and events a question reaches.

    `targets` admit an object that has one of them, `untargeted` admits objects without targets, `everything`
    admits all. `hides` leaves only the admitting targets in what is shown.
    """

    everything: bool
    untargeted: bool
    targets: frozenset[str]
    hides: bool

    @classmethod
    def of(cls, granted: frozenset[str] | None, asked: frozenset[str] | None) -> Visibility:
        """The table of decisions/openadr.md §2; `granted` is None for BL, `asked` None when the query names no targets.

        Interpretation: "Privacy and targeting" reads as if a VEN must name its targets; User Guide §8.13 shows
        that it need not, and that the VTN then uses the granted ones.
        """
        if granted is None:
            return cls(everything=asked is None, untargeted=False, targets=asked or frozenset(), hides=False)
        if asked is None:
            return cls(everything=False, untargeted=True, targets=granted, hides=True)
        return cls(everything=False, untargeted=False, targets=granted & asked, hides=True)

    @property
    def is_empty(self) -> bool:
        """Nothing at all can be seen this way."""
        return not (self.everything or self.untargeted or self.targets)

    def admits(self, targets: Collection[str]) -> bool:
        if self.everything:
            return True
        return not self.targets.isdisjoint(targets) if targets else self.untargeted

    def shown(self, targets: Collection[str]) -> list[str]:
        """The targets of an admitted object that its reader gets to see, in the order they were written."""
        return [target for target in targets if target in self.targets] if self.hides else list(targets)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which VENs, resources, reports and subscriptions a question reaches: those of one client, or, where `client_id`
    is None, everybody's."""

    client_id: str | None

    def admits(self, client_id: str | None) -> bool:
        """Whether an object of this client is reached; one that nobody owns yet belongs to no VEN."""
        return self.client_id is None or self.client_id == client_id
