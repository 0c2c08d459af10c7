"""Whatever is subscribed and written, each receiver hears what a plain reading of the rules says, in order."""

from __future__ import annotations

import json
from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from participants import tokens
from participants.models import Client
from participants.services.provisioning import Wanted, provision_client
from tests.conftest import NOON, Actor, event_request
from tests.notifications.conftest import carry_all_out
from tests.participants.subscribing import object_operation, subscription_request
from tests.twins.subscriber import Subscriber
from vtn.caller import Caller, Role

GRANTS = {"business": None, "north": {"a"}, "south": {"b"}, "both": {"a", "b"}, "stranger": set()}
OPERATIONS = ["CREATE", "UPDATE", "DELETE"]
LABORATORY = {
    "UNSAFE_CALLBACKS_OVER_HTTP": True,
    "UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES": True,
    "UNSAFE_CALLBACKS_WITHOUT_CHALLENGE": True,
}

some_targets = st.lists(st.sampled_from("abc"), unique=True, max_size=3)
subscriptions = st.fixed_dictionaries(
    {
        "client": st.sampled_from([*GRANTS]),
        "objects": st.lists(st.sampled_from(["PROGRAM", "EVENT"]), unique=True, min_size=1),
        "operations": st.lists(st.sampled_from(OPERATIONS), unique=True, min_size=1),
        "targets": st.one_of(st.none(), st.lists(st.sampled_from("ab"), unique=True, min_size=1)),
        "program": st.sampled_from([None, 0, 1]),
    }
)
# An event or a program, by its number, gets other targets, or is deleted; one that is not there is made.
writes = st.lists(
    st.tuples(st.sampled_from(["PROGRAM", "EVENT"]), st.integers(0, 1), st.one_of(st.none(), some_targets)),
    max_size=8,
)


class AnyAudience(TestCase):
    def setUp(self):
        enabled = self.settings(**LABORATORY)
        enabled.enable()
        self.addCleanup(enabled.disable)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(subscriptions, min_size=1, max_size=5), writes)
    def test_each_hears_what_it_should(self, asked, written):
        actors = {name: _enrol(name, grant) for name, grant in GRANTS.items()}
        retailer = actors["business"]
        programs = [_made(retailer.post("/programs", {"programName": f"p{n}"})) for n in range(2)]
        with Subscriber().running() as receiver:
            for number, each in enumerate(asked):
                _subscribe(actors[each["client"]], each, programs, receiver.url(f"/{number}"))
            carry_all_out(1)
            receiver.heard.clear()

            changes = [change for each in written for change in _write(retailer, programs, *each)]
            carry_all_out(len(changes) + 1)

            for number, each in enumerate(asked):
                heard = defaultdict(list)
                for told in receiver.heard:
                    if told.path == f"/{number}":
                        body = json.loads(told.body)
                        shown = body["object"]
                        assert body["targets"] == (shown.get("targets") or None)
                        heard[shown["id"]].append((body["operation"], shown.get("targets") or []))
                assert heard == _expected(each, programs, changes)


def _enrol(name, grant):
    role = Role.BL if grant is None else Role.VEN
    targets = None if grant is None else sorted(grant)
    wanted = Wanted(name=name, role=role, client_id=name, targets=targets)
    provision_client(caller=Caller.staff("tests"), wanted=wanted, now=NOON)
    return Actor(token=tokens.issue(client_id=name, scopes=Client.objects.get(client_id=name).scopes).text)


def _made(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def _subscribe(actor, asked, programs, url):
    operation = object_operation(objects=asked["objects"], operations=asked["operations"], callbackUrl=url)
    program = None if asked["program"] is None else programs[asked["program"]]["id"]
    request = subscription_request(objectOperations=[operation], targets=asked["targets"], programID=program)
    _made(actor.post("/subscriptions", {name: value for name, value in request.items() if value is not None}))


def _write(retailer, programs, kind, number, targets):
    """The change it leads to: type, id, program, and the targets before and after (None: not there)."""
    if kind == "PROGRAM":
        program = programs[number]
        if targets is None:
            return
        _made(retailer.put(f"/programs/{program['id']}", {"programName": f"p{number}", "targets": targets}))
        before, program["targets"] = program.get("targets") or [], targets
        yield "PROGRAM", program["id"], program["id"], before, targets
        return
    program, event = programs[number], programs[number].get("event")
    content = event_request(program, targets=targets or [])
    if event is None:
        if targets is not None:
            program["event"] = _made(retailer.post("/events", content))
            yield "EVENT", program["event"]["id"], program["id"], None, targets
        return
    before = event.get("targets") or []
    if targets is None:
        _made(retailer.delete(f"/events/{event['id']}"))
        del program["event"]
    else:
        program["event"] = _made(retailer.put(f"/events/{event['id']}", content))
    yield "EVENT", event["id"], program["id"], before, targets


def _expected(asked, programs, changes):
    grant, told = GRANTS[asked["client"]], defaultdict(list)
    query = None if asked["targets"] is None else set(asked["targets"])
    for kind, id_, program_id, before, after in changes:
        if kind not in asked["objects"]:
            continue
        if asked["program"] is not None and programs[asked["program"]]["id"] != program_id:
            continue
        if _shown(before, grant, query) is None and _shown(after, grant, query) is None:
            continue
        was, is_ = _shown(before, grant, None), _shown(after, grant, None)
        operation = "DELETE" if is_ is None else "CREATE" if was is None else "UPDATE"
        if operation in asked["operations"]:
            last, plain = (before, was) if is_ is None else (after, is_)
            narrow = _shown(last, grant, query)
            told[id_].append((operation, plain if narrow is None else narrow))
    return told


def _shown(targets, grant, query):
    """The targets that a poll with this query shows; None where it does not show the object."""
    if targets is None:
        return None
    if grant is None:
        return targets if query is None or query & set(targets) else None
    if query is None and not targets:
        return []
    return [each for each in targets if each in grant and (query is None or each in query)] or None
