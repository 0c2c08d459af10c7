"""A thread in which many calls wait for their answers at once, while another one talks to the database.

Whenever an answer comes, the calls that had to wait for it are started there: the other thread may be busy for longer
than all that is on its way takes.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Self

from vtn.deliveries import outcomes
from vtn.deliveries.channels import Channel, Send
from vtn.deliveries.outcomes import Outcome
from vtn.deliveries.store import Claimed
from vtn.deliveries.windows import Request, Windows

logger = logging.getLogger(__name__)

# Without an outcome it was not tried.
Sent = tuple[Claimed, Outcome | None]


class Sending:
    """Use it as a context manager; what is on its way at the end is not waited for."""

    def __init__(self, channels: Mapping[str, Channel], *, patience: float) -> None:
        """What was claimed more than `patience` seconds ago is not started any more: it may soon be somebody else's,
        and what is sent late could come after what followed it."""
        self._channels = channels
        self._patience = patience
        self._windows, self._lock = Windows(), threading.Lock()
        self._sends: dict[str, Send] = {}
        self._sent: queue.SimpleQueue[Sent] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._calls: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vtn-sending", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def add(self, requests: Sequence[Request]) -> None:
        """Each is started when its host may be called once more."""
        with self._lock:
            for request in requests:
                self._windows.add(request)
        self._loop.call_soon_threadsafe(self._start, {claimed.host for claimed, _ in requests})

    @property
    def busy(self) -> list[str]:
        """The hosts that have as much as they can be sent soon."""
        with self._lock:
            return self._windows.full

    def take_back(self, hosts: set[str] | None = None) -> list[Claimed]:
        """What is not started yet for these hosts (None: for any), and now never will be."""
        with self._lock:
            return self._windows.take_back(hosts)

    def go_on(self, hosts: Iterable[str]) -> None:
        """Calls hosts again that have failed, each named as often as what follows from a failure is now known."""
        failed = list(hosts)
        with self._lock:
            self._windows.go_on(failed)
        self._loop.call_soon_threadsafe(self._start, set(failed))

    def ended(self, *, wait: float, gather: float = 0.0) -> list[Sent]:
        """All that have ended by now, and those that end in the next `gather` seconds; if there is none yet, the first
        one to end within `wait` seconds is waited for before."""
        sent: list[Sent] = []
        try:
            sent.append(self._sent.get(timeout=wait))
            time.sleep(gather)
            while True:
                sent.append(self._sent.get_nowait())
        except queue.Empty:
            return sent

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._is_ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            for name, channel in self._channels.items():
                self._sends[name] = await stack.enter_async_context(channel.open())
            self._is_ready.set()
            await self._stop.wait()
            for call in self._calls:
                call.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)

    def _start(self, hosts: Iterable[str]) -> None:
        with self._lock:
            requests = [request for host in hosts for request in self._windows.next(host)]
        for claimed, request in requests:
            call = self._loop.create_task(self._call(claimed, request))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _call(self, claimed: Claimed, request: Any) -> None:
        is_late = claimed.claimed_at < time.monotonic() - self._patience
        outcome = None if is_late else await self._outcome(claimed, request)
        with self._lock:
            if outcome is None:
                self._windows.untried(claimed)
            else:
                self._windows.ended(claimed, outcome)
        self._sent.put((claimed, outcome))
        self._start([claimed.host])

    async def _outcome(self, claimed: Claimed, request: Any) -> Outcome:
        try:
            return await self._sends[claimed.channel](request)
        except Exception as error:
            # A fault of ours, which must not cost the delivery: it is tried again, and seen as failing until then.
            logger.exception("Delivery %s", claimed.id)
            return outcomes.no_reply(f"could not be sent: {error!r}")
