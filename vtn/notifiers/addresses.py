"""Which addresses may be called on somebody else's word: those of the public internet, and what the operator adds.

Written out from IANA's special-purpose registries rather than left to `ipaddress.is_global`, whose meaning differs
between the versions of Python (of 192.0.0.0/24, 64:ff9b:1::/48 and 2002::/16, for example).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_IPV4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 connects to the machine itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # looks public, and is how a machine in Azure reaches its host
        "169.254.0.0/16",  # link-local, with the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# Nothing outside is handed out to anybody, which settles loopback, link-local, unique local, multicast, IPv4-mapped and
# IPv4-compatible addresses in one go.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_IPV6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols, with Teredo, which has an IPv4 address inside
        "2001:db8::/32",
        "2002::/16",  # 6to4, which has one too, and is no longer in use (RFC 7526)
        "3fff::/20",
    )
]
# A network without IPv4 reaches it through these (RFC 6052), so the address inside decides.
_NAT64 = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_IPV4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and not any(address in network for network in _NOT_PUBLIC_IPV6)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """`allowed` are networks of the operator's own that may be called as well; `everything` switches the rules off."""

    allowed: tuple[Network, ...] = ()
    everything: bool = False

    def admit(self, text: str) -> bool:
        """Whether a resolved address, as a socket spells it, may be called."""
        address = ip_address(text.partition("%")[0])
        return self.everything or any(address in network for network in self.allowed) or is_public(address)
