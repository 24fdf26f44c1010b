"""A service on a real socket with a quota; it reports the remaining quota and records requests."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b

from aiohttp import web
from attrs import define, field
from twelvelabs_embed import Clock
from twelvelabs_embed.batch.rate_limiter import RateLimiter

from tests.waiting import wait_until, wait_until_async

ROW = {"embedding": [0.5, -0.25]}


@define
class QuotaService:
    """Accepts at most `quota` requests in any window.

    Attributes:
        quota: None for no quota
        window_sec: its length
        sends_headers: whether responses have the headers about the remaining quota
        hold_sec: how long each request takes, in real time
        now: what time it is, in seconds
        reject_once_sec: the next request is rejected, with this Retry-After
        fails_first: the first request with each body fails
        accepted_sec: when each accepted request arrived
        rejected_sec: when each rejected request arrived
        max_bytes: maximum of the bytes of bodies in flight
        max_requests: maximum of concurrent requests
        max_beside_bytes: by the size of a body, the maximum of other bytes in flight
    """

    base_url: str = ""
    quota: int | None = None
    window_sec: float = 1.0
    sends_headers: bool = True
    hold_sec: float = 0.0
    now: Callable[[], float] = time.monotonic
    reject_once_sec: float | None = None
    fails_first: bool = False
    accepted_sec: list[float] = field(factory=list)
    rejected_sec: list[float] = field(factory=list)
    max_bytes: int = 0
    max_requests: int = 0
    max_beside_bytes: dict[int, int] = field(factory=dict)
    _in_flight: list[int] = field(factory=list)
    _log: deque[float] = field(factory=deque)
    _seen: set[bytes] = field(factory=set)

    async def embed(self, request: web.Request) -> web.Response:
        """`POST /embed-v2`."""
        now_sec = self.now()
        size_bytes = int(request.headers["content-length"])
        self._start_request(size_bytes)
        try:
            while self._log and self._log[0] <= now_sec - self.window_sec:
                self._log.popleft()
            if (retry_after_sec := self._rejection_sec(now_sec)) is not None:
                self.rejected_sec.append(now_sec)
                headers = {"retry-after-ms": f"{retry_after_sec * 1e3:.0f}", **self._headers()}
                error = {"code": "too_many_requests", "message": "slow down"}
                return web.json_response({"error": error}, status=429, headers=headers)
            self._log.append(now_sec)
            self.accepted_sec.append(now_sec)
            headers = self._headers()
            digest = blake2b()
            async for chunk in request.content.iter_chunked(1 << 16):
                digest.update(chunk)
            await asyncio.sleep(self.hold_sec)
            if self.fails_first and digest.digest() not in self._seen:
                self._seen.add(digest.digest())
                return web.Response(status=503)
            return web.json_response({"data": [ROW]}, headers=headers)
        finally:
            self._in_flight.remove(size_bytes)

    @property
    def open_requests(self) -> int:
        """How many requests have arrived and have no response yet."""
        return len(self._in_flight)

    def _start_request(self, size_bytes: int) -> None:
        beside_bytes = sum(self._in_flight)
        self._in_flight.append(size_bytes)
        self.max_bytes = max(self.max_bytes, beside_bytes + size_bytes)
        self.max_requests = max(self.max_requests, len(self._in_flight))
        for size in {*self._in_flight}:
            others_bytes = sum(self._in_flight) - size
            self.max_beside_bytes[size] = max(self.max_beside_bytes.get(size, 0), others_bytes)

    def _rejection_sec(self, now_sec: float) -> float | None:
        """How long to wait, if the quota is used up."""
        if self.reject_once_sec is not None:
            retry_after_sec, self.reject_once_sec = self.reject_once_sec, None
            return retry_after_sec
        if self.quota is None or len(self._log) < self.quota:
            return None
        return self._log[0] + self.window_sec - now_sec

    def _headers(self) -> dict[str, str]:
        if self.quota is None or not self.sends_headers:
            return {}
        return {
            "x-ratelimit-dimensions": "Duration,Request",
            "x-ratelimit-request-limit": str(self.quota),
            "x-ratelimit-request-remaining": str(self.quota - len(self._log)),
        }


class SimulatedTime:
    """Time that passes only when a client waits and none of its requests is in flight.

    So that a quota is tested by what the client does, not by how fast the machine is.
    """

    def __init__(self, rate_limiter: RateLimiter) -> None:
        self.now_sec = 0.0
        self._rate_limiter = rate_limiter

    def now(self) -> float:
        return self.now_sec

    def clock(self) -> Clock:
        return Clock(monotonic=self.now, sleep=self._sleep, sleep_async=self._sleep_async)

    def _sleep(self, duration_sec: float) -> None:
        wait_until(lambda: not self._rate_limiter.in_flight)
        self.now_sec += duration_sec

    async def _sleep_async(self, duration_sec: float) -> None:
        await wait_until_async(lambda: not self._rate_limiter.in_flight)
        self.now_sec += duration_sec


@contextmanager
def running(service: QuotaService) -> Iterator[QuotaService]:
    """Serve in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    app = web.Application(client_max_size=1 << 30)
    app.router.add_post("/v1.3/embed-v2", service.embed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    try:
        asyncio.run_coroutine_threadsafe(_start(runner), loop).result()
        host, port = runner.addresses[0][:2]
        service.base_url = f"http://{host}:{port}/v1.3"
        yield service
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(runner: web.AppRunner) -> None:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1000).start()
