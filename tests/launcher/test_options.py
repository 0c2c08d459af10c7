import socket

import pytest

from vtn.launcher import logs
from vtn.launcher.errors import CannotStart
from vtn.launcher.options import Options
from vtn.launcher.web_address import WebAddress, free_port


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch):
    for name in ("HOST", "PORT", "WEB_WORKERS", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_an_environment_everything_is_embedded_and_local():
    options = Options.from_environment()

    assert options.address == WebAddress("127.0.0.1", 8000)
    assert options.embed_database
    assert options.embed_redis
    assert 1 <= options.workers <= 4


def test_servers_that_are_named_are_not_started(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/vtn")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example")

    options = Options.from_environment()

    assert not options.embed_database
    assert not options.embed_redis


@pytest.mark.parametrize("text", ["0", "-1", "65536", "http", "80 80"])
def test_a_port_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(CannotStart) as refusal:
        Options.from_environment()

    assert str(refusal.value) == f"PORT is '{text}'; it has to be a number from 1 to 65535."


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::", "http://[::1]:81"),
        ("vtn.local", "http://vtn.local:81"),
    ],
)
def test_an_address_is_shown_as_it_can_be_reached_from_here(host, url):
    assert WebAddress(host, 81).url == url


def test_a_port_in_use_is_refused_and_another_is_proposed():
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        taken = WebAddress("127.0.0.1", listener.getsockname()[1])

        with pytest.raises(CannotStart) as refusal:
            taken.require_free()

    assert f"port {taken.port} cannot be used: Address already in use" in str(refusal.value)
    assert "make run PORT=" in str(refusal.value)
    taken.require_free()


def test_each_start_has_a_log_of_its_own_and_three_earlier_ones_are_kept(tmp_path):
    for number in range(5):
        logs.rotate(tmp_path)
        (tmp_path / "web.log").write_text(f"start {number}")

    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}

    assert kept == {
        "web.log": "start 4",
        "web.log.1": "start 3",
        "web.log.2": "start 2",
        "web.log.3": "start 1",
    }
