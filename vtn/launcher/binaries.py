"""Finds the servers that Python packages bring along, without running any code of those packages."""

import importlib.metadata
import importlib.util
from pathlib import Path

from vtn.launcher.errors import CannotStart


def package_file(package: str, pattern: str, *, otherwise: str) -> Path:
    """The first file of an installed package that matches. Raises CannotStart, with what to do otherwise."""
    spec = importlib.util.find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for found in sorted(Path(place).glob(pattern)):
            return found
    raise CannotStart(
        f"The Python package {package.replace('_', '-')} has no server for this platform: {otherwise}"
    )


def package_version(distribution: str) -> str:
    return importlib.metadata.version(distribution)
