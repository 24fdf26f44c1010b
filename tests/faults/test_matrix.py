"""Every operation of the contract under every fault, on real sockets."""

import asyncio
import functools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import httpx._transports.default
import pytest
from attrs import frozen
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.faults.script import KINDS, read_faults

from tests.clients import ClientKind, both_clients
from tests.faults.call_results import Came, measure
from tests.faults.expected_outcomes import ROWS, expected
from tests.faults.layers import sockets
from tests.faults.operations import CALLS, CHUNK_BYTES, CREATES, Things, make_things, operation_ids
from tests.faults.table import FILE, write_table
from tests.waiting import wait_until_async


@frozen
class Setting:
    """What all calls share."""

    things: Things
    base_url: str

    async def measure(self, operation: str, script: str, kind: ClientKind, **settings: Any) -> Came:
        return await measure(operation, script, self.things, self.base_url, kind, **settings)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with Emulator(chunk_bytes=CHUNK_BYTES) as emulator:
        things = make_things(emulator.base_url, tmp_path_factory.mktemp("things"))
        yield Setting(things, emulator.base_url)
        things.client.close()


@pytest.fixture(autouse=True)
def one_tls_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """For all clients: nothing here is encrypted, and each of hundreds would make its own."""
    make = functools.cache(httpx.create_ssl_context)
    for module in (httpx, httpx._transports.default):
        monkeypatch.setattr(module, "create_ssl_context", lambda *_, **__: make())


def test_the_matrix_has_every_operation_and_every_fault() -> None:
    assert list(CALLS) == operation_ids()
    names = [read_faults(script)[0].name for script in ROWS]
    assert set(names) == set(KINDS) - {"pass", "repeat"}


@both_clients
@pytest.mark.parametrize("script", ROWS)
async def test_once(setting: Setting, script: str, kind: ClientKind) -> None:
    open_before, tasks_before = sockets(), asyncio.all_tasks()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(CALLS)))
    came = dict(
        zip(
            CALLS,
            await asyncio.gather(*(setting.measure(one, script, kind) for one in CALLS)),
            strict=True,
        )
    )
    wrong = {
        operation: one.words
        for operation, one in came.items()
        if one.words not in expected(operation, script, kind.awaited)
    }
    assert wrong == {}
    for operation in CREATES:
        done = Counter(seen.path for seen in came[operation].seen if seen.is_done)
        assert sum(done.values()) <= 1, "created twice"
        assert sum(done.values()) == 1 or came[operation].outcome != "done"
    await asyncio.get_running_loop().shutdown_default_executor()
    assert asyncio.all_tasks() == tasks_before
    await wait_until_async(lambda: sockets() <= open_before)


@both_clients
async def test_for_ever(setting: Setting, kind: ClientKind) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(ROWS)))
    measuring = [
        setting.measure("create_embeddings", f"{script},repeat", kind, attempts=3)
        for script in ROWS
    ]
    came = zip(ROWS, await asyncio.gather(*measuring), strict=True)
    wrong = {
        script: one.words
        for script, one in came
        if one.words not in ROWS[script].for_ever.split(" or ")
    }
    assert wrong == {}


@both_clients
async def test_a_redirect_is_not_followed(setting: Setting, kind: ClientKind) -> None:
    with Emulator() as elsewhere:
        base_url = elsewhere.base_url
        for operation in CALLS:
            came = await setting.measure(operation, f"redirect:{base_url}/assets", kind)
            assert len(came.seen) == 1
        with httpx.Client(headers={"x-api-key": "k"}) as client:
            assert client.get(f"{base_url}/assets").json()["data"] == []


@both_clients
async def test_a_deletion_whose_second_response_is_cut_off_too(
    setting: Setting, kind: ClientKind
) -> None:
    """The first attempt deletes; the response to the second is half of a 404."""
    came = await setting.measure("delete_asset", "reset,short-length", kind, attempts=8)
    # httpx takes what is left of the response for the next one, which costs an attempt.
    assert came.words == ("done, 3" if kind.awaited else "done, 4")


@pytest.mark.slow
@both_clients
async def test_much_noise(setting: Setting, kind: ClientKind) -> None:
    came = await setting.measure("create_embeddings", "garbage", kind, attempts=1)
    assert came.words == "InvalidResponseError, 1"


def test_the_table_is_up_to_date() -> None:
    assert FILE.read_text() == write_table(), "run: python -m tests.faults.table"
