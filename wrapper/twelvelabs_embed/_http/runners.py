"""Runners of flows, blocking and awaited: everything that is sync or async in this library.

`sync_method` and `async_method` turn a method that returns a flow into the method that a user
calls, with the same signature: each method is written once and stands in both clients.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterator,
    Sequence,
)
from contextvars import copy_context
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

import httpx

from twelvelabs_embed._http.bounded_read import read, read_async
from twelvelabs_embed._http.effects import (
    Command,
    Flow,
    RunBlocking,
    RunConcurrently,
    SendRequest,
    Sleep,
)
from twelvelabs_embed._http.pagination import AsyncPager, Page, Pager
from twelvelabs_embed._http.redaction import drop_transport_frames, redact_request
from twelvelabs_embed._http.request import RawResponse
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    from twelvelabs_embed._http.transport_async import LeanAsyncClient

F = TypeVar("F")
M = TypeVar("M", bound=Callable[..., Any])
P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Admission(Protocol):
    """What the requests of a flow go through, one by one: a quota, for example."""

    def send(
        self, command: SendRequest, send: Callable[[SendRequest], httpx.Response]
    ) -> httpx.Response: ...

    def yield_slot(self) -> None: ...


class AsyncAdmission(Protocol):
    """`Admission`, awaited."""

    async def send(
        self, command: SendRequest, send: Callable[[SendRequest], Awaitable[httpx.Response]]
    ) -> httpx.Response: ...

    def yield_slot(self) -> None: ...


class Runner:
    """Runs flows, blocking. Its client is made for the first one, unless it is given."""

    def __init__(self, http: httpx.Client | None, timeout: httpx.Timeout, clock: Clock) -> None:
        self._given = http
        self._http = http
        self._timeout = timeout
        self._clock = clock
        self._closed = False
        self._lock = Lock()
        _runners.add(self)

    @property
    def is_given(self) -> bool:
        """Whether its client was given."""
        return self._given is not None

    def with_clock(self, clock: Clock) -> Runner:
        """Another one with the client that was given."""
        assert self._given is not None
        return Runner(self._given, self._timeout, clock)

    def run(
        self,
        flow: Flow[T],
        admission: Admission | None = None,
        check: Callable[[], object] | None = None,
    ) -> T:
        """Run a flow to its end.

        Args:
            flow: what to do
            door: its requests go through it
            check: is called before each step; what it raises ends the flow
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
                    admission.yield_slot()
                return self._clock.sleep(command.duration_sec)
            case RunBlocking():
                return command.work()
            case RunConcurrently():
                return self._gather(command, admission)

    def _send(self, command: SendRequest) -> httpx.Response:
        http, before = self._client(), sys.exception()
        request = _build(http, command)
        try:
            if command.is_external:
                from twelvelabs_embed._http.transport import send_external

                return send_external(http, request)
            answer = http.send(request, stream=True, follow_redirects=False)
            read(answer)
            answer.next_request = None  # it would take the key to another host
            return answer
        except BaseException as error:
            drop_transport_frames(error, until=before)
            raise
        finally:
            redact_request(request, is_external=command.is_external)

    def _gather(self, command: RunConcurrently, admission: Admission | None) -> list[Any]:
        """Run flows in threads, each of which takes the next flow when it is done with one.

        Not by an executor: the interpreter waits for its threads, however long they send, and
        Ctrl-C would wait with it.
        """
        shared = _Shared(command)

        def work() -> None:
            for number, flow in shared:
                shared.results[number] = self.run(flow, admission, shared.check)

        threads = [
            Thread(
                target=copy_context().run,
                args=(shared.guard, work),
                name="twelvelabs-embed",
                daemon=True,
            )
            for _ in range(command.concurrency)
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(1.0)  # on Windows, an endless wait would not see Ctrl-C
        except BaseException:
            shared.interrupt()
            _join_soon(threads)
            raise
        if shared.error is not None:
            raise shared.error
        return shared.in_order()

    def check_open(self) -> None:
        """Raise RuntimeError if it is closed."""
        if self._closed:
            raise RuntimeError("this client is closed")

    def _client(self) -> httpx.Client:
        with self._lock:
            self.check_open()
            if self._http is None:
                from twelvelabs_embed._http.transport import make_client

                self._http = make_client(self._timeout)
            return self._http

    def close(self) -> None:
        """Close the connections, unless the client was given."""
        with self._lock:
            self._closed = True
            if self._http is not None and self._given is None:
                self._http.close()

    def leave_to_parent(self) -> object:
        """Begin anew in a process that was forked, and return what belongs to its parent."""
        sockets, self._http = self._http, self._given
        self._lock = Lock()  # somebody may have held it who is not here
        return sockets


class AsyncRunner:
    """Runs flows, awaited. Its client is made for the first one, unless it is given."""

    def __init__(
        self, http: httpx.AsyncClient | None, timeout: httpx.Timeout, clock: Clock
    ) -> None:
        self._given = http
        self._http: httpx.AsyncClient | LeanAsyncClient | None = http
        self._timeout = timeout
        self._clock = clock
        self._closed = False
        _runners.add(self)

    async def run(self, flow: Flow[T], admission: AsyncAdmission | None = None) -> T:
        """Run a flow to its end; its requests go through the door."""
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
                    admission.yield_slot()
                return self._clock.sleep_async(command.duration_sec)
            case RunBlocking():
                from anyio import to_thread  # not needed before the first file

                return to_thread.run_sync(command.work)
            case RunConcurrently():
                return self._gather(command, admission)

    async def _send(self, command: SendRequest) -> httpx.Response:
        http, before = self._client(), sys.exception()
        try:
            if isinstance(http, httpx.AsyncClient):
                return await self._send_by_given(http, command)
            return await http.send(command)
        except BaseException as error:
            drop_transport_frames(error, until=before)
            raise

    async def _send_by_given(self, http: httpx.AsyncClient, command: SendRequest) -> httpx.Response:
        request = _build(http, command)
        try:
            if command.is_external:
                from twelvelabs_embed._http.transport import send_external_async

                return await send_external_async(http, request)
            answer = await http.send(request, stream=True, follow_redirects=False)
            await read_async(answer)
            answer.next_request = None  # it would take the key to another host
            return answer
        finally:
            redact_request(request, is_external=command.is_external)

    async def _gather(
        self, command: RunConcurrently, admission: AsyncAdmission | None
    ) -> list[Any]:
        """Run flows in tasks, each of which takes the next flow when it is done with one."""
        from anyio import create_task_group

        shared = _Shared(command)

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

    def _client(self) -> httpx.AsyncClient | LeanAsyncClient:
        self.check_open()
        if self._http is None:
            from twelvelabs_embed._http.transport_async import LeanAsyncClient

            self._http = LeanAsyncClient()
        return self._http

    async def close(self) -> None:
        """Close the connections, unless the client was given."""
        self._closed = True
        if self._http is not None and self._given is None:
            await self._http.aclose()

    def leave_to_parent(self) -> object:
        """Begin anew in a process that was forked, and return what belongs to its parent."""
        sockets, self._http = self._http, self._given
        return sockets


_runners: WeakSet[Runner | AsyncRunner] = WeakSet()
# Not closed, and not even let go: that could end connections that the parent still uses.
_of_parent: list[object] = []


def _leave_to_parent() -> None:
    _of_parent.extend([runner.leave_to_parent() for runner in _runners])


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)


# How long threads that were interrupted may take to note what they have done, in seconds.
_GRACE_SEC = 0.5


def _join_soon(threads: Sequence[Thread]) -> None:
    until_sec = monotonic() + _GRACE_SEC
    for thread in threads:
        if thread.ident is not None:
            thread.join(max(0.0, until_sec - monotonic()))


class _InterruptedError(Exception):
    """The thread that waits for the others was interrupted. Nobody sees it."""


class _Shared:
    """The flows that several workers take from, one at a time, until one of them fails.

    Attributes:
        results: what the flows returned, by their number
        error: the first failure
    """

    def __init__(self, command: RunConcurrently) -> None:
        self._flows = enumerate(command.flows)
        self._lock = Lock()
        self._is_stopped = False
        self._is_interrupted = False
        self.results: dict[int, Any] = {}
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[tuple[int, Flow[Any]]]:
        while True:
            with self._lock:
                item = None if self._is_stopped else next(self._flows, None)
            if item is None:
                return
            yield item

    def interrupt(self) -> None:
        """Let no flow begin, and those that run end with the step that they are at."""
        self._is_stopped = self._is_interrupted = True

    def check(self) -> None:
        """Raise when they are to end."""
        if self._is_interrupted:
            raise _InterruptedError

    def guard(self, work: Callable[[], None]) -> None:
        """Do the work of a thread, and keep what it raises."""
        try:
            work()
        except BaseException as error:
            with self._lock:
                self._is_stopped = True
                self.error = self.error or error

    def in_order(self) -> list[Any]:
        return [self.results[number] for number in sorted(self.results)]


def _build(http: httpx.Client | httpx.AsyncClient, command: SendRequest) -> httpx.Request:
    body = command.body
    content = body if isinstance(body, bytes) else None
    if command.is_external:
        # Not by the client, which adds headers and cookies of its own: they may hold a key.
        request = httpx.Request(
            command.method,
            command.url,
            headers=command.headers,
            content=content,
            extensions={"timeout": command.timeout.as_dict()},
        )
    else:
        request = http.build_request(
            command.method,
            command.url,
            headers=command.headers,
            params=dict(command.params) or None,
            content=content,
            timeout=command.timeout,
        )
    if body is None or isinstance(body, bytes):
        return request
    # Not by `content=`: httpx would take a stream that can be read both ways for a blocking one.
    request.headers["content-length"] = str(body.length_bytes)
    return httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        stream=body,
        extensions=request.extensions,
    )


class Resource(Generic[F]):
    """A part of the blocking client: its flows, and what runs them."""

    def __init__(self, flows: F, runner: Runner) -> None:
        self._flows = flows
        self._runner = runner


class AsyncResource(Generic[F]):
    """A part of the awaited client: its flows, and what runs them."""

    def __init__(self, flows: F, runner: AsyncRunner) -> None:
        self._flows = flows
        self._runner = runner


def sync_method(
    make: Callable[Concatenate[F, P], Flow[T]],
) -> Callable[Concatenate[Resource[F], P], T]:
    """The blocking method for a method that makes a flow."""

    def method(room: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return room._runner.run(make(room._flows, *args, **kwargs))

    return with_signature_of(method, make)


def async_method(
    make: Callable[Concatenate[F, P], Flow[T]],
) -> Callable[Concatenate[AsyncResource[F], P], Coroutine[Any, Any, T]]:
    """The awaited method for a method that makes a flow."""

    async def method(room: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await room._runner.run(make(room._flows, *args, **kwargs))

    return with_signature_of(method, make)


def sync_pages(
    make: Callable[Concatenate[F, P], Flow[Page[T]]],
) -> Callable[Concatenate[Resource[F], P], Pager[T]]:
    """The blocking method for a method that makes a flow to the first page of a list."""

    def method(room: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> Pager[T]:
        run = room._runner.run
        return Pager(run(make(room._flows, *args, **kwargs)), run)

    return with_signature_of(method, make, "Flow[Page", "Pager")


def async_pages(
    make: Callable[Concatenate[F, P], Flow[Page[T]]],
) -> Callable[Concatenate[AsyncResource[F], P], Coroutine[Any, Any, AsyncPager[T]]]:
    """The awaited method for a method that makes a flow to the first page of a list."""

    async def method(room: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs) -> AsyncPager[T]:
        run = room._runner.run
        return AsyncPager(await run(make(room._flows, *args, **kwargs)), run)

    return with_signature_of(method, make, "Flow[Page", "AsyncPager")


class Plan(Protocol[T_co]):
    """Work whose results are iterated, by either driver."""

    def run(self, runner: Runner) -> Generator[T_co, None, None]: ...

    def run_async(self, runner: AsyncRunner) -> AsyncGenerator[T_co, None]: ...


def sync_results(
    make: Callable[Concatenate[F, P], Plan[T]],
) -> Callable[Concatenate[Resource[F], P], Generator[T, None, None]]:
    """The blocking method for a method that makes a plan."""

    def method(room: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> Generator[T, None, None]:
        return make(room._flows, *args, **kwargs).run(room._runner)

    return with_signature_of(method, make, "Plan", "Iterator")


def async_results(
    make: Callable[Concatenate[F, P], Plan[T]],
) -> Callable[Concatenate[AsyncResource[F], P], AsyncGenerator[T, None]]:
    """The method, iterated with `async for`, for a method that makes a plan."""

    def method(
        room: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[T, None]:
        return make(room._flows, *args, **kwargs).run_async(room._runner)

    return with_signature_of(method, make, "Plan", "AsyncIterator")


def data_of(make: Callable[P, Flow[RawResponse[T]]]) -> Callable[P, Flow[T]]:
    """The same flow without what HTTP says around its result."""

    def flow(*args: P.args, **kwargs: P.kwargs) -> Flow[T]:
        return (yield from make(*args, **kwargs)).data

    return with_signature_of(flow, make, "RawResponse")


def with_signature_of(
    method: M, make: Callable[..., Any], wrapped: str = "Flow", instead: str = ""
) -> M:
    """Give a method the name, docstring and signature of the one that makes its flow.

    Not by `functools.wraps`: its `__wrapped__` would tell `inspect` that the method returns a flow.
    """
    signature = inspect.signature(make)
    annotation = str(signature.return_annotation)
    returned = annotation.replace(f"{wrapped}[", instead and f"{instead}[", 1)
    returned = returned.removesuffix("]" * (annotation.count("[") - returned.count("[")))
    method.__name__, method.__qualname__ = make.__name__, make.__qualname__
    method.__doc__ = make.__doc__
    method.__signature__ = signature.replace(return_annotation=returned)  # type: ignore[attr-defined]
    return method
