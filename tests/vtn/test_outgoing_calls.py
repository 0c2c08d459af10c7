"""Calls to addresses that somebody else named: real sockets, and name servers that change their minds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.twins.certificates import Authority
from tests.twins.names import Names
from tests.twins.receiver import Receiver
from vtn.notifiers.addresses import AddressRules
from vtn.notifiers.callbacks import CallbackRefused, require_well_formed, require_willing
from vtn.notifiers.client import CallFailed, CallRules, Outgoing, Reply
from vtn.notifiers.rules import CallbackRules

LOOPBACK = AddressRules(allowed=(ip_network("127.0.0.0/8"),))
MEMBER = "objectOperations[0].callbackUrl"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def receiver(authority: Authority) -> Iterator[Receiver]:
    with Receiver(authority.server("receiver.example")).running() as receiver:
        yield receiver


@pytest.fixture
def plain() -> Iterator[Receiver]:
    with Receiver().running() as receiver:
        yield receiver


def rules(addresses: AddressRules = LOOPBACK, *, ca_file: str = "", timeout: float = 10) -> CallRules:
    return CallRules(
        addresses=addresses,
        timeout=timeout,
        connect_timeout=2,
        max_answer_bytes=1 << 16,
        ca_file=ca_file,
    )


def call(url: str, how: CallRules, resolver: AbstractResolver | None = None) -> Reply:
    async def one_call() -> Reply:
        async with Outgoing(how, resolver) as outgoing:
            return await outgoing.call("GET", url)

    return asyncio.run(one_call())


def failure(url: str, how: CallRules, resolver: AbstractResolver | None = None) -> str:
    with pytest.raises(CallFailed) as failed:
        call(url, how, resolver)
    return str(failed.value)


# -- What is sent ---------------------------------------------------------------------------------------------


def test_the_url_is_sent_as_it_was_written(plain):
    reply = call(plain.url("/%7Ea/echo?b=%2F&c=d+e&echo=x#f"), rules())

    assert reply == Reply(200, b'{"echo": "x"}')
    (heard,) = plain.heard
    assert (heard.method, heard.path, heard.query) == (
        "GET",
        "/%7Ea/echo",
        {"b": ["/"], "c": ["d e"], "echo": ["x"]},
    )
    assert heard.headers == {
        "Host": f"127.0.0.1:{plain.port}",
        "User-Agent": "openadr3-vtn",
        "Accept-Encoding": "identity",
        "Accept": "*/*",
    }


def test_proxies_of_the_environment_are_not_used(plain, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert call(plain.url("/echo?echo=x"), rules()).status == 200


# -- Addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]"])
def test_an_address_that_may_not_be_called_is_not(plain, host):
    assert failure(f"http://{host}:{plain.port}/echo", rules(AddressRules())) == (
        "has an address that may not be called"
    )
    assert plain.heard == []


def test_a_name_is_worth_its_address(plain):
    names = Names("127.0.0.1")

    assert failure(plain.url("/echo", "receiver.example"), rules(AddressRules()), names) == (
        "has an address that may not be called"
    )
    assert (plain.heard, names.asked) == ([], ["receiver.example"])


def test_the_name_of_the_machine_is_worth_no_more(plain):
    """By the system's own resolver."""
    assert failure(plain.url("/echo", "localhost"), rules(AddressRules())) == (
        "has an address that may not be called"
    )
    assert plain.heard == []


def test_a_name_that_points_elsewhere_when_it_is_called_leads_nowhere(plain):
    """DNS rebinding: public while it is looked at, the machine itself when it is connected to."""
    names = Names("8.8.8.8", "127.0.0.1")
    willing = CallbackRules(http=True, challenge=False, calls=rules(AddressRules()))

    require_willing({plain.url("/echo", "receiver.example"): MEMBER}, willing, resolver=names)
    later = failure(plain.url("/echo", "receiver.example"), rules(AddressRules()), names)

    assert later == "has an address that may not be called"
    assert plain.heard == []


def test_of_several_addresses_only_those_that_may_be_called_are(plain):
    names = Names(["10.0.0.1", "::1", "127.0.0.1"])

    assert call(plain.url("/echo", "receiver.example"), rules(), names).status == 200
    assert len(plain.heard) == 1


def test_several_that_may_all_not_be_called_are_told_apart_from_a_dead_host(plain):
    names = Names(["127.0.0.1", "127.0.0.2", "::1"])

    assert failure(plain.url("/echo", "receiver.example"), rules(AddressRules()), names) == (
        "has an address that may not be called"
    )


def test_each_call_looks_the_name_up_anew(plain):
    names = Names("127.0.0.1", "10.0.0.1")

    async def two_calls() -> None:
        async with Outgoing(rules(), names) as outgoing:
            await outgoing.call("GET", plain.url("/echo", "receiver.example"))
            with pytest.raises(CallFailed):
                await outgoing.call("GET", plain.url("/echo", "receiver.example"))

    asyncio.run(two_calls())

    assert names.asked == ["receiver.example"] * 2


# -- TLS ------------------------------------------------------------------------------------------------------


def test_a_certificate_of_an_authority_that_is_known(receiver, authority):
    trusting = rules(ca_file=str(authority.file))

    assert call(receiver.url("/echo?echo=x"), trusting).body == b'{"echo": "x"}'
    assert call(receiver.url("/echo", "receiver.example"), trusting, Names("127.0.0.1")).status == 200


def test_one_of_an_authority_that_is_not(receiver):
    assert failure(receiver.url("/echo"), rules()) == "has a certificate that is not trusted"
    assert receiver.heard == []


def test_one_for_another_name(receiver, authority):
    url = receiver.url("/echo", "other.example")

    assert failure(url, rules(ca_file=str(authority.file)), Names("127.0.0.1")) == (
        "has a certificate that is not trusted"
    )
    assert receiver.heard == []


def test_a_server_that_speaks_no_tls(plain):
    assert failure(f"https://127.0.0.1:{plain.port}/echo", rules()) == "does not speak TLS as it should"


# -- Receivers that misbehave ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("early", "does not answer as HTTP has it"),
        ("nonsense", "does not answer as HTTP has it"),
        ("flood", "answered with more than 65536 bytes"),
        ("headers", "does not answer as HTTP has it"),
    ],
)
def test_an_answer_that_is_none(plain, how, why):
    assert failure(plain.url(f"/{how}?echo=x"), rules()) == why


def test_a_redirect_is_an_answer_and_is_not_followed(plain):
    assert call(plain.url("/redirect?echo=x"), rules()).status == 302
    assert [heard.path for heard in plain.heard] == ["/redirect"]


def test_one_that_never_answers_is_not_waited_for(plain):
    assert failure(plain.url("/slow"), rules(timeout=0.3)) == "did not answer in time"


def test_nor_one_whose_answer_never_ends():
    with Receiver().running() as trickling:
        assert failure(trickling.url("/trickle"), rules(timeout=0.5)) == "did not answer in time"


@pytest.mark.parametrize(
    ("how", "status"), [("hints", 200), ("switch", 101), ("nothing", 204), ("unchanged", 304)]
)
def test_an_answer_that_few_give(plain, how, status):
    assert call(plain.url(f"/{how}?echo=x"), rules()).status == status


def test_nobody_is_there():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert failure(f"http://127.0.0.1:{port}/echo", rules()) == "does not take connections"


def test_a_name_that_is_not_found():
    assert failure("http://nowhere.invalid:8080/", rules()) == "has a host that is not found"


class Silence(Names):
    """A name server that does not answer."""

    async def resolve(self, *_: object, **__: object) -> list[ResolveResult]:
        await asyncio.Event().wait()
        return []


def test_a_name_server_that_does_not_answer_is_not_waited_for():
    assert failure("http://receiver.example/", rules(timeout=0.3), Silence("")) == "did not answer in time"


# -- The challenge --------------------------------------------------------------------------------------------


def strict(**options: object) -> CallbackRules:
    return CallbackRules(http=True, challenge=True, calls=rules(**options))


def test_a_receiver_that_gives_the_value_back_is_willing(plain):
    require_willing({plain.url("/echo?a=b"): MEMBER}, strict())

    (heard,) = plain.heard
    assert (heard.method, heard.path, heard.query["a"]) == ("GET", "/echo", ["b"])
    assert len(heard.query["echo"][0]) == 32


def test_each_url_is_asked_with_a_value_of_its_own(plain):
    require_willing({plain.url("/1/echo"): "a", plain.url("/2/echo"): "b"}, strict())

    assert sorted(heard.path for heard in plain.heard) == ["/1/echo", "/2/echo"]
    assert plain.heard[0].query["echo"] != plain.heard[1].query["echo"]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("silent", "did not give back the value of echo"),
        ("wrong", "answered the challenge with 500, not with 200"),
        ("redirect", "answered the challenge with 302, not with 200"),
        ("flood", "answered with more than 65536 bytes"),
        ("early", "does not answer as HTTP has it"),
    ],
)
def test_one_that_does_not_is_not_and_its_member_is_named(plain, how, why):
    callbacks = {plain.url("/echo"): "a", plain.url(f"/{how}"): "b", plain.url("/2/silent"): "c"}

    with pytest.raises(CallbackRefused) as refusal:
        require_willing(callbacks, strict())

    assert refusal.value.detail == f"b: the callback {why}"


def test_slow_ones_are_waited_for_together(plain):
    callbacks = {plain.url(f"/{number}/slow"): f"{number}" for number in range(10)}
    before = asyncio.new_event_loop()
    started = before.time()

    with pytest.raises(CallbackRefused) as refusal:
        require_willing(callbacks, strict(timeout=0.5))

    assert refusal.value.detail == "0: the callback did not answer in time"
    assert before.time() - started < 3
    before.close()


def test_without_a_challenge_a_name_that_is_not_found_may_be_there_later():
    unasked = CallbackRules(http=True, challenge=False, calls=rules(AddressRules()))

    require_willing({"http://nowhere.invalid/": MEMBER}, unasked)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254"])
def test_without_a_challenge_an_address_is_looked_at_all_the_same(host):
    unasked = CallbackRules(http=True, challenge=False, calls=rules(AddressRules()))

    with pytest.raises(CallbackRefused) as refusal:
        require_willing({f"http://{host}/": MEMBER}, unasked)

    assert refusal.value.detail == f"{MEMBER}: the callback has an address that may not be called"


def test_the_text_of_a_url_is_looked_at_first():
    with pytest.raises(CallbackRefused) as refusal:
        require_well_formed({"https://127.1/": MEMBER}, strict())

    assert refusal.value.detail == f"{MEMBER}: an IPv4 address is written as four decimal numbers"
