"""What settings of the HTTP backend mean, once its form has checked them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def headers_of(settings: Mapping[str, Any], secret: str) -> dict[str, str]:
    """Those that every call has."""
    lines = (line.partition(":") for line in settings["headers"].splitlines())
    headers = {name.strip(): value.strip() for name, _, value in lines}
    return {**headers, settings["secret_header"]: secret} if secret else headers


def is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def is_among(status: int, statuses: str) -> bool:
    """Whether it is one of "200-299, 304"."""
    for part in filter(None, (part.strip() for part in statuses.split(","))):
        first, _, last = part.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False
