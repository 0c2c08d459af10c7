"""Mosquitto's dynamic security plugin: reads what it knows of our clients, and brings it up to date.

What is not ours is left alone: our clients bear our name as their `textname`, our roles and our group begin with it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from participants.mqtt.access import Access, Concerned, is_our_role, wanted_access
from participants.mqtt.broker import broker_rules
from vtn.notifiers.mqtt import Broker, BrokerAway
from vtn.turns import long_turn
from vtn.wire import body

logger = logging.getLogger(__name__)

TURN = "participants.mqtt.dynamic_security"
_COMMANDS, _RESPONSES = "$CONTROL/dynamic-security/v1", "$CONTROL/dynamic-security/v1/response"
_TEXTNAME = _GROUP = "openadr3-vtn"
# Mosquitto 2.0 writes its file after each command, and answers when all of a message are done.
_AT_A_TIME, _LISTED_AT_ONCE = 10, 1_000
# A role allows to subscribe, and, apart from that, to receive.
_KINDS = ("subscribePattern", "publishClientReceive")

Command = dict[str, Any]


class SomebodyElseIsAtIt(Exception):
    """Another process tells the broker, and may have read already what is to be told."""


def bring_up_to_date(only: Concerned | None = None) -> int:
    """Has the broker know of all clients, or of those concerned, what it should; tells how much had to be changed.

    It ends the connections of those whose access is another now. Raises `BrokerAway`, `SomebodyElseIsAtIt`.
    """
    # In turn: of two at a time, the one that has read first might write last.
    with long_turn(TURN) as is_ours:
        if not is_ours:
            raise SomebodyElseIsAtIt
        with Broker(broker_rules()) as broker:
            wanted = wanted_access(only)
            plugin = _Plugin(broker)
            found = plugin.known() if only is None else plugin.known_of(only, wanted)
            commands = list(differences(found, wanted))
            plugin.carry_out(commands)
    return len(commands)


def put_into(path: Path) -> None:
    """Makes the file of a plugin that does not run what it would become, for many clients at once."""
    rules, wanted = body.decode_text(path.read_bytes()), wanted_access()
    clients = [each for each in rules.get("clients", ()) if each.get("textname") != _TEXTNAME]
    taken = {each["username"] for each in clients}
    rules["clients"] = clients + [
        {"username": name, "textname": _TEXTNAME, "roles": _named(roles)}
        for name, roles in wanted.clients.items()
        if name not in taken
    ]
    others = [each for each in rules.get("roles", ()) if not is_our_role(each["rolename"])]
    ours = [{"rolename": name, "acls": _acls(filters)} for name, filters in wanted.roles.items()]
    rules["roles"] = others + ours
    path.write_bytes(body.encode(rules))


def differences(found: Access, wanted: Access) -> Iterator[Command]:
    """The commands that make one into the other: roles are there before they are given, and as long as they are."""
    for name, filters in wanted.roles.items():
        if name not in found.roles:
            yield {"command": "createRole", "rolename": name, "acls": _acls(filters)}
        elif found.roles[name] != filters:
            yield {"command": "modifyRole", "rolename": name, "acls": _acls(filters)}
    for name, roles in wanted.clients.items():
        if name not in found.clients:
            yield {"command": "createClient", "username": name, "textname": _TEXTNAME, "roles": _named(roles)}
        elif found.clients[name] != roles:
            yield {"command": "modifyClient", "username": name, "roles": _named(roles)}
    yield from _for_anonymous(found.anonymous, wanted.anonymous)
    for name in found.clients.keys() - wanted.clients.keys():
        yield {"command": "deleteClient", "username": name}
    for name in found.roles.keys() - wanted.roles.keys():
        yield {"command": "deleteRole", "rolename": name}


def _for_anonymous(found: frozenset[str] | None, wanted: frozenset[str] | None) -> Iterator[Command]:
    """A group that is no longer wanted loses its roles. It is not deleted: Mosquitto 2.0.11 does not survive that."""
    roles = wanted or frozenset()
    if found is not None and found != roles:
        yield {"command": "modifyGroup", "groupname": _GROUP, "roles": _named(roles)}
    elif found is None and roles:
        yield {"command": "createGroup", "groupname": _GROUP, "roles": _named(roles)}
        yield {"command": "setAnonymousGroup", "groupname": _GROUP}


class _Plugin:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        if not broker.subscribe(_RESPONSES):
            raise BrokerAway("does not let the VTN tell it who may read what: is it an administrator there?")

    def known(self) -> Access:
        """What the plugin knows of ours."""
        return self._access(self._all("clients"), self._all("roles"))

    def known_of(self, only: Concerned, wanted: Access) -> Access:
        """The same of those concerned, and of what they should have."""
        names = {*only.names, *wanted.clients}
        roles = {*only.roles, *wanted.roles}
        return self._access(self._each("client", "username", names), self._each("role", "rolename", roles))

    def _access(self, clients: Iterable[dict[str, Any]], roles: Iterable[dict[str, Any]]) -> Access:
        (group,) = self._ask([{"command": "getGroup", "groupname": _GROUP}])
        return Access(
            clients={
                each["username"]: _rolenames(each) for each in clients if each.get("textname") == _TEXTNAME
            },
            roles={each["rolename"]: _filters(each) for each in roles if is_our_role(each["rolename"])},
            anonymous=_rolenames(group["group"]) if "group" in group else None,
        )

    def carry_out(self, commands: Sequence[Command]) -> None:
        for start in range(0, len(commands), _AT_A_TIME):
            self._ask(commands[start : start + _AT_A_TIME], is_change=True)

    def _all(self, what: str) -> Iterator[dict[str, Any]]:
        offset, is_more = 0, True
        while is_more:
            command = {"command": f"list{what.capitalize()}", "verbose": True}
            (found,) = self._ask([{**command, "count": _LISTED_AT_ONCE, "offset": offset}])
            yield from found[what]
            offset += _LISTED_AT_ONCE
            is_more = offset < found["totalCount"]

    def _each(self, what: str, member: str, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        commands = [{"command": f"get{what.capitalize()}", member: name} for name in names]
        for start in range(0, len(commands), _AT_A_TIME):
            found = self._ask(commands[start : start + _AT_A_TIME])
            yield from (each[what] for each in found if what in each)

    def _ask(self, commands: Sequence[Command], *, is_change: bool = False) -> list[dict[str, Any]]:
        """What each gave; nothing where it was refused, as when there is no such client."""
        self._broker.publish(_COMMANDS, body.encode({"commands": commands}))
        answer = body.decode_text(self._broker.next_message())
        for response in answer["responses"] if is_change else ():
            if "error" in response:
                logger.error("MQTT access: %s: %s", response.get("command"), response["error"])
        return [response.get("data", {}) for response in answer["responses"]]


def _acls(filters: Iterable[str]) -> list[dict[str, Any]]:
    return [{"acltype": kind, "topic": each, "allow": True} for each in sorted(filters) for kind in _KINDS]


def _filters(role: dict[str, Any]) -> frozenset[str]:
    """What both kinds allow. Anything else in the role makes it another one, which is put right."""
    acls = role.get("acls", [])
    by_kind = [{acl["topic"] for acl in acls if acl["acltype"] == kind and acl["allow"]} for kind in _KINDS]
    is_ours = len(acls) == sum(map(len, by_kind)) and by_kind[0] == by_kind[1]
    return frozenset(by_kind[0]) if is_ours else frozenset()


def _named(roles: Iterable[str]) -> list[dict[str, str]]:
    return [{"rolename": role} for role in sorted(roles)]


def _rolenames(holder: dict[str, Any]) -> frozenset[str]:
    return frozenset(role["rolename"] for role in holder.get("roles", ()))
