"""A timing as today's engine writes it: verbatim."""

from __future__ import annotations

from typing import Any

from tariffs.timings.content import TimingContent


def render(content: TimingContent) -> dict[str, Any]:
    """In the order of the engine's struct."""
    return {
        "TPid": content.tpid,
        "ID": content.tag,
        "Years": content.years,
        "Months": content.months,
        "MonthDays": content.month_days,
        "WeekDays": content.week_days,
        "Time": content.time,
    }
