"""How one interval with several values is divided, so that a day of prices fits into one payload."""

from __future__ import annotations

from itertools import pairwise

from events.timeline.windows import Window, cut

# Interpretation: 'Some payload types, such as PRICE, EXPORT_PRICE, and GHG are defined as expressing a single
# value, but in practice may contain multiple values' (User Guide §7.3). Taken for such are all types that
# Table 1 of the Definition gives one number that holds for a time. Not divided are lists by nature (CURVE,
# OLS, DISPATCH_INSTRUCTION), texts, commands (CTA2045_…), CONTROL_SETPOINT, whose shape is the program's
# affair, and private types.
_DIVIDED = frozenset(
    {
        "SIMPLE",
        "PRICE",
        "PRICE_ALTERNATE",
        "EXPORT_PRICE",
        "GHG",
        "CHARGE_STATE_SETPOINT",
        "DISPATCH_SETPOINT",
        "DISPATCH_SETPOINT_RELATIVE",
        "CONTROL_LEVEL_OFFSET",
        "CONTROL_LEVEL_OFFSET_PERCENT",
    }
    | {
        f"{direction}_CAPACITY_{quantity}"
        for direction in ("IMPORT", "EXPORT")
        for quantity in (
            "SUBSCRIPTION",
            "RESERVATION",
            "RESERVATION_FEE",
            "AVAILABLE",
            "AVAILABLE_PRICE",
            "LIMIT",
        )
    }
)


def is_divided(payload_type: str) -> bool:
    """Several values of this type follow each other in time, instead of belonging together."""
    return payload_type in _DIVIDED


def sub_windows(window: Window, values: int) -> list[Window]:
    """The equal parts of a window, in the order of the values.

    There may be fewer than values: parts behind the place where the event was cut off are missing, and a
    window without end belongs to its first value.
    """
    if window.length is None or values <= 1:
        return [window][:values]
    bounds = [window.starts_at + window.length * part / values for part in range(values + 1)]
    parts = [
        window._replace(starts_at=start, ends_at=end, length=end - start) for start, end in pairwise(bounds)
    ]
    return list(cut(parts, window.ends_at)) if window.length else parts
