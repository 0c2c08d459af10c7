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
# Of so many, what ends within so many seconds is written down together: each transaction costs as much as ten of them.
# The next change of the same object, and a host that has failed, wait for that.
_MANY, _GATHER = 100, 0.04
# How long something new may go unnoticed while answers are waited for and gathered, beside that, in seconds.
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
    claimed = _claim(channels, rules, room=_AT_A_TIME, busy=())
    if not claimed:
        return found
    if len(claimed) == _AT_A_TIME:
        call_for_help()
    # What waits in one's hands for half of its lease is left to others.
    with Sending(channels, patience=rules.lease / 2) as sending:
        return _Carrier(channels, rules, sending).run(claimed, look_around, run_for)


class _Carrier:
    def __init__(self, channels: Mapping[str, Channel], rules: CarryingRules, sending: Sending) -> None:
        self._channels, self._rules, self._sending = channels, rules, sending
        self._in_hand = 0

    def run(self, claimed: Sequence[Claimed], look_around: LookAround, run_for: float) -> bool:
        stop_at = time.monotonic() + run_for
        is_last, is_more = False, True
        self._take(claimed)
        while self._in_hand:
            gather = _GATHER if self._in_hand >= _MANY else 0.0
            self._note(self._sending.ended(wait=_LOOK_EVERY, gather=gather))
            if is_last:
                continue
            if time.monotonic() >= stop_at:
                is_last = True
                self._give_back(self._sending.take_back())
            else:
                is_more = look_around()
                self._take(self._claim())
        return is_last or is_more

    def _claim(self) -> list[Claimed]:
        room = min(_MOST_IN_HAND - self._in_hand, _AT_A_TIME)
        return _claim(self._channels, self._rules, room=room, busy=self._sending.busy)

    def _take(self, claimed: Sequence[Claimed]) -> None:
        """Prepares what was claimed, and has it sent."""
        self._in_hand += len(claimed)
        by_channel: defaultdict[str, list[Claimed]] = defaultdict(list)
        for each in claimed:
            by_channel[each.channel].append(each)
        for name, mine in by_channel.items():
            requests = self._channels[name].prepare(mine)
            prepared = [(each, requests.get(each.id, _NOT_WANTED)) for each in mine]
            self._sending.add([one for one in prepared if not isinstance(one[1], Outcome)])
            self._end(name, [(each, outcome) for each, outcome in prepared if isinstance(outcome, Outcome)])

    def _note(self, sent: Sequence[Sent]) -> None:
        ended = [(each, outcome) for each, outcome in sent if outcome is not None]
        # Two channels may have the same recipients, which both would lock in one transaction, and so in no one order.
        for name in {each.channel for each, _ in ended}:
            self._end(name, [(each, outcome) for each, outcome in ended if each.channel == name])
        self._sending.go_on([each.host for each, outcome in ended if outcome.is_host_at_fault])
        self._give_back([each for each, outcome in sent if outcome is None])

    def _give_back(self, claimed: Sequence[Claimed]) -> None:
        if claimed:
            store.give_back(claimed)
            self._in_hand -= len(claimed)

    def _end(self, channel: str, sent: Sequence[tuple[Claimed, Outcome]]) -> None:
        """Writes down how calls of a channel ended, and draws the conclusions on their recipients and hosts."""
        if not sent:
            return
        answered = {each.host for each, outcome in sent if outcome.shows_the_host_is_there}
        failures: dict[str, tuple[int, str]] = {}
        for each, outcome in sent:
            if outcome.is_host_at_fault and each.host not in answered:
                count, _ = failures.get(each.host, (0, ""))
                failures[each.host] = (count + 1, outcome.reason)
        with transaction.atomic():
            self._channels[channel].note(sent)
            circuits.lock([*answered, *failures])
            circuits.answered(answered)
            opened = circuits.failed(failures, self._rules.circuits) if failures else set()
            _write([self._ended(each, outcome) for each, outcome in sent])
        self._in_hand -= len(sent)
        if opened:
            self._give_back(self._sending.take_back(opened))
            circuits.postpone(opened)

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


def _claim(
    channels: Collection[str], rules: CarryingRules, *, room: int, busy: Collection[str]
) -> list[Claimed]:
    if room <= 0:
        return []
    # Workers of another version may know more channels, or fewer: each leaves the others theirs.
    return store.claim(most=room, lease=rules.lease, busy=busy, channels=channels)
