"""A VEN on the local network that looks for VTNs by multicast DNS."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from zeroconf import ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from vtn.discovery.announcement import SERVICE_TYPE


class Noticed(NamedTuple):
    """What has happened to an instance, and what there is to know of it, unless it is gone."""

    what: str
    name: str
    info: ServiceInfo | None

    @property
    def texts(self) -> dict[str, str | None]:
        assert self.info is not None
        return self.info.decoded_properties


class Browser(ServiceListener):
    def __init__(self) -> None:
        self._noticed: queue.SimpleQueue[Noticed] = queue.SimpleQueue()

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self._noticed.put(Noticed("added", name, zc.get_service_info(type_, name)))

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self._noticed.put(Noticed("updated", name, zc.get_service_info(type_, name)))

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self._noticed.put(Noticed("removed", name, None))

    def next(self, what: str, name: str) -> Noticed:
        """The next of this kind about this instance; those of other instances may come from anywhere."""
        while True:
            noticed = self._noticed.get(timeout=30)
            if (noticed.what, noticed.name) == (what, name):
                return noticed


@contextmanager
def browsing() -> Iterator[Browser]:
    """On loopback alone, where nobody else hears it."""
    zeroconf, browser = Zeroconf(interfaces=["127.0.0.1"]), Browser()
    try:
        ServiceBrowser(zeroconf, SERVICE_TYPE, browser)
        yield browser
    finally:
        zeroconf.close()
