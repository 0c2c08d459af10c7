"""The same bytes from a WSGI function that does nothing else: what the server and the kernel leave to be reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_FILES = {f"/{path.name}": path.read_bytes() for path in Path(os.environ["BARE_FILES"]).iterdir()}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = _FILES[environ["PATH_INFO"]]
    headers = [
        ("Cache-Control", "private, max-age=4"),
        ("ETag", '"0123456789abcdef01234567"'),
        ("Vary", "Authorization, Accept-Encoding"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("200 OK", headers)
    return [body]
