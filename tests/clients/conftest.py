"""The lab that the clients of a module share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.lab import Lab, opened_lab


@pytest.fixture(scope="module")
def lab(django_db_setup: None, django_db_blocker: Any) -> Iterator[Lab]:
    with opened_lab(django_db_blocker) as lab:
        yield lab
