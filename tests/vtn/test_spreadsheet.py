"""Tables as people's spreadsheets save them."""

from __future__ import annotations

import pytest

from vtn.wire import spreadsheet
from vtn.wire.spreadsheet import Line, UnreadableTable


def read(text, *, most=10):
    document = text if isinstance(text, bytes) else text.encode()
    return list(spreadsheet.lines(document, most=most))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_table_is_read_whatever_spreadsheet_wrote_it(delimiter, end, mark):
    text = end.join([f"name{delimiter} place ", f" house {delimiter}north", ""])

    assert read(mark + text.encode()) == [Line(1, ["name", "place"]), Line(2, ["house", "north"])]


def test_a_line_is_told_by_where_it_ends_in_the_file():
    """Whoever looks for it there finds blank lines, and cells of several lines."""
    found = read('name,place\n\n"a\nhouse",north\n,\nanother,south\n')

    assert found[1:] == [Line(4, ["a\nhouse", "north"]), Line(6, ["another", "south"])]


def test_lines_with_nothing_in_them_do_not_count_for_how_many_there_may_be():
    blank = "\n" * 50

    assert len(read(f"name\n{blank}a\nb\n{blank}", most=2)) == 3
    with pytest.raises(UnreadableTable, match="more than 2 lines"):
        read(f"name\n{blank}a\nb\nc\n", most=2)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"name\nho\0use\n", "NUL"),
        (b'name\nhouse\n"open', "Line 3"),
        (b'name\n"house" more\n', "Line 2"),
    ],
)
def test_what_is_no_table_is_refused(document, told):
    with pytest.raises(UnreadableTable, match=told):
        read(document)


def test_an_empty_document_has_no_heads():
    assert read(b"") == [Line(1, [])]


def test_columns_are_known_however_they_are_spelled():
    assert spreadsheet.columns(["Client ID", "grid_kw"], ["gridKw", "client_id"], needed=["client_id"]) == [
        "client_id",
        "gridKw",
    ]


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        (["name", "colour"], "“colour”; there are: name, place"),
        (["name", "NAME"], "twice"),
        (["place"], "has to be “name”"),
        ([], "has to be “name”"),
        (["name", ""], "“”"),
    ],
)
def test_heads_that_are_not_its_own_are_refused(heads, told):
    with pytest.raises(UnreadableTable, match=told):
        spreadsheet.columns(heads, ["name", "place"], needed=["name"])
