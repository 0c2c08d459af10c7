import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vtn.launcher.home import Home


@pytest.fixture
def home() -> Iterator[Home]:
    """A home of its own, with a path that is short enough for its sockets."""
    directory = Path(tempfile.mkdtemp(prefix="vtn-home-", dir="/tmp"))
    made = Home.at(directory)
    made.make()
    yield made
    shutil.rmtree(directory)


@pytest.fixture
def told() -> list[str]:
    """What was said at the terminal; pass `told.append`."""
    return []
