"""Runners of flows, blocking and awaited: everything that is sync or async in this library."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakSet

from twelvelabs_embed._http.effects import (
    Command,
    Flow,
    Notify,
    RunBlocking,
    RunConcurrently,
    SendRequest,
    Sleep,
)
from twelvelabs_embed._http.redaction import drop_transport_frames
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._http.transport import (
        AsyncClientTransport,
        ClientTransport,
        ConnectionStack,
    )
    from twelvelabs_embed._http.transport_async import LeanAsyncClient

T = TypeVar("T")


class Admission(Protocol):
    """Decides when each request of a flow is sent: by a rate limit, for example."""

    def send(
        self, command: SendRequest, send: Callable[[SendRequest], httpx.Response]
    ) -> httpx.Response: ...

    def sleep(self, duration_sec: float, sleep: Callable[[float], object]) -> None: ...


class AsyncAdmission(Protocol):
    """`Admission`, awaited."""

    async def send(
        self, command: SendRequest, send: Callable[[SendRequest], Awaitable[httpx.Response]]
    ) -> httpx.Response: ...

    async def sleep(
        self, duration_sec: float, sleep: Callable[[float], Awaitable[object]]
    ) -> None: ...


class Runner:
    """Runs flows, blocking. Unless a client is given, the first request opens one."""

    def __init__(self, http: httpx.Client | None, clock: Clock) -> None:
        self._given = http
        self._transport: ConnectionStack | ClientTransport | None = None
        self._clock = clock
        self._closed = False
        self._lock = Lock()
        _runners.add(self)

    @property
    def is_given(self) -> bool:
        """Whether its client was given."""
        return self._given is not None

    def with_clock(self, clock: Clock) -> Runner:
        """Return another runner with the client that was given."""
        assert self._given is not None
        return Runner(self._given, clock)

    def run(
        self,
        flow: Flow[T],
        admission: Admission | None = None,
        check: Callable[[], object] | None = None,
    ) -> T:
        """Run a flow to its end.

        Args:
            flow: yields the effects to perform
            admission: decides when its requests are sent
            check: called before each step; an error of it ends the flow
        """
        try:
            step = flow.send(None)
            while True:
                if check is not None:
                    check()
                try:
                    reply = self._perform(step, admission)
                except Exception as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(reply)
        except StopIteration as stop:  # of the flow: no other leaves a generator
            return stop.value  # type: ignore[no-any-return]
        finally:
            flow.close()

    def _perform(self, command: Command, admission: Admission | None) -> Any:
        match command:
            case SendRequest():
                return admission.send(command, self._send) if admission else self._send(command)
            case Sleep():
                if admission and command.yields_slot:
                    return admission.sleep(command.duration_sec, self._clock.sleep)
                return self._clock.sleep(command.duration_sec)
            case RunBlocking():
                return command.work()
            case RunConcurrently():
                return self._run_concurrently(command, admission)
            case Notify():
                return command.callback(command.value)

    def _send(self, command: SendRequest) -> httpx.Response:
        transport, before = self._transport or self._open(), sys.exception()
        try:
            return transport.send(command)
        except BaseException as error:
            drop_transport_frames(error, until=before)
            raise

    def _run_concurrently(self, command: RunConcurrently, admission: Admission | None) -> list[Any]:
        """Run flows in threads, each of which takes the next flow when it is done with one."""
        from twelvelabs_embed._http.concurrency import SharedFlows

        shared = SharedFlows(command)

        def work() -> None:
            for number, flow in shared:
                shared.results[number] = self.run(flow, admission, shared.check)

        return shared.run_in_threads(work)

    def check_open(self) -> None:
        """Raise RuntimeError if it is closed."""
        if self._closed:
            raise RuntimeError("this client is closed")

    def _open(self) -> ConnectionStack | ClientTransport:
        # httpx is imported by the first request.
        from twelvelabs_embed._http.transport import open_transport

        with self._lock:
            self.check_open()
            if self._transport is None:
                self._transport = open_transport(self._given)
            return self._transport

    def close(self) -> None:
        """Close the connections, unless the client was given."""
        with self._lock:
            self._closed = True
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def leave_to_parent(self) -> object:
        """Start afresh in a process that was forked; returns the sockets that its parent uses."""
        sockets, self._transport = self._transport, None
        self._lock = Lock()  # a thread that is not in this process may have held it
        return sockets


class AsyncRunner:
    """Runs flows, awaited. Unless a client is given, the first request opens one."""

    def __init__(self, http: httpx.AsyncClient | None, clock: Clock) -> None:
        self._given = http
        self._transport: LeanAsyncClient | AsyncClientTransport | None = None
        self._clock = clock
        self._closed = False
        self._lock = Lock()  # loops of several threads may make their first request
        _runners.add(self)

    async def run(self, flow: Flow[T], admission: AsyncAdmission | None = None) -> T:
        """Run a flow to its end. Its requests are sent when the admission allows it."""
        try:
            step = flow.send(None)
            while True:
                try:
                    reply = await self._perform(step, admission)
                except Exception as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(reply)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        finally:
            flow.close()

    def _perform(self, command: Command, admission: AsyncAdmission | None) -> Awaitable[Any]:
        # Not a coroutine itself: there is one for each layer of each request.
        match command:
            case SendRequest():
                return admission.send(command, self._send) if admission else self._send(command)
            case Sleep():
                if admission and command.yields_slot:
                    return admission.sleep(command.duration_sec, self._clock.sleep_async)
                return self._clock.sleep_async(command.duration_sec)
            case RunBlocking():
                from anyio import to_thread  # not needed before the first file

                return to_thread.run_sync(command.work)
            case RunConcurrently():
                return self._run_concurrently(command, admission)
            case Notify():
                return _notify(command)

    async def _send(self, command: SendRequest) -> httpx.Response:
        transport, before = self._transport or self._open(), sys.exception()
        try:
            return await transport.send(command)
        except BaseException as error:
            drop_transport_frames(error, until=before)
            raise

    async def _run_concurrently(
        self, command: RunConcurrently, admission: AsyncAdmission | None
    ) -> list[Any]:
        """Run flows in tasks, each of which takes the next flow when it is done with one."""
        from anyio import create_task_group

        from twelvelabs_embed._http.concurrency import SharedFlows

        shared = SharedFlows(command)

        async def work() -> None:
            for number, flow in shared:
                shared.results[number] = await self.run(flow, admission)

        try:
            async with create_task_group() as tasks:
                for _ in range(command.concurrency):
                    tasks.start_soon(work)
        except BaseExceptionGroup as group:
            # The first failure cancelled the others, so there is one that says why.
            errors = group.split(Exception)[0]
            raise (errors or group).exceptions[0] from None
        return shared.in_order()

    def check_open(self) -> None:
        """Raise RuntimeError if it is closed."""
        if self._closed:
            raise RuntimeError("this client is closed")

    def _open(self) -> LeanAsyncClient | AsyncClientTransport:
        with self._lock:
            self.check_open()
            if self._transport is None and self._given is not None:
                from twelvelabs_embed._http.transport import AsyncClientTransport

                self._transport = AsyncClientTransport(self._given)
            elif self._transport is None:
                from twelvelabs_embed._http.transport_async import LeanAsyncClient

                self._transport = LeanAsyncClient()
            return self._transport

    async def close(self) -> None:
        """Close the connections, unless the client was given."""
        with self._lock:
            self._closed = True
            transport, self._transport = self._transport, None
        if transport is not None:
            await transport.aclose()

    def leave_to_parent(self) -> object:
        """Start afresh in a process that was forked; returns the sockets that its parent uses."""
        sockets, self._transport = self._transport, None
        self._lock = Lock()  # as above
        return sockets


async def _notify(command: Notify) -> None:
    result = command.callback(command.value)
    if isinstance(result, Awaitable):
        await result


_runners: WeakSet[Runner | AsyncRunner] = WeakSet()
# Neither closed nor collected: that could end connections that the parent still uses.
_of_parent: list[object] = []


def _leave_to_parent() -> None:
    _of_parent.extend([runner.leave_to_parent() for runner in _runners])


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
