"""What is announced, as values."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from zeroconf import ServiceInfo

from vtn.discovery.announcement import SERVICE_TYPE, Announcement, announcement, fault_of, local_url


def announced(*names: str, url: str = "https://vtn.local:8443") -> Announcement:
    return announcement(url, addresses=["192.0.2.7", "192.0.2.1"], program_names=names)


def test_it_has_what_the_definition_names():
    assert announced("day-ahead", "peak-hours") == Announcement(
        host="vtn.local",
        port=8443,
        addresses=("192.0.2.1", "192.0.2.7"),
        texts={
            "version": "3.1.0",
            "base_path": "openadr3/3.1.0",
            "local_url": "https://vtn.local:8443/openadr3/3.1.0",
            "program_names": "day-ahead,peak-hours",
            "requires_auth": "True",
            "openapi_url": "https://vtn.local:8443/openapi/openadr-3.1.0.json",
        },
    )
    assert announced().instance == "vtn-8443._openadr3._tcp.local."


@pytest.mark.parametrize(
    ("url", "port", "local"),
    [
        ("https://vtn.local", 443, "https://vtn.local/openadr3/3.1.0"),
        ("http://vtn.local/", 80, "http://vtn.local/openadr3/3.1.0"),
        ("http://vtn.local:8000/", 8000, "http://vtn.local:8000/openadr3/3.1.0"),
    ],
)
def test_a_url_need_not_name_its_port(url, port, local):
    said = announced(url=url)

    assert (said.port, said.texts["local_url"]) == (port, local)


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        ([], ""),
        (["a" * 128, "b" * 112, "c"], f"{'a' * 128},{'b' * 112}"),  # 14 + 128 + 1 + 112 = 255 bytes
        (["a" * 128, "b" * 113, "c"], "a" * 128),
        (["ü" * 120, "c"], "ü" * 120),
        (["ü" * 121, "c"], ""),
        (["one", "this, and that", "two"], "one,two"),
    ],
)
def test_program_names_are_cut_to_whole_names_that_fit(names, listed):
    texts = announced(*names).texts

    assert texts["program_names"] == listed
    assert len(f"program_names={listed}".encode()) <= 255


def test_a_txt_record_takes_the_longest():
    texts = dict(announced("a" * 128, "b" * 112, url=f"https://{'h' * 57}.local:65535").texts)

    info = ServiceInfo(SERVICE_TYPE, f"{'h' * 57}-65535.{SERVICE_TYPE}", port=1, properties=texts)

    assert info.decoded_properties == texts


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://vtn.local:8443", None),
        ("http://vtn.local/", None),
        ("https://vtn.example", "its host has to be one name before .local"),
        ("https://a.vtn.local", "its host has to be one name before .local"),
        ("https://.local", "its host has to be one name before .local"),
        (f"https://{'h' * 58}.local", "its host has to be one name before .local"),
        ("vtn.local", "it is to be like https://vtn.local:8443"),
        ("ftp://vtn.local", "it is to be like https://vtn.local:8443"),
        ("https://vtn.local/openadr3", "it is to be like https://vtn.local:8443"),
        ("https://vtn.local:0", "it is to be like https://vtn.local:8443"),
        ("https://vtn.local:65536", "Port out of range 0-65535"),
    ],
)
def test_what_cannot_be_announced_is_a_fault_of_the_settings(settings, url, fault):
    settings.MDNS_URL = url

    found = {check.id: check.msg for check in run_checks() if check.id in ("vtn.E006", "vtn.E007")}

    assert fault_of(url) == fault
    assert found == ({"vtn.E006": f"MDNS_URL is '{url}': {fault}"} if fault else {})


def test_an_address_that_is_none_is_a_fault_too(settings):
    settings.MDNS_ADDRESSES = ["192.0.2.1", "eth0"]

    assert "vtn.E007" in [check.id for check in run_checks()]


def test_without_a_url_the_machine_lends_its_name(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "Gateway.home.example")

    assert local_url(8000) == "http://gateway.local:8000"
    assert fault_of(local_url(8000)) is None
