"""Reports of several resources, and what a page says under its charts."""

from __future__ import annotations

import re


def captions(text):
    return [re.sub(r"<.*?>", "", each).strip() for each in re.findall("<figcaption>(.*?)</figcaption>", text)]


def of(resource, *values, type_="USAGE", hour=0):
    """Of a report's resource: a value for each hour from one of them on, with None left out."""
    return {
        "resourceName": resource,
        "intervals": [
            {
                "id": number,
                "intervalPeriod": {"start": f"2026-06-01T{number:02}:00:00Z", "duration": "PT1H"},
                "payloads": [{"type": type_, "values": [value]}],
            }
            for number, value in enumerate(values, hour)
            if value is not None
        ],
    }
