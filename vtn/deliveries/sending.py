"""A thread in which many calls wait for their answers at once, while another one talks to the database."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, Self

from vtn.deliveries import outcomes
from vtn.deliveries.channels import Channel, Send
from vtn.deliveries.outcomes import Outcome
from vtn.deliveries.store import Claimed

logger = logging.getLogger(__name__)

Sent = tuple[Claimed, Outcome]


class Sending:
    """Use it as a context manager; what is on its way at the end is not waited for."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
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

    def start(self, requests: list[tuple[Claimed, Any]]) -> None:
        self._loop.call_soon_threadsafe(self._start, requests)

    def ended(self, *, wait: float) -> list[Sent]:
        """All that have ended by now; if there is none yet, the first one to end within the time to wait."""
        sent: list[Sent] = []
        try:
            sent.append(self._sent.get(timeout=wait))
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

    def _start(self, requests: list[tuple[Claimed, Any]]) -> None:
        for claimed, request in requests:
            call = self._loop.create_task(self._call(claimed, request))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _call(self, claimed: Claimed, request: Any) -> None:
        try:
            outcome = await self._sends[claimed.channel](request)
        except Exception as error:
            # A fault of ours, which must not cost the delivery: it is tried again, and seen as failing until then.
            logger.exception("Delivery %s", claimed.id)
            outcome = outcomes.no_reply(f"could not be sent: {error!r}")
        self._sent.put((claimed, outcome))
