"""Control: what a test does with the emulator itself, in Python and over HTTP.

`control.yaml` describes the operations over HTTP; each has the name of a method here.
"""

import os
import time
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from twelvelabs_embed_emulator._version import VERSION
from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request
from twelvelabs_embed_emulator.contract.loader import BYTES, Contract
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.faults.script import FaultScript, Script, read_faults
from twelvelabs_embed_emulator.server.endpoint import Authorize, Call, Handler
from twelvelabs_embed_emulator.server.request_log import RequestLog
from twelvelabs_embed_emulator.state.clock import format_timestamp, parse_timestamp


class Control:
    """What a test does with a running emulator; `Emulator.control` is one.

    Args:
        backend: the state.
        log: the requests.
        contract: that of the API.
        addresses: `base_url` and `storage_url`.
        scripts: what happens to requests to the API, and to those to the storage host.
    """

    def __init__(
        self,
        backend: Backend,
        log: RequestLog,
        contract: Contract,
        addresses: Mapping[str, str],
        scripts: tuple[FaultScript, FaultScript],
    ) -> None:
        self._backend = backend
        self._log = log
        self._contract = contract
        self._addresses = addresses
        self._script, self._storage_script = scripts
        self._start_sec = time.monotonic()

    def health(self) -> Json:
        """Return that the emulator is ready, and what it is."""
        return {
            "status": "ready",
            "version": VERSION,
            "contract_version": self._contract.version,
            "pid": os.getpid(),
            "uptime_sec": round(time.monotonic() - self._start_sec, 3),
            **self._addresses,
        }

    def requests(self, **filters: Any) -> list[Json]:
        """Return the last requests that match, oldest first, with keys masked.

        Args:
            filters: `host` (`api` or `storage`), `method`, `path` (a part of it), `status`, `after`
                (the number of a request), `limit`.
        """
        return self._log.find(**filters)

    def clear_requests(self) -> None:
        """Forget the requests."""
        self._log.clear()

    def reset(self) -> None:
        """Forget assets, uploads, tasks, requests, stubs, faults and what counts to the quota.

        The clock shows the real time again. What is being worked on ends, and leaves nothing.
        """
        self._backend.reset()
        self._log.clear()
        self.clear_faults()

    def wait_until_idle(self) -> None:
        """Return when no asset or task is being worked on."""
        self._backend.wait_until_idle()

    def clock(self) -> Json:
        """Return the time of the emulator."""
        clock = self._backend.state.clock
        return {"now": format_timestamp(clock.now_ms()), "ahead_sec": clock.offset_ms / 1000}

    def advance_clock(self, seconds: float) -> None:
        """Move the clock ahead.

        Raises:
            ValueError: it would go back.
        """
        self._backend.state.advance(timedelta(seconds=seconds))

    def set_clock(self, now: str) -> None:
        """Set the clock ahead to a time in RFC 3339.

        Raises:
            ValueError: it would go back, or `now` is no such time.
        """
        state = self._backend.state
        state.advance(timedelta(milliseconds=parse_timestamp(now) - state.clock.now_ms()))

    def set_faults(
        self, script: Script | None = None, storage_script: Script | None = None
    ) -> None:
        """Continue with another script for the API, the storage host, or both, from its first step.

        Raises:
            ValueError: a script is invalid; then nothing changes.
        """
        steps = None if script is None else read_faults(script)
        if storage_script is not None:
            self._storage_script.replace(storage_script)
        if steps is not None:
            self._script.replace(steps)

    def clear_faults(self) -> None:
        """Let all requests pass."""
        self.set_faults((), ())

    def stubs(self) -> list[Json]:
        """Return the stubs, in the order in which they were added."""
        return self._backend.stubs.list()

    def add_stub(self, **stub: Any) -> None:
        """Let a `text`, or the file with a `sha256`, have this `embedding`, or this `error`."""
        self._backend.stubs.add(stub)

    def clear_stubs(self) -> None:
        """Forget the stubs."""
        self._backend.stubs.clear()

    def export_state(self) -> bytes:
        """Return the state as a file (SQLite). It holds media, and a secret."""
        return self._backend.state.store.export()

    def import_state(self, data: bytes) -> None:
        """Replace the state by an exported one.

        Raises:
            ValueError: it is none, or that of another version.
        """
        self._backend.import_state(data)


def control_handlers(control: Control) -> dict[str, Handler]:
    """Return the handlers by the `operationId` of `control.yaml`."""

    def advance_clock(call: Call) -> Json:
        with _bad_request_for("seconds"):
            control.advance_clock(call.body["seconds"])
        return control.clock()

    def set_clock(call: Call) -> Json:
        with _bad_request_for("now"):
            control.set_clock(call.body["now"])
        return control.clock()

    def set_faults(call: Call) -> None:
        for name, script in call.body.items():
            if script.endswith(".json"):
                raise bad_request(name, "names a file; send its steps, such as 503*2,reset,pass")
        with _bad_request_for("script"):
            control.set_faults(**call.body)

    def import_state(call: Call) -> None:
        with _bad_request_for("body"):
            control.import_state(bytes(call.body))

    return {
        "health": lambda call: control.health(),
        "reset": lambda call: control.reset(),
        "wait_until_idle": lambda call: control.wait_until_idle(),
        "requests": lambda call: {"requests": control.requests(**call.query)},
        "clear_requests": lambda call: control.clear_requests(),
        "clock": lambda call: control.clock(),
        "set_clock": set_clock,
        "advance_clock": advance_clock,
        "set_faults": set_faults,
        "clear_faults": lambda call: control.clear_faults(),
        "stubs": lambda call: {"stubs": control.stubs()},
        "add_stub": lambda call: control.add_stub(**call.body),
        "clear_stubs": lambda call: control.clear_stubs(),
        "export_state": lambda call: Response(control.export_state(), media_type=BYTES),
        "import_state": import_state,
    }


@contextmanager
def _bad_request_for(field: str) -> Generator[None]:
    try:
        yield
    except ValueError as error:
        raise bad_request(field, str(error)) from None


def _is_this_machine(name: str) -> bool:
    """Return whether a client can have meant this machine: by an address, or as localhost."""
    with suppress(ValueError):
        return bool(ip_address(name))
    return name == "localhost" or name.endswith(".localhost")


def local_only(*, is_open: bool, origins: Collection[str]) -> Authorize:
    """Return the check that a request comes from this machine, and from no page in a browser.

    Args:
        is_open: whether other machines are allowed.
        origins: the origins of pages that are allowed.
    """

    def check(request: Request) -> None:
        origin = request.headers.get("origin")
        if origin is not None and not {origin, "*"} & set(origins):
            reason = "pages of this origin may not control the emulator; see --cors"
            raise ApiError(403, "unauthorized", f"origin: {reason}")
        if is_open:
            return
        # A page whose name was made to resolve to this machine sends no origin when it reads.
        if not _is_this_machine(name := request.url.hostname or ""):
            reason = "control the emulator by its address or as localhost; see --control"
            raise ApiError(403, "unauthorized", f"host: {name[:100]}: {reason}")
        host = request.client.host if request.client else ""
        if not ip_address(host or "0.0.0.0").is_loopback:
            reason = "only clients on the same machine control the emulator; see --control"
            raise ApiError(403, "unauthorized", f"{host}: {reason}")

    return check
