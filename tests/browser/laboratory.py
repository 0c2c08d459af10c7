"""The server in a laboratory: it calls receivers on this machine, and asks them nothing first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web import Web, serving

_UNSAFE = (
    "UNSAFE_CALLBACKS_OVER_HTTP",
    "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES",
    "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE",
)


@pytest.fixture
def web(transactional_db: None, settings: Any) -> Iterator[Web]:
    for name in _UNSAFE:
        setattr(settings, name, True)
    with serving(workers=1, **dict.fromkeys(_UNSAFE, "true")) as web:
        yield web
