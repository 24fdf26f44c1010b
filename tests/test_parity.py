"""Parity of the two clients: what one has and does, the other has and does, and tests show it.

Only one of them has `with` or `async with`, `__iter__` or `__aiter__`; nothing else differs but the
types in `RESULTS`. Tests run for both by `tests/clients.py`; those that do not are in `ONE_CLIENT`,
by their reason.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from twelvelabs_embed import OMIT, AsyncPager, Embeddings, RawResponse
from twelvelabs_embed._http.methods import AsyncResource, Resource
from twelvelabs_embed.bulk import RunReport

from tests.api.test_requests import CALLS as REQUESTS, sent
from tests.clients import AWAITED, BLOCKING, NO_WAIT, ClientKind, InThreads
from tests.scripted_server import Response, Step, scripted_server

# ------------------------------------------------------------------------------------ what is there

RESULTS = {"Pager[": "AsyncPager[", "Iterator[": "AsyncIterator["}
"""What the awaited client returns instead."""


@cache
def surface(kind: ClientKind) -> dict[str, Callable[..., Any]]:
    """The public methods of a client and of its resources, by where users find them."""
    return dict(_methods(kind.client_type("k"), ""))


def _methods(owner: Any, path: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(owner):
        if name.startswith("_"):
            continue
        value = getattr(owner, name)
        is_resource = isinstance(value, Resource | AsyncResource)
        if callable(value):
            yield path + name, value.__call__ if is_resource else value
        if is_resource:
            yield from _methods(value, f"{path}{name}.")


METHODS = sorted(surface(BLOCKING))


@pytest.mark.parametrize(
    "path", ["embed", "embed.v_2", "embed.v_2.tasks", "assets", "multipart_upload", "bulk"]
)
def test_help_says_as_much_of_both(path: str) -> None:
    blocking, awaited = (attrgetter(path)(kind.client_type("k")) for kind in (BLOCKING, AWAITED))
    text = inspect.getdoc(type(blocking)) or ""
    assert text.startswith(f"`client.{path}`: ")
    twin = f"The same as `{type(blocking).__name__}`, awaited."
    assert inspect.getdoc(type(awaited)) == f"{text}\n\n{twin}"


def test_both_clients_have_the_same_methods() -> None:
    assert len(METHODS) > 40
    assert surface(BLOCKING).keys() == surface(AWAITED).keys()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_has_the_same_signature_and_docstring_in_both(name: str) -> None:
    blocking, awaited = surface(BLOCKING)[name], surface(AWAITED)[name]
    assert inspect.getdoc(blocking) == inspect.getdoc(awaited)
    signature, other = inspect.signature(blocking), inspect.signature(awaited)
    assert list(signature.parameters.values()) == list(other.parameters.values())
    returned = str(signature.return_annotation)
    for result, of_awaited in RESULTS.items():
        returned = returned.replace(result, of_awaited)
    assert other.return_annotation == returned


OF_ALL = {"uncertainty": False, "auto_truncate": False, "model": "marengo3.0", "check": True}
OF_ALL |= {"keep_asset": False, "wait_sec": 7200.0}
OF_RUNS = {"concurrency": 16, "max_in_flight_bytes": 256 << 20}
DEFAULTS: dict[str, dict[str, Any]] = {
    "assets.upload": {"timeout": 1800.0, "concurrency": 4},
    "assets.wait_until_ready": {"label": "", "timeout": 1800.0},
    "bulk.run": {
        **OF_ALL,
        **OF_RUNS,
        **{"changed": "embed", "prune": False, "max_prune_share": 0.5, "retry_errors": False},
        **{"flush_rows": 4096, "flush_sec": 30.0},
    },
    "embed": OF_ALL,
    "embed.many": {**OF_ALL, **OF_RUNS, "in_order": False},
    "embed.resume": {"keep_asset": False, "wait_sec": 7200.0},
    "embed.v_2.tasks.wait_for_done": {"sleep_interval": 5.0, "timeout": 7200.0},
    "multipart_upload.upload_file": {"file_type": "video", "batch_size": 10, "max_workers": 5},
    "multipart_upload.wait_for_upload_completion": {"sleep_interval": 5.0},
}
"""What an argument is when it is omitted, where that is anything."""


@pytest.mark.parametrize("name", METHODS)
def test_defaults_are_what_they_were(name: str) -> None:
    nothing = (inspect.Parameter.empty, None, OMIT)
    found = inspect.signature(surface(BLOCKING)[name]).parameters.items()
    defaults = {one: what.default for one, what in found if what.default not in nothing}
    assert defaults == DEFAULTS.get(name, {})


# ------------------------------------------------------------------------------------- what they do

OPTIONS = {"additional_headers": {"x-own": "1"}}
ROW = {"embedding": [0.5, -0.25], "embedding_option": None, "embedding_scope": None}
TASK = {"_id": "t1", "status": "processing", "data": None}
READY = Response(body={**TASK, "status": "ready", "data": [ROW]})
ASSET = {"_id": "a1", "method": "direct", "filename": "film.mp4"}
ASSET_READY = Response(body={**ASSET, "status": "ready"})
RESOURCES = {
    "V2": "embed.v_2",
    "Tasks": "embed.v_2.tasks",
    "Assets": "assets",
    "MultipartUpload": "multipart_upload",
}


@frozen
class Call:
    """The arguments of a method, and the responses to what it sends."""

    arguments: dict[str, Any]
    steps: Sequence[Step] = (Response(500),)


def calls(storage_url: str, folder: Path) -> dict[str, Call]:
    """A call of each method, in a folder of its own."""
    (folder / "film.mp4").write_bytes(b"film")
    (folder / "texts.csv").write_text("text\na dog\na cat\n")
    session = {
        "upload_id": "u1",
        "asset_id": "a1",
        "upload_urls": [{"chunk_index": 1, "url": storage_url}],
        "upload_headers": {},
        "chunk_size": 9,
        "total_chunks": 1,
    }
    reported = Response(body={"asset_id": "a1", "processed_chunks": 1, "total_completed": 1})
    uploaded = Response(body={"status": "completed", "uploaded_chunks": []})
    vectors = Response(body={"data": [ROW]})
    found = {
        "close": Call({}),
        "embed": Call({"input": "a dog"}, [vectors]),
        "embed.many": Call({"inputs": ["a dog", "a cat"], "concurrency": 1}, [vectors]),
        "embed.resume": Call({"task_id": "t1"}, [Response(body=TASK), READY]),
        "embed.v_2.tasks.wait_for_done": Call({"task_id": "t1"}, [Response(body=TASK), READY]),
        "assets.upload": Call(
            {"media": b"film"}, [Response(201, {**ASSET, "status": "processing"}), ASSET_READY]
        ),
        "assets.wait_until_ready": Call({"asset_id": "a1"}, [ASSET_READY]),
        "multipart_upload.upload_file": Call(
            {"file_path": folder / "film.mp4"}, [Response(201, session), reported, ASSET_READY]
        ),
        "multipart_upload.wait_for_upload_completion": Call({"upload_id": "u1"}, [uploaded]),
        "bulk.run": Call(
            {"source": folder / "texts.csv", "out": folder / "out", "concurrency": 1}, [vectors]
        ),
    }
    for name, (arguments, response) in REQUESTS.items():
        resource, _, method = name.partition(".")
        for form in ("", "with_raw_response."):
            found[f"{RESOURCES[resource]}.{form}{method}"] = Call(arguments, [response])
    return found


def test_each_method_is_called(tmp_path: Path) -> None:
    assert sorted(calls("http://storage.example", tmp_path)) == METHODS


@pytest.mark.parametrize("name", METHODS)
async def test_both_send_and_return_the_same(name: str, tmp_path: Path) -> None:
    results = []
    stored = Response(200, headers={"etag": '"5a"'})
    for kind in (BLOCKING, AWAITED):
        folder = tmp_path / str(kind)
        folder.mkdir()
        with scripted_server(stored) as storage:
            call = calls(f"{storage.base_url}/1", folder)[name]
            takes_options = "request_options" in inspect.signature(surface(kind)[name]).parameters
            options = {"request_options": OPTIONS} if takes_options else {}
            settings = {"clock": NO_WAIT, "resume_dir": folder / "resume"}
            async with kind.connected(*call.steps, **settings) as (client, server):
                result = attrgetter(name)(client)(**call.arguments, **options)
                is_iterated = name == "embed.many"
                shown = await _shown(result if is_iterated else await result)
                requests = [sent(one) for one in (*server.requests, *storage.requests)]
                assert {one.headers.get("x-own") for one in storage.requests} <= {None}
                own = "1" if takes_options else None
                assert {one.headers.get("x-own") for one in server.requests} <= {own}
        results.append((shown, requests))
    assert results[0] == results[1]
    assert results[0][1] or name == "close"


async def _shown(result: Any) -> Any:
    """A result, or what a list or an iterator gives, as what can be compared."""
    match result:
        case AsyncPager() | InThreads():
            return [await _shown(one) async for one in result]
        case RawResponse():
            return result.status_code, result.attempts, await _shown(result.data)
        case Embeddings():
            return result.vectors.tolist(), result.model, result.route
        case RunReport():
            return result.done, result.failed, result.rows, result.requests
        case _ if hasattr(result, "__aiter__"):
            return [(one.input, await _shown(one.embeddings), one.error) async for one in result]
    return result


# ------------------------------------------------------------------------------- tests for one only

TESTS = Path(__file__).parent
ONE_CLIENT = {
    "prepares, or looks at, what the client under test works on": [
        "faults/operations.py::make_things",
        "batch/test_many.py::test_all_input_types",
        "large/test_routes.py::pass_the_processing_of_an_asset",
        "replay/conftest.py::*",  # which client records
        "scripts/test_record.py::test_the_emulator_is_recorded_by_the_replays",
        "test_sending.py::asset_ids",
        "vendor_style/test_upload_file.py::test_what_is_uploaded_is_the_file",
    ],
    "runs in a process of its own, where Ctrl-C, a fork or memory is the subject": [
        "faults/child.py::*",
        "faults/forking.py::*",
        "large/child.py::*",
        "package/smoke.py::*",  # of an installed wheel, without these tests
    ],
    "local files: what is no file, and files that a transport of httpx changes": [
        "hostile/conftest.py::client",
        "hostile/test_*files.py::*",
    ],
    "cancellation: there is nothing like it for the blocking client": [
        "faults/test_interruption.py::*",
        "large/test_uploads.py::test_what_was_cancelled_is_resumed",
        "secrets/test_leaks.py::cancel",
        "telemetry/test_spans.py::test_what_is_cancelled_ends_too",
    ],
    "threads: there is nothing like it for the awaited client": [
        "batch/*::test_two_runs_may_share_a_rate_limiter",
        "batch/test_consumption.py::test_the_end_*",
        "http/test_closing.py::test_no_thread_*",
        "http/test_loop_thread.py::*",
        "http/test_closing.py::test_no_flow_*",
        "http/test_closing.py::test_ctrl_c_*",
    ],
    "event loops: there is nothing like it for the blocking client": [
        "test_embed.py::test_files_are_looked_into_in_a_thread",
        "vendor_style/test_waiting.py::test_the_awaited_client_awaits_a_callback",
        "http/test_event_loops.py::test_one_awaited_client_works_in_loops_*",
        "http/test_event_loops.py::test_a_client_of_the_user_in_another_loop_*",
        "http/test_event_loops.py::test_loops_that_*",
    ],
    "runs of bulk, whose engine awaits for both clients; test_both_send_and_return_the_same": [
        "batch/test_long_waits.py::test_a_run_*",
        "batch/test_long_waits.py::Stop",
        "batch/test_open_files.py::*",
        "bulk/*::*",
        "batch/test_media_quota.py::test_a_service_that_counts_minutes_rejects_nothing",
        "hostile/test_odd_media_in_runs.py::client",
        "secrets/test_echoing_servers.py::test_what_a_run_writes_about_it_has_no_key",
        "secrets/test_leaks.py::test_a_run_and_its_report_leave_no_key",
        "stores/*::*",
    ],
    "what uses a client: the command line, search, reports, frameworks, examples": [
        "cli/*::*",
        "cluster/*::*",
        "docs/*::*",
        "emulator/exported.py::*",
        "integrations/*::*",
        "package/test_pytest_plugin.py::*",
        "report/*::*",
        "search/*::*",
    ],
    "programs as users of the vendor's SDK write them, and what type checkers say of them": [
        "api/test_vendor_style.py::both",  # the vendor's own client
        "emulator/test_vendor_sdk.py::started_sdk",
        "typing/*::*",
        "vendor_style/programs/*::*",
    ],
}


def test_clients_are_made_by_kind_or_for_a_reason() -> None:
    """A new test of one client alone belongs into `ONE_CLIENT`, with its reason, or to both."""
    known = [pattern for patterns in ONE_CLIENT.values() for pattern in patterns]
    made = sorted(_places_with_one_client())
    assert [one for one in known if not any(fnmatch(place, one) for place in made)] == []
    assert [place for place in made if not any(fnmatch(place, one) for one in known)] == []


def _places_with_one_client() -> Iterator[str]:
    """Where tests make clients themselves, or of one kind only: file and function."""
    for path in TESTS.rglob("*.py"):
        if path.name in ("clients.py", Path(__file__).name):
            continue
        for place in ast.parse(path.read_text()).body:
            nodes = list(ast.walk(place))
            called = [one.func for one in nodes if isinstance(one, ast.Call)]
            classes = {getattr(one, "id", getattr(one, "attr", "")) for one in called}
            kinds = {one.id for one in nodes if isinstance(one, ast.Name)} & {"AWAITED", "BLOCKING"}
            if classes & {"TwelveLabs", "AsyncTwelveLabs"} or len(kinds) == 1:
                name = getattr(place, "name", "module")
                yield f"{path.relative_to(TESTS).as_posix()}::{name}"
