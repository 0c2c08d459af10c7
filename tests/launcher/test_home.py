import shutil
import stat
from concurrent.futures import ThreadPoolExecutor

import environ
import psycopg.conninfo
import pytest

from vtn.launcher.errors import CannotStart
from vtn.launcher.home import PROJECT, Home


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_home_is_beside_manage_py_unless_the_environment_names_one(monkeypatch):
    monkeypatch.delenv("VTN_HOME", raising=False)
    by_default = Home.from_environment()
    monkeypatch.setenv("VTN_HOME", "/srv/vtn")
    named = Home.from_environment()

    assert by_default.path == PROJECT / ".vtn"
    assert (PROJECT / "manage.py").exists()
    assert named.path == PROJECT.__class__("/srv/vtn")


def test_every_client_understands_the_addresses():
    home = Home.at("/srv/Vtn")

    assert environ.Env.db_url_config(home.database_url)["NAME"] == "vtn"
    assert environ.Env.db_url_config(home.database_url)["OPTIONS"] == {"host": "/srv/Vtn/run"}
    assert psycopg.conninfo.conninfo_to_dict(home.database_url) == {
        "user": "postgres",
        "dbname": "vtn",
        "host": "/srv/Vtn/run",
    }
    assert home.redis_url == "unix:///srv/Vtn/run/valkey.sock?db=1"
    assert home.broker_url == "redis+socket:///srv/Vtn/run/valkey.sock"


@pytest.mark.parametrize("name", ["deep/" * 20, "with space", "quote'd", "comma,"])
def test_a_path_that_does_not_suit_a_socket_falls_back_to_a_short_private_one(home, name):
    awkward = Home.at(home.path / name)

    awkward.make()

    try:
        assert str(awkward.sockets).startswith("/tmp/vtn-")
        assert mode(awkward.sockets) == 0o700
        assert Home.at(home.path / name).sockets == awkward.sockets
        assert Home.at(home.path / name / "other").sockets != awkward.sockets
    finally:
        awkward.sockets.rmdir()


def test_a_fallback_that_is_open_to_others_is_refused(home):
    awkward = Home.at(home.path / "with space")
    awkward.sockets.mkdir(mode=0o755)

    try:
        with pytest.raises(CannotStart, match="open to others"):
            awkward.make()
    finally:
        shutil.rmtree(awkward.sockets)


def test_what_is_made_is_closed_to_other_accounts(home):
    assert {mode(path) for path in (home.path, home.logs, home.sockets, home.valkey_data)} == {0o700}


def test_the_secret_key_is_made_once_however_many_ask_for_it_at_once(home):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: home.secret_key(), range(32)))

    assert keys == {home.secret_key()}
    assert len(home.secret_key()) == 64
    assert mode(home.path / "secret-key") == 0o600
    assert list(home.path.glob("secret-key.*")) == []
