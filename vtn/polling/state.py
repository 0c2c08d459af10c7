"""What one process keeps: its answers, the callers it has verified, and the versions both depend on."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from vtn.caller import Caller
from vtn.polling.answers import Answer, Kept, Seen
from vtn.polling.listener import CHANNEL, Listener
from vtn.polling.polls import Polls
from vtn.polling.versions import EVERYTHING, Versions, slot

# NOTIFY takes at most 8 000 bytes; a change that touches more than this many keys moves everything instead.
_MAX_KEYS, _MAX_PAYLOAD = 200, 7_500
_CHANGE_WRITTEN = 24  # of these bytes: the number of the change, and brackets
_TOKEN_WEIGHT = 1_200  # bytes of a verified token beside its text, roughly
# Pollers ask short questions; a longer one is answered, and not kept.
_LONGEST_QUESTION = 1_000


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A caller whose token was good, until it expires or its client's record moves."""

    caller: Caller
    seen: Seen
    expires_at: float


class Repeated(NamedTuple):
    """An answer that is good still, the Unix time until which it is unless something changes, and who has asked."""

    answer: Answer
    good_until: float
    client_id: str


class Polling:
    """The kept things of this process, with the one way to use each."""

    def __init__(self) -> None:
        self.versions = Versions(settings.SHARED_VERSIONS)
        self.answers: Kept[Answer] = Kept(
            settings.KEPT_ANSWERS_BYTES, weigh=lambda key, answer: sum(map(len, key)) + answer.weight
        )
        self.tokens: Kept[VerifiedToken] = Kept(
            settings.KEPT_TOKENS_BYTES, weigh=lambda header, _: len(header) + _TOKEN_WEIGHT
        )
        self._epoch = 0
        # Read once: the settings of Django take their time, and this is asked at every poll.
        self._keeps = settings.KEEP_ANSWERS
        self.listener = Listener(connection_parameters, heard=self.versions.move, deaf=self.forget)
        self.polls = Polls(connection_parameters)
        self._here = threading.local()

    def listen(self) -> None:
        """Starts to hear of changes, in the process that serves; without that nothing is kept. What is asked is written
        down from here on."""
        self.polls.start()
        if self._keeps:
            self.listener.start()

    def forget(self) -> None:
        """Drops everything, what is being worked out at this moment included: it may have missed a change."""
        self._epoch += 1
        self.answers.clear()
        self.tokens.clear()

    def see(self, keys: Iterable[str]) -> Seen:
        """The versions of these keys now; call it before reading what they stand for."""
        epoch = self._epoch
        return Seen(epoch, self.versions.read([slot(EVERYTHING), *map(slot, keys)]))

    def still(self, seen: Seen) -> bool:
        """Nothing in what was seen has moved since, as far as this process can know."""
        return seen.epoch == self._epoch and self.versions.still(seen.cells)

    @property
    def may_keep(self) -> bool:
        return self._keeps and self.listener.is_up

    def keep(self, caller: Caller, path: str, query: str, answer: Answer) -> None:
        if self.may_keep and len(path) + len(query) <= _LONGEST_QUESTION:
            kept_for = caller.personal_class if answer.is_personal else caller.answer_class
            self.answers.put((kept_for, path, query), answer)

    @property
    def moment(self) -> tuple[int, int]:
        """Equal for as long as nothing at all has changed, as far as this process can know."""
        return self._epoch, self.versions.last_move

    def stands_still(self, moment: tuple[int, int]) -> bool:
        """Nothing at all has changed since that moment, or this process would know."""
        # Written out, for this is asked at every poll and each property is a call.
        return moment == (self._epoch, self.versions.last_move) and self._keeps and self.listener.is_up

    def repeated(self, header: str, path: str, query: str, now: float) -> Repeated | None:
        """The answer from last time to this question of a caller with this Authorization header, if the header
        is still good and it still is the answer."""
        token = self._token(header, now)
        if token is None:
            return None
        caller = token.caller
        key = (caller.answer_class, path, query)
        answer = self.answers.get(key)
        if answer is None:
            key = (caller.personal_class, path, query)
            answer = self.answers.get(key)
        if answer is None:
            return None
        if now >= answer.good_until or not self.still(answer.seen):
            self.answers.drop(key)
            return None
        return Repeated(answer, min(answer.good_until, token.expires_at), caller.client_id)

    def asked_here(self) -> str | None:
        """The client that was verified last in this thread, which serves one request after the other; asking forgets
        it. So the gate learns who has asked what Django answers."""
        client_id: str | None = getattr(self._here, "client_id", None)
        self._here.client_id = None
        return client_id

    def keep_token(self, header: str, token: VerifiedToken) -> None:
        self._here.client_id = token.caller.client_id
        if self.may_keep:
            self.tokens.put(header, token)

    def verified(self, header: str, now: float) -> Caller | None:
        """The caller behind an Authorization header that was verified before and is good still."""
        token = self._token(header, now)
        if token is None:
            return None
        self._here.client_id = token.caller.client_id
        return token.caller

    def _token(self, header: str, now: float) -> VerifiedToken | None:
        token = self.tokens.get(header) if self.may_keep else None
        if token is None:
            return None
        if now >= token.expires_at or not self.still(token.seen):
            self.tokens.drop(header)
            return None
        return token


@cache
def polling() -> Polling:
    """The state of this process. Threads share it; a forked child must not have used it before the fork."""
    return Polling()


@dataclass(frozen=True, slots=True)
class Move:
    """Says that what some keys stand for has changed.

    The transaction that changes it carries the payload in a NOTIFY, for other hosts (and for this one, should
    the writer die before the next step); after its commit this process moves the versions itself, before its
    client is answered.
    """

    change: int
    keys: tuple[str, ...]
    payload: str

    CHANNEL: ClassVar[str] = CHANNEL

    @classmethod
    def of(cls, keys: Iterable[str]) -> Move:
        change, named = secrets.randbits(63), tuple(sorted(set(keys)))
        payload = json.dumps([change, *named])
        if len(named) > _MAX_KEYS or len(payload) > _MAX_PAYLOAD:
            named = (EVERYTHING,)
            payload = json.dumps([change, *named])
        return cls(change, named, payload)

    @classmethod
    def several(cls, keys: Iterable[str]) -> Iterator[Move]:
        """As many moves as it takes to name all keys: for a change of many objects, after which answers about others
        are good still."""
        part: list[str] = []
        size = 0
        for key in sorted(set(keys)):
            written = len(json.dumps(key)) + 2
            if part and (len(part) == _MAX_KEYS or size + written > _MAX_PAYLOAD - _CHANGE_WRITTEN):
                yield cls.of(part)
                part, size = [], 0
            part.append(key)
            size += written
        if part:
            yield cls.of(part)

    def after_commit(self) -> None:
        transaction.on_commit(partial(polling().versions.move, self.change, self.keys))


def connection_parameters() -> dict[str, Any]:
    known = ("dbname", "user", "password", "host", "port", "options", "sslmode", "sslrootcert")
    parameters = connection.get_connection_params()
    return {
        **{name: parameters[name] for name in known if name in parameters},
        "keepalives_idle": 5,
        "tcp_user_timeout": 5_000,
        "connect_timeout": 5,
    }
