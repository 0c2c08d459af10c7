"""The public keys of another issuer, fetched now and then, and never because a stranger says so."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import jwt

logger = logging.getLogger(__name__)

# Whatever happens, the issuer is not asked more often than this.
ASK_AGAIN_AFTER = 60.0
# A key that the issuer has withdrawn is forgotten after this; while the issuer cannot be reached, after the second.
FRESH_FOR, USABLE_FOR = 3_600.0, 86_400.0

_TIMEOUT, _WAIT_FOR_ANOTHER = 3.0, 2.0
_LARGEST = 256 * 1024

# Never a shared secret: the "secret" would be the public key, which anybody may sign with.
_ALGORITHMS = {
    "RSA": {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"},
    "EC": {"ES256", "ES384", "ES512"},
    "OKP": {"EdDSA"},
}


class KeySet:
    """A JWK Set behind a URL. Threads share it; one of them fetches, the others wait for what it brings."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = url, clock
        self._keys: list[dict[str, Any]] = []
        self._fetched_at = self._asked_at = float("-inf")
        self._lock = threading.Lock()

    def key(self, kid: str | None, algorithm: str) -> Any:
        """The key of this id that may have signed with this algorithm, or None. No id will do while there is only
        one such key (RFC 7515 §4.1.4: `kid` is optional)."""
        found = self._find(kid, algorithm)
        if found is None or not self._is_fresh:
            self._refresh(needed=found is None)
            found = self._find(kid, algorithm)
        return None if found is None else jwt.PyJWK(found, algorithm).key

    @property
    def _is_fresh(self) -> bool:
        return self._clock() - self._fetched_at < FRESH_FOR

    def _find(self, kid: str | None, algorithm: str) -> dict[str, Any] | None:
        if self._clock() - self._fetched_at >= USABLE_FOR:
            return None
        fitting = [key for key in self._keys if _fits(key, algorithm) and kid in (None, key.get("kid"))]
        return fitting[0] if len(fitting) == 1 else None

    def _refresh(self, *, needed: bool) -> None:
        """Asks the issuer, unless it was asked a moment ago. Who only wants fresh keys waits for nobody."""
        if self._clock() - self._asked_at < ASK_AGAIN_AFTER and not self._lock.locked():
            return
        if not self._lock.acquire(blocking=needed, timeout=_WAIT_FOR_ANOTHER if needed else -1):
            return
        try:
            if self._clock() - self._asked_at >= ASK_AGAIN_AFTER:
                self._asked_at = self._clock()
                self._keys = _fetch(self._url)
                self._fetched_at = self._clock()
        except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
            logger.warning("The keys at %s cannot be had, the known ones stay in use: %s", self._url, error)
        finally:
            self._lock.release()


def _fits(key: dict[str, Any], algorithm: str) -> bool:
    return (
        algorithm in _ALGORITHMS.get(str(key.get("kty")), ())
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The URL is a setting; nobody else says where keys come from."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _fetch(url: str) -> list[dict[str, Any]]:
    """The keys of the set. Raises what goes wrong, when it cannot be had whole, in time and in size."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("it is no http address")
    deadline = time.monotonic() + _TIMEOUT
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - a setting, checked
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=_TIMEOUT) as response:
        content = b""
        while chunk := response.read1(65_536):
            content += chunk
            if len(content) > _LARGEST:
                raise ValueError(f"the answer is longer than {_LARGEST} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError("the answer takes too long")
    document = json.loads(content)
    keys = document.get("keys") if isinstance(document, dict) else None
    listed = keys if isinstance(keys, list) else []
    usable = [key for key in listed if isinstance(key, dict) and str(key.get("kty")) in _ALGORITHMS]
    if not usable:
        raise ValueError("the answer is no JWK Set with keys that can be used")
    return usable
