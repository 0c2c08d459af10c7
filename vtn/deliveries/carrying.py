"""Carries out what is due, until nothing is: claims, sends many at a time, writes down how each ended.

Any number of processes may do this at once, on any number of hosts. One that dies leaves its claims behind, which
others take over when their lease is up.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from vtn.deliveries import circuits, store, tallies
from vtn.deliveries.channels import Channel
from vtn.deliveries.circuits import CircuitRules
from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import LONGEST_WISH, End, Outcome, Retries
from vtn.deliveries.sending import Sending, Sent
from vtn.deliveries.store import Claimed, Ended, LongestWaits
from vtn.deliveries.windows import Request, Windows

State = Delivery.State

# What an end means for the delivery; all others leave it waiting.
_STATES = {
    End.DELIVERED: State.DELIVERED,
    End.REFUSED: State.DEAD,
    End.GONE: State.DEAD,
    End.DROPPED: State.DROPPED,
}
_NOT_WANTED = Outcome(End.DROPPED, reason="is no longer wanted")

# In the hands of one process, and taken with one statement.
_MOST_IN_HAND, _AT_A_TIME = 2_000, 500
# How long something new may go unnoticed while answers are waited for, in seconds.
_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class CarryingRules:
    """`lease` is the time in seconds after which a sender is taken for dead; what waits in its hands counts too."""

    retries: Retries
    circuits: CircuitRules
    lease: float

    @property
    def longest_wait(self) -> LongestWaits:
        """Nothing that waits, and is not behind something else, is due later than after this."""
        any_wait = max(self.retries.most, self.circuits.most, self.lease, LONGEST_WISH)
        return LongestWaits(untried=self.circuits.most, tried=any_wait)


# Sees to what has changed meanwhile; whether there was any.
LookAround = Callable[[], bool]


def carry_out(
    channels: Mapping[str, Channel],
    rules: CarryingRules,
    *,
    look_around: LookAround,
    call_for_help: Callable[[], None],
    run_for: float,
) -> bool:
    """Sends what is due, and what becomes due meanwhile, for `run_for` seconds at most and the time of the calls that
    are then on their way. True if there may be more. Other workers are called for help where there is much to do."""
    found = look_around()
    claimed = _claim(channels, Windows(), rules)
    if not claimed:
        return found
    if len(claimed) == _AT_A_TIME:
        call_for_help()
    with Sending(channels) as sending:
        return _Carrier(channels, rules, sending).run(claimed, look_around, run_for)


class _Carrier:
    def __init__(self, channels: Mapping[str, Channel], rules: CarryingRules, sending: Sending) -> None:
        self._channels, self._rules, self._sending = channels, rules, sending
        self._windows = Windows()

    def run(self, claimed: Sequence[Claimed], look_around: LookAround, run_for: float) -> bool:
        stop_at = time.monotonic() + run_for
        is_last, is_more = False, True
        self._take(claimed)
        while len(self._windows):
            sent = self._sending.ended(wait=_LOOK_EVERY)
            for each, outcome in sent:
                self._windows.ended(each, outcome)
            self._start()
            if sent:
                self._end(sent)
            if is_last:
                continue
            if time.monotonic() >= stop_at:
                is_last = True
                store.give_back(self._windows.take_back())
            else:
                is_more = look_around()
                self._take(_claim(self._channels, self._windows, self._rules))
        return is_last or is_more

    def _take(self, claimed: Sequence[Claimed]) -> None:
        """Prepares what was claimed and starts what may be started."""
        by_channel: defaultdict[str, list[Claimed]] = defaultdict(list)
        for each in claimed:
            by_channel[each.channel].append(each)
        ended: list[Sent] = []
        for name, mine in by_channel.items():
            requests = self._channels[name].prepare(mine)
            for each in mine:
                request = requests.get(each.id, _NOT_WANTED)
                if isinstance(request, Outcome):
                    ended.append((each, request))
                else:
                    self._windows.add((each, request))
        self._start()
        if ended:
            self._end(ended)

    def _start(self) -> None:
        """Starts what the windows let through. What has waited for long may soon be somebody else's: it is given back,
        since what is sent late could come after what followed it."""
        late_at = time.monotonic() - self._rules.lease / 2
        in_time: list[Request] = []
        late: list[Request] = []
        for request in self._windows.next():
            (late if request[0].claimed_at < late_at else in_time).append(request)
        self._sending.start(in_time)
        for claimed, _ in late:
            self._windows.untried(claimed)
        if late:
            store.give_back(claimed for claimed, _ in late)

    def _end(self, sent: Sequence[Sent]) -> None:
        """Writes down how calls ended, and draws the conclusions on their recipients and hosts."""
        answered = {each.host for each, outcome in sent if outcome.shows_the_host_is_there}
        failures: dict[str, tuple[int, str]] = {}
        for each, outcome in sent:
            if outcome.is_host_at_fault and each.host not in answered:
                count, _ = failures.get(each.host, (0, ""))
                failures[each.host] = (count + 1, outcome.reason)
        with transaction.atomic():
            for name, channel in self._channels.items():
                channel.note([(each, outcome) for each, outcome in sent if each.channel == name])
            circuits.lock([*answered, *failures])
            circuits.answered(answered)
            opened = circuits.failed(failures, self._rules.circuits) if failures else set()
            _write([self._ended(each, outcome) for each, outcome in sent])
        if opened:
            store.give_back(self._windows.take_back(opened))
            circuits.postpone(opened)
        self._windows.forget_idle()

    def _ended(self, claimed: Claimed, outcome: Outcome) -> Ended:
        state, delay = _STATES.get(outcome.end, State.WAITING), 0.0
        if outcome.end is End.FAILED and self._rules.retries.is_given_up(claimed.age):
            state = State.DEAD
        if state is State.WAITING:
            delay = self._rules.retries.delay(claimed.attempts, outcome.wish)
        return Ended(claimed, state.value, delay, outcome.status, outcome.reason, outcome.answer)


def _write(ended: Sequence[Ended]) -> None:
    with transaction.atomic():
        ages = store.end(ended)
        tallies.count(ended, ages)
        if lanes := {each.claimed.lane for each in ended if each.state != State.WAITING}:
            transaction.on_commit(lambda: store.release(lanes))


def _claim(channels: Collection[str], windows: Windows, rules: CarryingRules) -> list[Claimed]:
    room = min(_MOST_IN_HAND - len(windows), _AT_A_TIME)
    if room <= 0:
        return []
    # Workers of another version may know more channels, or fewer: each leaves the others theirs.
    return store.claim(most=room, lease=rules.lease, busy=windows.full, channels=channels)
