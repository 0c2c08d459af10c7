"""Where a VEN or a resource is, as it says of itself.

3.1.0 Definition, "Attribute Enumerations": LOCATION "describes a single geographic point. Values[] contains 2 floats,
generally representing longitude and latitude".

Interpretation: the longitude comes first, as this and the schema file of the enumerations ("a longitude-first
representation") say. The example in the Definition, `[40.57, -73.96]`, has them the other way round if it means New
York (docs/decisions/admin.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

LOCATION = "LOCATION"
_DEGREES = Decimal("0.000001")  # a tenth of a metre


class Unreadable(ValueError):
    """What is written as a location is no point; the text says why, to staff."""


@dataclass(frozen=True, slots=True)
class Location:
    """In degrees, to the east and to the north."""

    longitude: Decimal
    latitude: Decimal


def location_in(content: Mapping[str, Any]) -> Location | None:
    """That of an object by what its client wrote of it. None where it does not say. Raises `Unreadable`."""
    written = [each["values"] for each in content.get("attributes") or () if each["type"] == LOCATION]
    if not written:
        return None
    if len(written) > 1:
        raise Unreadable(_("There are %s attributes LOCATION, and one can hold") % len(written))
    (values,) = written
    if len(values) != 2:
        raise Unreadable(_("There are %s values, not a longitude and a latitude") % len(values))
    longitude, latitude = values
    return Location(
        _degrees(longitude, 180, _("The longitude %s is not between -180 and 180")),
        _degrees(latitude, 90, _("The latitude %s, which comes second, is not between -90 and 90")),
    )


def _degrees(value: Any, most: int, refusal: str) -> Decimal:
    # To Python, true is 1.
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable(_("'%s' is not a number") % str(value)[:40])
    if not -most <= value <= most:
        raise Unreadable(refusal % str(value)[:40])
    return Decimal(value).quantize(_DEGREES)
