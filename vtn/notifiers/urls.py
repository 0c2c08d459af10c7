"""Whether a URL is one that can be called back, as far as its text tells; and the challenge put into it."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

MAX_URL_LENGTH = 8_000  # of `callbackUrl` in 3.1.0

# RFC 3986 §2. Spaces, backslashes and other alphabets are where two parsers read two different hosts.
_URI = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# `urlsplit` lets text stand between an address in brackets and its port.
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]*))(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
# The names of URLs that browsers and `inet_aton` take for IPv4 addresses: 2130706433, 0x7f.1, 127.1.
_ENDS_IN_A_NUMBER = re.compile(r"(.*\.)?([0-9]+|0[xX][0-9a-fA-F]*)")
_LONGEST_HOST = 253
# Below 1024 there are mail servers and the like, which make something of an HTTP request. No receiver lives there.
_LOW_PORTS = {"https": 443, "http": 80}


class BadCallbackUrl(ValueError):
    """Its text ends a sentence that begins with the member."""


def require_callable(url: str, *, http: bool, local_names: bool) -> None:
    """Raises `BadCallbackUrl`. `http` takes URLs without TLS as well, `local_names` the machine's own name."""
    if not 2 <= len(url) <= MAX_URL_LENGTH:
        raise BadCallbackUrl(f"a URL has 2 to {MAX_URL_LENGTH} characters")
    if not _URI.fullmatch(url) or _BAD_PERCENT.search(url):
        raise BadCallbackUrl("holds characters that a URL writes percent-encoded (and a host in Punycode)")
    try:
        scheme, authority, *_ = urlsplit(url)
    except ValueError:
        raise BadCallbackUrl("is no URL") from None
    if scheme not in (("https", "http") if http else ("https",)):
        raise BadCallbackUrl("must be an http or https URL" if http else "must be an https URL")
    if "@" in authority:
        raise BadCallbackUrl("credentials in a URL are not accepted; there is bearerToken")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise BadCallbackUrl("is no URL with a host")
    ipv6, name, port = parts.groups()
    if ipv6 is None:
        _require_host(name.lower(), local_names=local_names)
    else:
        _require_ipv6(ipv6)
    if port is not None and int(port) != _LOW_PORTS[scheme] and not 1024 <= int(port) <= 65535:
        raise BadCallbackUrl(f"the port is {_LOW_PORTS[scheme]} for {scheme}, or one from 1024 on")


def with_echo(url: str, value: str) -> str:
    """The URL that the challenge asks (3.1.0 Definition, "Webhooks"): `echo` behind whatever its query holds."""
    address = url.partition("#")[0]
    separator = "&" if "?" in address.removesuffix("?") else "?"
    return f"{address.removesuffix(separator)}{separator}echo={value}"


def _require_host(host: str, *, local_names: bool) -> None:
    if _ENDS_IN_A_NUMBER.fullmatch(host):
        _require_ipv4(host)
    elif len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise BadCallbackUrl("its host is not a name as DNS has them, without a dot at the end")
    elif not local_names and host.rpartition(".")[2] == "localhost":
        raise BadCallbackUrl("its host is the VTN itself")


def _require_ipv4(host: str) -> None:
    try:
        IPv4Address(host)
    except AddressValueError:
        raise BadCallbackUrl("an IPv4 address is written as four decimal numbers") from None


def _require_ipv6(host: str) -> None:
    try:
        IPv6Address(host)
    except AddressValueError:
        raise BadCallbackUrl("its host is no IPv6 address") from None
