"""Which URLs may be callbacks, as far as their text tells."""

from __future__ import annotations

import pytest
from yarl import URL

from vtn.notifiers.urls import BadCallbackUrl, require_callable, with_echo

GOOD = [
    "https://receiver.example",
    "https://receiver.example/",
    "https://receiver.example/a/b?c=d&e#f",
    "HTTPS://Receiver.Example/a",
    "https://receiver.example:443/",
    "https://receiver.example:1024/",
    "https://receiver.example:65535/",
    "https://xn--bcher-kva.example/",
    "https://a_b.example/",
    "https://intranet/",
    "https://8.8.8.8/",
    "https://10.0.0.1/",  # an address, which is looked at when it is connected to
    "https://[2606:4700::1111]/",
    "https://[::1]:8443/",
    "https://receiver.example/?next=https://user:secret@elsewhere.example/",
    "https://receiver.example/@path",
    "https://1password.example/",
    "https://a.0x.example/",
    "https://" + "a" * 63 + ".example/",
    "https://receiver.example/" + "a" * 7975,
]
NOT_HTTPS = "must be an https URL"
NO_NAME = "its host is not a name as DNS has them, without a dot at the end"
FOUR_NUMBERS = "an IPv4 address is written as four decimal numbers"
ODD_CHARACTERS = "holds characters that a URL writes percent-encoded (and a host in Punycode)"
NO_URL = "is no URL with a host"
LOW_PORT = "the port is 443 for https, or one from 1024 on"
BAD = [
    ("http://receiver.example/", NOT_HTTPS),
    ("ftp://receiver.example/", NOT_HTTPS),
    ("file:///etc/passwd", NOT_HTTPS),
    ("gopher://receiver.example/", NOT_HTTPS),
    ("javascript:alert(1)", NOT_HTTPS),
    ("receiver.example/a", NOT_HTTPS),
    ("//receiver.example/a", NOT_HTTPS),
    ("h", "a URL has 2 to 8000 characters"),
    ("https://receiver.example/" + "a" * 7976, "a URL has 2 to 8000 characters"),
    # credentials
    ("https://user@receiver.example/", "credentials in a URL are not accepted; there is bearerToken"),
    ("https://user:secret@receiver.example/", "credentials in a URL are not accepted; there is bearerToken"),
    ("https://@receiver.example/", "credentials in a URL are not accepted; there is bearerToken"),
    ("https://good.example:443@127.0.0.1/", "credentials in a URL are not accepted; there is bearerToken"),
    # hosts
    ("https:///a", NO_NAME),
    ("https:a", NO_NAME),
    ("https://.example/", NO_NAME),
    ("https://a..example/", NO_NAME),
    ("https://receiver.example./", NO_NAME),
    ("https://localhost./", NO_NAME),
    ("https://-a.example/", NO_NAME),
    ("https://" + "a" * 64 + ".example/", NO_NAME),
    ("https://" + "a." * 130 + "example/", NO_NAME),
    ("https://%31%32%37.0.0.1/", FOUR_NUMBERS),
    ("https://%6cocalhost/", NO_NAME),
    (
        "https://receiver.example%2f@evil.example",
        "credentials in a URL are not accepted; there is bearerToken",
    ),
    ("https://localhost/", "its host is the VTN itself"),
    ("https://LOCALHOST:8443/", "its host is the VTN itself"),
    ("https://a.localhost/", "its host is the VTN itself"),
    # IPv4 addresses in other clothes
    ("https://2130706433/", FOUR_NUMBERS),
    ("https://0x7f000001/", FOUR_NUMBERS),
    ("https://0X7F000001/", FOUR_NUMBERS),
    ("https://0177.0.0.1/", FOUR_NUMBERS),
    ("https://0x7f.0.0.1/", FOUR_NUMBERS),
    ("https://127.0.0.0x1/", FOUR_NUMBERS),
    ("https://127.1/", FOUR_NUMBERS),
    ("https://127.0.1/", FOUR_NUMBERS),
    ("https://127.0.0.256/", FOUR_NUMBERS),
    ("https://127.0.0.0.1/", FOUR_NUMBERS),
    ("https://0/", FOUR_NUMBERS),
    ("https://a.1/", FOUR_NUMBERS),
    ("https://0x/", FOUR_NUMBERS),
    # brackets
    ("https://[fe80::1%25eth0]/", NO_URL),
    ("https://[::1/", "is no URL"),
    ("https://[::1]a/", NO_URL),
    ("https://a[::1]/", NO_URL),
    ("https://[1.2.3]/", None),
    ("https://[]/", None),
    # ports
    ("https://receiver.example:25/", LOW_PORT),
    ("https://receiver.example:80/", LOW_PORT),
    ("https://receiver.example:0/", LOW_PORT),
    ("https://receiver.example:65536/", LOW_PORT),
    ("https://receiver.example:/", NO_URL),
    ("https://receiver.example:-1/", NO_URL),
    ("https://receiver.example:a/", NO_URL),
    # where parsers disagree
    ("https://good.example\\@127.0.0.1/", ODD_CHARACTERS),
    ("https://good.example /", ODD_CHARACTERS),
    ("https://good.example/\n", ODD_CHARACTERS),
    ("https://good.example/\r\nHost: evil", ODD_CHARACTERS),
    ("\thttps://good.example/", ODD_CHARACTERS),
    ("https://１２７.0.0.1/", ODD_CHARACTERS),
    ("https://localhost。/", ODD_CHARACTERS),
    ("https://bücher.example/", ODD_CHARACTERS),
    ("https://good.example/%", ODD_CHARACTERS),
    ("https://good.example/%zz", ODD_CHARACTERS),
    ("https://good.example/{id}", ODD_CHARACTERS),
    ("https://good.example/\0", ODD_CHARACTERS),
]


@pytest.mark.parametrize("url", GOOD)
def test_one_that_can_be_called(url):
    require_callable(url, http=False, local_names=False)

    # The client has to find the same host and port in it.
    assert URL(url, encoded=True).host


@pytest.mark.parametrize(("url", "why"), BAD)
def test_one_that_cannot(url, why):
    with pytest.raises(BadCallbackUrl) as refusal:
        require_callable(url, http=False, local_names=False)

    assert why is None or str(refusal.value) == why


def test_http_where_it_is_allowed():
    require_callable("http://receiver.example/", http=True, local_names=False)
    require_callable("http://receiver.example:80/", http=True, local_names=False)
    require_callable("https://receiver.example/", http=True, local_names=False)

    for url, why in {
        "ftp://receiver.example/": "must be an http or https URL",
        "http://receiver.example:443/": "the port is 80 for http, or one from 1024 on",
        "http://localhost/": "its host is the VTN itself",
    }.items():
        with pytest.raises(BadCallbackUrl) as refusal:
            require_callable(url, http=True, local_names=False)
        assert str(refusal.value) == why


def test_the_machine_itself_where_it_is_allowed():
    require_callable("https://localhost:8443/", http=False, local_names=True)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://a.example", "https://a.example?echo=x"),
        ("https://a.example/b", "https://a.example/b?echo=x"),
        ("https://a.example/b?", "https://a.example/b?echo=x"),
        ("https://a.example/b?c", "https://a.example/b?c&echo=x"),
        ("https://a.example/b?c=d&", "https://a.example/b?c=d&echo=x"),
        ("https://a.example/b?c=d?", "https://a.example/b?c=d?&echo=x"),
        ("https://a.example/b&", "https://a.example/b&?echo=x"),
        ("https://a.example/b?c=d#e?f", "https://a.example/b?c=d&echo=x"),
        ("https://a.example/%2F?q=%26", "https://a.example/%2F?q=%26&echo=x"),
    ],
)
def test_the_challenge_goes_behind_what_is_there(url, asked):
    assert with_echo(url, "x") == asked
