import psutil
import pytest
import redis

from tests.launcher.processes import eventually
from vtn.launcher.binaries import package_file
from vtn.launcher.errors import CannotStart
from vtn.launcher.valkey import EmbeddedValkey


@pytest.fixture
def valkey(home, told):
    server = EmbeddedValkey(home, tell=told.append)
    yield server
    server.stop()


def test_a_second_start_finds_the_data_of_the_first(home, valkey):
    valkey.start()
    redis.from_url(home.redis_url).rpush("queue", "one", "two")
    valkey.stop()

    valkey.start()

    assert redis.from_url(home.redis_url).lrange("queue", 0, -1) == [b"one", b"two"]


def test_it_refuses_what_does_not_fit_rather_than_forgetting_something(home, valkey):
    valkey.start()

    client = redis.from_url(home.redis_url)

    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("port") == {"port": "0"}


def test_it_starts_again_after_a_kill(home, valkey):
    valkey.start()
    client = redis.from_url(home.redis_url)
    psutil.Process(client.info()["process_id"]).kill()
    assert eventually(lambda: valkey.ended() is not None)

    valkey.start()

    assert client.ping()


def test_a_platform_without_a_wheel_is_told_what_to_set():
    with pytest.raises(CannotStart) as refusal:
        package_file("no_such_package", "server", otherwise="set REDIS_URL.")

    assert str(refusal.value) == (
        "The Python package no-such-package has no server for this platform: set REDIS_URL."
    )
