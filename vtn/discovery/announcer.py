"""Says by multicast DNS where the VTN is (RFC 6762, RFC 6763), answers who asks, and takes it back at the end."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import ifaddr
from zeroconf import InterfaceChoice, IPVersion, ServiceInfo, Zeroconf

from vtn.discovery.announcement import SERVICE_TYPE, Announcement

_ANY = {"0.0.0.0", "::"}  # noqa: S104 - what a server is told that listens everywhere


class Announcer:
    """What it has announced holds inside its context, and is withdrawn at the end of it."""

    def __init__(self) -> None:
        self._said: Announcement | None = None
        self._zeroconf: Zeroconf | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.withdraw()

    def announce(self, wanted: Announcement) -> bool:
        """Announces it in place of the one before; false if that was the same. Raises OSError and `zeroconf.Error`;
        then nothing is announced."""
        if wanted == self._said:
            return False
        try:
            if self._zeroconf is not None and self._is_elsewhere(wanted):
                self.withdraw()
            if self._zeroconf is None:
                self._begin(wanted)
            else:
                self._zeroconf.update_service(_info(wanted))
        except BaseException:
            self.withdraw()
            raise
        self._said = wanted
        return True

    def withdraw(self) -> None:
        """Tells everybody that it is gone."""
        self._said = None
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None

    def _begin(self, wanted: Announcement) -> None:
        self._zeroconf = Zeroconf(
            interfaces=[*wanted.addresses] or InterfaceChoice.All, ip_version=_ip_version(wanted)
        )
        # Another name for the second of two would not help: their hosts would have one still.
        self._zeroconf.register_service(_info(wanted))

    def _is_elsewhere(self, wanted: Announcement) -> bool:
        """Only the texts of what is announced can be changed."""
        return self._said is None or replace(self._said, texts=wanted.texts) != wanted


def addresses_of(host: str) -> list[str]:
    """Those at which a server can be reached that listens on this host: for one that listens everywhere all of this
    machine, but for those that nobody else can use."""
    if host not in _ANY:
        return [host]
    found = [
        str(ip.ip if ip.is_IPv4 else ip.ip[0]) for adapter in ifaddr.get_adapters() for ip in adapter.ips
    ]
    return [address for address in found if _is_of_use(address) and (":" in host or ":" not in address)]


def _is_of_use(address: str) -> bool:
    ip = ip_address(address)
    return not (ip.is_loopback or (ip.is_link_local and ip.version == 6))


def _info(announcement: Announcement) -> ServiceInfo:
    return ServiceInfo(
        SERVICE_TYPE,
        announcement.instance,
        port=announcement.port,
        parsed_addresses=list(announcement.addresses),
        properties=dict(announcement.texts),
        server=f"{announcement.host}.",
    )


def _ip_version(announcement: Announcement) -> IPVersion:
    versions = {ip_address(address).version for address in announcement.addresses}
    if versions == {6}:
        return IPVersion.V6Only
    return IPVersion.All if 6 in versions else IPVersion.V4Only
