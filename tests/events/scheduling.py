"""Events on the 14th of March 2025, written at noon, and their windows in hours from midnight."""

from datetime import UTC, datetime, timedelta

from events.timeline import Timing, schedule

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
MIDNIGHT = datetime(2025, 3, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
START = "2025-03-14T00:00:00Z"


def scheduled(*, now=NOON, **timing):
    return schedule(Timing.of(**timing), now=now)


def hours(windows):
    """(interval id, hours from midnight to the start, hours to the end)"""
    return [
        (
            window.interval_id,
            (window.starts_at - MIDNIGHT) / HOUR,
            window.ends_at and (window.ends_at - MIDNIGHT) / HOUR,
        )
        for window in windows
    ]
