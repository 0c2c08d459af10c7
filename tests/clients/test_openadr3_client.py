"""An independent client, `openadr3-client` of PyPI, writes programs and events as business logic and reads them as
a VEN: in both versions and at every root, with tokens that it fetches itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import NOON

pytest.importorskip("openadr3_client", reason="openadr3-client runs on Python 3.12 and newer only")

from oauthlib.oauth2 import InvalidClientError, InvalidScopeError

from tests.clients.elaad import refused

# What the stories write, they write through the VTN; the mark is for the database that the VTN is given.
pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
FOREVER = timedelta(days=9999 * 365)  # what the client makes of P9999Y, and writes as P9999Y


def test_a_ven_reads_what_business_wrote(elaad, business, program):
    written = business.events.create_event(
        elaad.event(
            program,
            event_name="prices",
            priority=1,
            payload_descriptors=(elaad.price_descriptor(),),
            interval_period=elaad.period(start=NOON, duration=HOUR, randomize_start=timedelta(minutes=5)),
            intervals=(
                elaad.interval(0, 0.1),
                elaad.interval(1, 0.17, interval_period=elaad.period(start=NOON + HOUR, duration=HOUR / 2)),
            ),
        )
    )
    ven = elaad.ven()

    assert ven.programs.get_program_by_id(program.id).model_dump() == program.model_dump()
    assert ven.events.get_event_by_id(written.id).model_dump() == written.model_dump()
    assert ven.events.get_events(target=None, pagination=None, program_id=program.id) == (written,)
    assert written.program_id == program.id
    assert [interval.payloads[0].values for interval in written.intervals] == [(0.1,), (0.17,)]
    assert written.intervals[1].interval_period.duration == HOUR / 2
    assert written.created_date_time == written.modification_date_time


def test_all_that_a_program_can_say_comes_back(elaad, business):
    said = {
        "interval_period": elaad.period(start=NOON, duration=FOREVER),
        "program_descriptions": ({"URL": "https://retailer.example/day-ahead"},),
        "payload_descriptors": (elaad.price_descriptor(),),
        "targets": elaad.targets("north", "south"),
        **elaad.in_country("NL", "UT"),
    }
    asked = elaad.program("everything", **said)

    program = business.programs.create_program(asked)

    assert program.model_dump(include=set(said)) == asked.model_dump(include=set(said))
    assert business.programs.delete_program_by_id(program.id).model_dump() == program.model_dump()


def test_what_is_meant_for_others_does_not_exist(elaad, business, program):
    for_all, for_north, for_south = (
        business.events.create_event(elaad.event(program, event_name=name, targets=targets))
        for name, targets in [
            ("all", None),
            ("north", elaad.targets("north", "south")),
            ("south", elaad.targets("south")),
        ]
    )
    ven, stranger = elaad.ven().events, elaad.ven("stranger").events

    seen = ven.get_events(target=None, pagination=None, program_id=program.id)

    assert [event.event_name for event in seen] == ["all", "north"]
    assert seen[1].targets == elaad.changed(for_north, targets=elaad.targets("north")).targets
    with refused(404):
        ven.get_event_by_id(for_south.id)
    assert stranger.get_events(target=None, pagination=None, program_id=program.id) == (for_all,)


def test_lists_are_filtered_and_paged(elaad, business, program):
    for number in range(5):
        place = "north" if number % 2 else "south"
        business.events.create_event(
            elaad.event(program, event_name=str(number), targets=elaad.targets(place))
        )

    def names(reader, target, page):
        found = reader.events.get_events(target=target, pagination=page, program_id=program.id)
        return [event.event_name for event in found]

    ven = elaad.ven()
    assert names(business, None, elaad.page(skip=1, limit=3)) == ["1", "2", "3"]
    assert names(business, elaad.asking_for("north"), None) == ["1", "3"]
    assert names(business, elaad.asking_for("north", "south"), elaad.page(skip=4, limit=9)) == ["4"]
    assert names(ven, elaad.asking_for("north", "south"), None) == ["1", "3"]
    assert names(ven, elaad.asking_for("south"), None) == []
    with refused(400):
        names(business, None, elaad.page(skip=0, limit=51))


def test_programs_are_filtered_by_target(elaad, business):
    program = business.programs.create_program(elaad.program("by target", targets=elaad.targets("harbour")))

    assert business.programs.get_programs(target=elaad.asking_for("harbour"), pagination=None) == (program,)
    assert elaad.ven().programs.get_programs(target=elaad.asking_for("harbour"), pagination=None) == ()
    business.programs.delete_program_by_id(program.id)


def test_an_update_replaces_and_is_seen_at_the_next_poll(elaad, business, program):
    ven = elaad.ven()
    event = business.events.create_event(elaad.event(program, event_name="before", priority=1))
    assert ven.events.get_event_by_id(event.id) == event

    update = elaad.changed(event, event_name="after", priority=None)
    updated = business.events.update_event_by_id(event.id, update)
    renamed = business.programs.update_program_by_id(
        program.id, elaad.changed(program, program_name=f"{program.program_name}, renamed")
    )

    assert (updated.id, updated.event_name, updated.priority) == (event.id, "after", None)
    assert updated.created_date_time == event.created_date_time
    assert updated.modification_date_time > event.modification_date_time
    assert ven.events.get_event_by_id(event.id) == updated
    assert ven.programs.get_program_by_id(program.id) == renamed


def test_what_is_deleted_comes_back_once_and_then_is_gone(elaad, business, program):
    event = business.events.create_event(elaad.event(program))

    assert business.events.delete_event_by_id(event.id).model_dump() == event.model_dump()

    with refused(404):
        business.events.delete_event_by_id(event.id)
    with refused(404):
        business.events.get_event_by_id(event.id)
    with refused(404):
        business.events.update_event_by_id(event.id, elaad.changed(event, event_name="again"))
    assert business.events.get_events(target=None, pagination=None, program_id=program.id) == ()


def test_conflicts_are_refused_and_change_nothing(elaad, business, program):
    event = business.events.create_event(elaad.event(program))

    with refused(409):
        business.programs.create_program(elaad.program(program.program_name))
    with refused(409):
        business.programs.delete_program_by_id(program.id)

    assert business.programs.get_program_by_id(program.id) == program
    assert business.events.get_event_by_id(event.id) == event


def test_an_event_of_an_unknown_program_is_refused(elaad, business, program):
    nowhere = program.model_copy(update={"id": "nowhere"})

    with refused(400):
        business.events.create_event(elaad.event(nowhere))


def test_a_ven_writes_nothing(elaad, program):
    ven = elaad.business("ven")

    with refused(403):
        ven.programs.create_program(elaad.program("of a VEN"))
    with refused(403):
        ven.events.create_event(elaad.event(program))
    with refused(403):
        ven.programs.delete_program_by_id(program.id)


def test_scopes_are_granted_as_they_were_asked_for(elaad, program):
    reader = elaad.business(scopes=["read_all", "read_targets"])

    assert reader.programs.get_program_by_id(program.id) == program
    with refused(403):
        reader.programs.delete_program_by_id(program.id)
    with pytest.raises(InvalidScopeError):
        elaad.ven(scopes=["write_programs"]).programs.get_program_by_id(program.id)


def test_a_wrong_secret_gets_no_token_and_no_token_gets_nothing(elaad, program):
    with pytest.raises(InvalidClientError):
        elaad.ven(client_secret="guessed").programs.get_program_by_id(program.id)
    with refused(401):
        elaad.anonymous().programs.get_program_by_id(program.id)


def test_an_event_goes_on_for_ever(elaad, business, program):
    period = elaad.period(start=NOON, duration=FOREVER)

    event = business.events.create_event(elaad.event(program, interval_period=period))

    assert event.interval_period == period
    assert elaad.ven().events.get_event_by_id(event.id) == event


# -- 3.1.0 alone ----------------------------------------------------------------------------------------------


def test_the_token_endpoint_is_discovered(elaad310):
    business = elaad310.business(token_url=None)

    assert business.auth.get_auth_server().token_url == f"{elaad310.url}/auth/token"
    assert business.programs.get_programs(target=None, pagination=None) == ()


def test_an_event_needs_no_timing_and_no_intervals(elaad310):
    business, ven = elaad310.business(), elaad310.ven()
    program = business.programs.create_program(elaad310.program("bare"))

    untimed = business.events.create_event(elaad310.event(program))
    bare = business.events.create_event(elaad310.event(program, intervals=None))

    assert (untimed.interval_period, bare.intervals, bare.duration) == (None, None, None)
    assert ven.events.get_events(target=None, pagination=None, program_id=program.id) == (untimed, bare)


# -- From one version to the other ----------------------------------------------------------------------------


def test_each_version_reads_what_the_other_wrote(elaad310, elaad301):
    business = elaad310.business()
    program = business.programs.create_program(elaad310.program("both", **elaad310.in_country("NL", "UT")))
    period = {"start": NOON, "duration": HOUR}
    loop = elaad310.event(
        program,
        event_name="loop",
        duration=FOREVER,
        targets=elaad310.targets("north", "south"),
        interval_period=elaad310.period(**period),
    )
    plain = elaad301.event(program, event_name="plain", interval_period=elaad301.period(**period))

    loop, plain = business.events.create_event(loop), elaad301.business().events.create_event(plain)

    looped, read = elaad301.ven().events.get_events(target=None, pagination=None, program_id=program.id)
    assert looped.targets == elaad301.targets("north")
    assert looped.interval_period.duration == FOREVER
    assert read == plain
    _, read = elaad310.ven().events.get_events(target=None, pagination=None, program_id=program.id)
    assert (read.id, read.targets, read.duration) == (plain.id, None, None)
    assert read.interval_period == elaad310.period(**period)
    assert elaad301.ven().programs.get_program_by_id(program.id).principal_subdivision == "UT"
