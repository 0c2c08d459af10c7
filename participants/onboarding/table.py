"""A table of VENs in CSV, as spreadsheets write it, turned into VENs as staff want them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from participants.content import ResourceContent, VenContent
from participants.models import CLIENT_ID
from participants.wire.resources import v310 as resource_wire
from participants.wire.vens import v310 as ven_wire
from vtn import errors
from vtn.caller import Role
from vtn.ids import new_id
from vtn.wire import body, spreadsheet
from vtn.wire.spreadsheet import UnreadableTable

MOST_LINES = 20_000
LONGEST_TABLE = 32 << 20
# Of all lines together: a short line can name very many, and each is made, and costs memory, by itself.
MOST_NAMED = {"resources": 60_000, "targets": 200_000, "attributes": 200_000}
_LONGEST_NAME_TOLD = 128
# Lines that stand in memory, and go to the database, at a time.
_AT_ONCE = 500
COLUMNS = ("name", "client_id", "targets", "resources", "attributes")
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A VEN with its resources, and the client that it is to have. `line` is where it stands in the table."""

    line: int
    client_id: str
    content: VenContent

    @property
    def name(self) -> str:
        return self.content.ven_name


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is refused."""

    line: int
    name: str
    text: str


def parts(document: bytes) -> Iterator[list[Newcomer | Fault]]:
    """What each line asks for, or what is wrong with it, a few hundred lines at a time: all of it at once is much
    larger than the table. Raises `UnreadableTable`, perhaps in the middle."""
    lines = _read(document)
    while part := list(islice(lines, _AT_ONCE)):
        yield part


def _read(document: bytes) -> Iterator[Newcomer | Fault]:
    is_empty, named = True, Counter[str]()
    for line, cells in _lines(document):
        is_empty = False
        try:
            newcomer = _newcomer(line, cells)
        except errors.Invalid as error:
            yield Fault(line, cells.get("name", "")[:_LONGEST_NAME_TOLD], error.detail)
            continue
        named += _named_by(newcomer.content)
        _require_few(named)
        yield newcomer
    if is_empty:
        raise UnreadableTable(_("The table has no lines below its heads"))


def _named_by(content: VenContent) -> Counter[str]:
    """How much of each the VEN has, with its resources."""
    resources = content.resources or ()
    things = (content, *resources)
    return Counter(
        resources=len(resources),
        targets=sum(len(each.targets) for each in things),
        attributes=sum(len(each.members.get("attributes") or ()) for each in things),
    )


def _require_few(named: Counter[str]) -> None:
    for what, most in MOST_NAMED.items():
        if named[what] > most:
            raise UnreadableTable(
                _("The table has more than %(most)s %(what)s; take it in parts")
                % {"most": most, "what": what}
            )


def _lines(document: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column of each line that has anything in it."""
    if len(document) > LONGEST_TABLE:
        raise UnreadableTable(_("The table is larger than %(most)s MiB") % {"most": LONGEST_TABLE >> 20})
    lines = spreadsheet.lines(document, most=MOST_LINES)
    columns = spreadsheet.columns(next(lines).cells, COLUMNS, needed=["name"])
    for number, cells in lines:
        if len(cells) > len(columns):
            raise UnreadableTable(_("Line %(line)s has more cells than there are columns") % {"line": number})
        yield number, dict(zip(columns, cells, strict=False))


def _newcomer(line: int, cells: dict[str, str]) -> Newcomer:
    """Raises `Invalid`."""
    name = cells.get("name", "")
    client_id = cells.get("client_id") or (name if CLIENT_ID.fullmatch(name) else new_id())
    if not CLIENT_ID.fullmatch(client_id):
        raise errors.Invalid(_("client_id: 1 to 128 visible ASCII characters without spaces"))
    written: dict[str, Any] = {"venName": name, "clientID": client_id}
    if targets := _listed(cells.get("targets", "")):
        written["targets"] = targets
    if attributes := _listed(cells.get("attributes", "")):
        written["attributes"] = [_attribute(each) for each in attributes]
    content = ven_wire.parse_staff_ven(written)
    resources = tuple(map(_resource, _listed(cells.get("resources", ""))))
    return Newcomer(
        line,
        client_id,
        VenContent(
            client_id=client_id,
            ven_name=content.ven_name,
            targets=tuple(dict.fromkeys(content.targets)),
            members=content.members,
            resources=resources,
        ),
    )


def _listed(cell: str) -> list[Any]:
    """Several values in a cell: a list in JSON, or texts with a | between them."""
    if not cell.startswith("["):
        return [text.strip() for text in cell.split(_BETWEEN) if text.strip()]
    listed = body.decode(cell.encode())
    if not isinstance(listed, list):
        raise errors.Invalid(_("“%(cell)s” is not a list") % {"cell": cell[:40]})
    return listed


def _attribute(written: Any) -> Any:
    """`TYPE=value`, of a text; anything else as 3.1.0 writes it."""
    if not isinstance(written, str):
        return written
    kind, equals, value = written.partition("=")
    if not equals:
        raise errors.Invalid(_("attributes: “%(cell)s” is not TYPE=value") % {"cell": written[:40]})
    return {"type": kind.strip(), "values": [value.strip()]}


def _resource(written: Any) -> ResourceContent:
    """A name; or what a BL_RESOURCE_REQUEST of 3.1.0 says, less the VEN."""
    members = {"resourceName": written} if isinstance(written, str) else written
    if not isinstance(members, dict):
        raise errors.Invalid(_("resources: expected names, or objects with a resourceName"))
    whole = {**members, "objectType": "BL_RESOURCE_REQUEST", "venID": "new"}
    try:
        return resource_wire.parse_resource(whole, Role.BL)
    except errors.Invalid as error:
        raise errors.Invalid(f"resources: {error.detail}") from None
