"""Which addresses may be called on somebody else's word."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtn.notifiers.addresses import AddressRules, is_public

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450::1",
    "64:ff9b::8.8.8.8",
]
NOT_PUBLIC = {
    "private": ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
    "private IPv6": ["fc00::1", "fd12:3456::1", "fec0::1"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "link-local": ["169.254.1.1", "169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "of clouds": ["168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254"],
    "behind a provider's NAT": ["100.64.0.0", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved": [
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "100::1",
        "5f00::1",
    ],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8"],
    "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8"],
    "6to4": ["2002:7f00:1::", "2002:808:808::"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8"],
    "Teredo": ["2001::1", "2001:0:7f00:1::"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ones_may_be_called(address):
    assert AddressRules().admit(address)


@pytest.mark.parametrize("address", [each for those in NOT_PUBLIC.values() for each in those])
def test_others_may_not(address):
    assert not AddressRules().admit(address)


@pytest.mark.parametrize("address", [*PUBLIC, *(each for those in NOT_PUBLIC.values() for each in those)])
def test_unless_everything_may(address):
    assert AddressRules(everything=True).admit(address)


def test_networks_of_the_operator_may_be_called_as_well():
    rules = AddressRules(allowed=(ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")))

    for address in ("10.1.2.3", "fd00:1::5", "8.8.8.8"):
        assert rules.admit(address)
    for address in ("10.2.0.1", "fd00:2::5", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "127.0.0.1"):
        assert not rules.admit(address)


# What this Python's own idea of a public address allows, and ours does not, or the other way round.
_ALLOWED_HERE = [ip_network("64:ff9b::/96")]


@given(
    st.one_of(
        st.ip_addresses(v=4),
        st.ip_addresses(v=6),
        *(
            st.ip_addresses(network=network)
            for network in ("192.0.0.0/24", "2001::/23", "2002::/16", "64:ff9b::/32")
        ),
    )
)
def test_nothing_is_public_that_python_does_not_take_for_it(address):
    if is_public(address) and not any(address in network for network in _ALLOWED_HERE):
        assert ip_address(str(address)).is_global
        assert not address.is_multicast
