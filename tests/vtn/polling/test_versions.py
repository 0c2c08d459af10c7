"""Versions are shared by whoever maps the same file, and a change moves them once."""

from vtn.polling.versions import Versions, slot


def test_what_one_process_moves_another_sees(tmp_path):
    writer, reader = Versions(tmp_path / "versions"), Versions(tmp_path / "versions")
    seen = reader.read([slot("events:*"), slot("events:id:1")])
    assert reader.still(seen)

    writer.move(1, ["events:id:1"])

    assert not reader.still(seen)
    assert reader.still(reader.read([slot("events:*"), slot("events:id:1")]))


def test_a_change_moves_nothing_the_second_time(tmp_path):
    versions = Versions(tmp_path / "versions")
    versions.move(7, ["events:*"])
    seen = versions.read([slot("events:*")])

    versions.move(7, ["events:*"])
    assert versions.still(seen)

    versions.move(8, ["events:*"])
    assert not versions.still(seen)


def test_versions_outlive_the_process(tmp_path):
    Versions(tmp_path / "versions").move(1, ["events:*"])

    first = Versions(tmp_path / "versions").read([slot("events:*")])

    assert Versions(tmp_path / "versions").still(first)
    assert first[0][1] != 0
