"""The actions of the proxy: what each kind of fault does to a request.

An action returns whether the connection can be used again.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import h11

from twelvelabs_embed_emulator.faults.connection import Exchange, Response, response_of
from twelvelabs_embed_emulator.faults.script import PASS, STATUS, Fault

_Action: TypeAlias = Callable[[Exchange, Fault], Awaitable[bool]]

_SLOW_PARTS = 8
"""In how many parts a slow response is sent."""


async def _pass(exchange: Exchange, fault: Fault) -> bool:
    server, head = await exchange.forward()
    await exchange.client.send(head)
    async for data in server.body():
        await exchange.client.send(h11.Data(data=data))
    await exchange.client.send(h11.EndOfMessage())
    return exchange.client.is_reusable


# --------------------------------------------------------------- responses without the server


def _respond(response: Callable[[Fault], Response]) -> _Action:
    """Return the action that reads the request, and sends a response of the proxy."""

    async def act(exchange: Exchange, fault: Fault) -> bool:
        await exchange.drop_request()
        made = response(fault)
        if exchange.allowed_origin:
            allowed = (b"access-control-allow-origin", exchange.allowed_origin.encode())
            exposed = (b"access-control-expose-headers", b"*")
            made = made._replace(headers=[*made.headers, allowed, exposed])
        await exchange.client.write(made.head(len(made.body)) + made.body)
        return True

    return act


def _error_response(fault: Fault) -> Response:
    status = int(fault.kind)
    code = "too_many_requests" if status == 429 else "fault_on_purpose"
    document = {"error": {"code": code, "message": f"The script of faults says {fault}."}}
    headers = [(b"content-type", b"application/json")]
    if fault.value:
        headers.append((b"retry-after", fault.value.encode()))
    return response_of(status, json.dumps(document).encode(), *headers)


def _html_response(fault: Fault) -> Response:
    page = b"<html><body><h1>Bad Gateway</h1><hr>a proxy on the way</body></html>"
    return response_of(int(fault.number(502)), page, (b"content-type", b"text/html"))


def _redirect_response(fault: Fault) -> Response:
    location = (fault.value or "https://elsewhere.invalid/").encode()
    return response_of(307, b"", (b"location", location))


# ------------------------------------------------------------------------- resets and stalls


def _reset_after(step: Callable[[Exchange], Awaitable[object]] | None) -> _Action:
    """Return the action that resets the connection after a step."""

    async def act(exchange: Exchange, fault: Fault) -> bool:
        if step is not None:
            await step(exchange)
        exchange.client.reset()
        return False

    return act


async def _stall_request(exchange: Exchange, fault: Fault) -> bool:
    await exchange.drop_half()
    # Without reading, there is no notice that the client has disconnected.
    await asyncio.sleep(fault.number(60))
    exchange.client.reset()
    return False


async def _stall(exchange: Exchange, fault: Fault) -> bool:
    await exchange.drop_request()
    await exchange.client.wait_until_closed()
    return False


# ------------------------------------------------------------------------- altered responses


def _altered(
    alter: Callable[[Response], bytes], *, is_reusable: bool = False, hangs: bool = False
) -> _Action:
    """Return the action that alters the bytes of the response.

    Args:
        alter: returns what is sent.
        is_reusable: whether the connection can be used again.
        hangs: whether it stays open until the client closes it.
    """

    async def act(exchange: Exchange, fault: Fault) -> bool:
        response = await exchange.fetch()
        await exchange.client.write(alter(response))
        if hangs:
            await exchange.client.wait_until_closed()
        return is_reusable

    return act


def _half_of_body(response: Response) -> bytes:
    return response.head(len(response.body)) + response.half()


def _short_length(response: Response) -> bytes:
    return response.head(len(response.half())) + response.body


def _long_length(response: Response) -> bytes:
    return response.head(len(response.body) + 100) + response.body


def _false_gzip(response: Response) -> bytes:
    return response.head(len(response.body), (b"content-encoding", b"gzip")) + response.body[::-1]


async def _slow_head(exchange: Exchange, fault: Fault) -> bool:
    response = await exchange.fetch()
    await _write_slowly(exchange, response.head(len(response.body)), fault)
    await exchange.client.write(response.body)
    return True


async def _slow_body(exchange: Exchange, fault: Fault) -> bool:
    response = await exchange.fetch()
    await exchange.client.write(response.head(len(response.body)))
    await _write_slowly(exchange, response.body, fault)
    return True


async def _write_slowly(exchange: Exchange, data: bytes, fault: Fault) -> None:
    length_bytes = max(1, -(-len(data) // _SLOW_PARTS))
    for start in range(0, len(data), length_bytes):
        await asyncio.sleep(fault.number(0.25))
        await exchange.client.write(data[start : start + length_bytes])


async def _garbage(exchange: Exchange, fault: Fault) -> bool:
    response = (await exchange.fetch())._replace(status=200)
    noise = random.Random(7).randbytes(1_000_000)
    length_bytes = int(fault.number(100) * len(noise))
    await exchange.client.write(response.head(length_bytes, (b"content-encoding", b"identity")))
    for start in range(0, length_bytes, len(noise)):
        await exchange.client.write(noise[: length_bytes - start])
    return True


ACTIONS: dict[str, _Action] = {
    PASS: _pass,
    STATUS: _respond(_error_response),
    "html": _respond(_html_response),
    "redirect": _respond(_redirect_response),
    "reset-before": _reset_after(None),
    "reset-during": _reset_after(Exchange.drop_half),
    "reset": _reset_after(Exchange.fetch),
    "stall-request": _stall_request,
    "stall": _stall,
    "stall-body": _altered(_half_of_body, hangs=True),
    "slow-head": _slow_head,
    "slow-body": _slow_body,
    "truncated": _altered(_half_of_body),
    "short-length": _altered(_short_length, is_reusable=True),
    "long-length": _altered(_long_length, hangs=True),
    "gzip": _altered(_false_gzip, is_reusable=True),
    "garbage": _garbage,
}
"""The actions by the names of `KINDS`."""

NOT_FORWARDED = frozenset(
    [STATUS, "html", "redirect", "reset-before", "reset-during", "stall-request", "stall"]
)
"""The kinds by which a request never reaches the server."""
