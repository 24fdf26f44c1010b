"""The requests of a case: sent, recorded and judged."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import httpx

from twelvelabs_embed_emulator.conformance.judge import Finding, Json, Judge

_SHOWN_BYTES = 4000
_POLL_SEC = 2.0


class StopCaseError(Exception):
    """The rest of a case cannot be run."""


@dataclass(frozen=True)
class Exchange:
    """A request with its response, and what is wrong with it.

    Attributes:
        operation: such as `POST /embed-v2`.
        method: the method.
        path: the path with its query, below the base URL.
        request: the body, if it is JSON or a form; long texts are cut.
        status: the status; 0 when there was no response.
        headers: those of the response.
        body: the beginning of the response.
        findings: what is wrong.
    """

    operation: str
    method: str
    path: str
    request: Any
    status: int
    headers: Mapping[str, str]
    body: str
    findings: tuple[Finding, ...]


@dataclass
class Session:
    """What a case sends its requests by.

    Attributes:
        client: has the base URL and the key.
        judge: judges the responses.
        media: the media to send, as base64, by the type of input.
        sleep: waits so many seconds.
        timeout_sec: how long tasks and assets are waited for.
        exchanges: what was sent and received.
        cleanup: called at the end, whatever happened.
    """

    client: httpx.Client
    judge: Judge
    media: Callable[[str], bytes]
    sleep: Callable[[float], None] = time.sleep
    timeout_sec: float = 600.0
    exchanges: list[Exchange] = field(default_factory=list)
    cleanup: list[Callable[[], object]] = field(default_factory=list)

    def send(
        self,
        id: str,
        *,
        expected: int | Collection[int] = (),
        has: Iterable[str] = (),
        dimension: int | None = 512,
        query: Any = None,
        json: Any = None,
        files: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        **ids: str,
    ) -> Json:
        """Send a request to an operation, and return the JSON of the response.

        Args:
            id: the operation.
            expected: the statuses that it should have; none are all of the contract.
            has: the fields that it is documented to have, such as `data[].embedding`.
            dimension: how many numbers its vectors should have; None is any number.
            query, json, files, data, headers: of the request.
            ids: the parameters of the path.

        Raises:
            StopCaseError: there is no response, or another one than expected.
        """
        name = self.judge.operations[id]
        method, _, template = name.partition(" ")
        path = template.format(**{name: quote(value, safe="") for name, value in ids.items()})
        request = self.client.build_request(
            method, path.lstrip("/"), params=query, json=json, files=files, data=data,
            headers=headers,
        )  # fmt: skip
        shown = _shortened(json if json is not None else data)
        exchange = Exchange(name, method, request.url.raw_path.decode(), shown, 0, {}, "", ())
        try:
            response = self.client.send(request)
            body = response.content
        except httpx.HTTPError as error:
            finding = Finding(name, "connection", "", f"{type(error).__name__}: {error}")
            self.exchanges.append(replace(exchange, findings=(finding,)))
            raise StopCaseError from error
        found = list(self.judge.judge(id, response.status_code, response.headers, body))
        statuses = (expected,) if isinstance(expected, int) else tuple(expected)
        is_expected = not statuses or response.status_code in statuses
        if not is_expected and not any(one.kind == "status" for one in found):
            wanted = " or ".join(map(str, statuses))
            text = f"{response.status_code}, and {wanted} is documented for this request"
            found.append(Finding(name, "status", "", text))
        document = _json_of(response)
        if response.is_success:
            if dimension is not None:
                found += self.judge.judge_vectors(id, document, dimension)
            found += self.judge.missing(id, document, has)
        self.exchanges.append(
            replace(
                exchange,
                status=response.status_code,
                headers=dict(response.headers),
                body=body[:_SHOWN_BYTES].decode(errors="replace"),
                findings=tuple(found),
            )
        )
        if not is_expected:
            raise StopCaseError
        return document

    def expect(self, id: str, condition: bool, text: str, where: str = "") -> None:
        """Add to the last exchange that a response says something wrong."""
        if not condition:
            self.add(Finding(self.judge.operations[id], "case", where, text))

    def wait(self, id: str, *, has: Iterable[str] = (), dimension: int = 512, **ids: Any) -> Json:
        """Fetch a task or an asset until it is no longer processing."""
        left_sec = self.timeout_sec
        while True:
            document = self.send(id, expected=200, dimension=dimension, **ids)
            if document.get("status") != "processing":
                break
            if left_sec <= 0:
                self.expect(id, False, f"it is processing after {self.timeout_sec:g} s", "status")
                raise StopCaseError
            self.sleep(_POLL_SEC)
            left_sec -= _POLL_SEC
        is_ready = document.get("status") == "ready"
        self.expect(id, is_ready, f"{document.get('status')!r} and not ready", "status")
        if is_ready:
            self.add(*self.judge.missing(id, document, has))
        return document

    def add(self, *findings: Finding) -> None:
        """Add findings to the last exchange."""
        last = self.exchanges.pop()
        self.exchanges.append(replace(last, findings=(*last.findings, *findings)))


def _json_of(response: httpx.Response) -> Json:
    try:
        document = response.json() if response.content else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _shortened(value: Any) -> Any:
    match value:
        case dict():
            return {name: _shortened(part) for name, part in value.items()}
        case list():
            return [_shortened(part) for part in value]
        case str() if len(value) > 200:
            return f"{value[:60]}... ({len(value)} characters)"
        case _:
            return value
