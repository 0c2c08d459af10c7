"""The words of Tygron that a DR event is put into, spelled as there."""

from __future__ import annotations

from enum import StrEnum


class NetType(StrEnum):
    """What flows in a net."""

    ELECTRICITY = "ELECTRICITY"
    GAS = "GAS"
    HEAT = "HEAT"
    INTERNET = "INTERNET"
    SEWER = "SEWER"


class TimeState(StrEnum):
    """The states of a net load that may be set from outside (seed, "Time State Array"); the API has more. Only in
    `READY` a load's demand is counted."""

    NOTHING = "NOTHING"
    REQUEST_CONSTRUCTION_APPROVAL = "REQUEST_CONSTRUCTION_APPROVAL"
    REQUEST_ZONING_APPROVAL = "REQUEST_ZONING_APPROVAL"
    READY = "READY"


class Mode(StrEnum):
    """How a DR event shows in the simulation."""

    STATES = "states"
    FRACTION = "fraction"
    ATTRIBUTE = "attribute"
