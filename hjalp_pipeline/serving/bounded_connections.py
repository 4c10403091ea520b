"""Connections nobody keeps for long, and of which nobody has many: uvicorn waits for a request, and for a reader, without end."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds in which a request must have come whole, and in which a reader must take something of an answer.
TO_ASK, TO_READ = 10.0, 60.0
#: Connections at a time, and those of one caller (an address, of IPv6 its network of 64 bits).
MOST, MOST_OF_ONE = 500, 40


def bounded_connections(caller_of: Callable[[str], str | None]) -> type[asyncio.Protocol]:
    """uvicorn's connection with these bounds. ``caller_of``: who a peer is; None for a proxy of ours, which asks for many."""

    class Bounded(HttpToolsProtocol):
        caller: str | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
            self._asking, self._reading = _Timer(self.loop), _Timer(self.loop)
            super().connection_made(transport)
            self.caller = caller_of(self.client[0] if self.client else "")
            same = sum(getattr(one, "caller", None) == self.caller for one in self.connections)
            if len(self.connections) > MOST or (self.caller is not None and same > MOST_OF_ONE):
                transport.abort()
            else:
                self._asking.start(TO_ASK, self._asked_too_slowly)

        def connection_lost(self, exc: Exception | None) -> None:
            self._asking.stop()
            self._reading.stop()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            self._asking.start(TO_ASK, self._asked_too_slowly)  # also for what begins no request: an empty line
            super().data_received(data)

        def on_message_begin(self) -> None:
            self._asking.start(TO_ASK, self._asked_too_slowly)
            super().on_message_begin()

        def on_message_complete(self) -> None:
            self._asking.stop()
            super().on_message_complete()

        def pause_writing(self) -> None:
            self._reading.start(TO_READ, self.transport.abort)
            super().pause_writing()

        def resume_writing(self) -> None:
            self._reading.stop()
            super().resume_writing()

        def _asked_too_slowly(self) -> None:
            asked = self.cycle is not None and not self.cycle.more_body
            if asked and not self.cycle.response_complete:  # its answer is on the way, whatever came after the request
                self._asking.start(TO_ASK, self._asked_too_slowly)
            else:
                self.transport.close()

    return Bounded


class _Timer:
    """One that runs, or none."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._runs: asyncio.TimerHandle | None = None

    def start(self, seconds: float, act: Callable[[], None]) -> None:
        def end() -> None:
            self._runs = None
            act()

        if self._runs is None:
            self._runs = self._loop.call_later(seconds, end)

    def stop(self) -> None:
        if self._runs is not None:
            self._runs.cancel()
            self._runs = None
