"""Dataframes on Daft's native runner, against the emulator and a counting service."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any
from unittest.mock import Mock

import daft
import numpy as np
import pytest
from attrs import evolve
from twelvelabs_embed import ConfigurationError, Dynamic, InvalidInputError, Text, TwelveLabs, Video
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.client import DEFAULT_BASE_URL, DEFAULT_TIMEOUT_SEC
from twelvelabs_embed.integrations.daft import embed, engine
from twelvelabs_embed.sending import EmbedOptions
from twelvelabs_embed_emulator import Emulator, samples

from tests.batch.quota_service import QuotaService, SimulatedTime, running
from tests.bulk.fault_proxy import faulty
from tests.waiting import wait_until

POSITIONS = ("start_page", "end_page", "quadrant", "chunk_index")


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running_emulator:
        yield running_emulator


def embedded(df: Any, column: str, base_url: str, **settings: Any) -> list[dict[str, Any]]:
    df = embed(df, column, api_key="any", base_url=base_url, **settings)
    rows: list[dict[str, Any]] = df.collect().to_pylist()
    return rows


def texts(count: int) -> Any:
    return daft.from_pydict({"text": [f"text {number}" for number in range(count)]})


def test_vectors_are_those_of_the_client_bit_for_bit(emulator: Emulator, tmp_path: Path) -> None:
    film = samples.video(tmp_path / "film.mkv", duration_sec=9)
    df = daft.from_pydict({"film": [str(film)]})
    settings: dict[str, Any] = {"segmentation": Dynamic(4), "options": ["visual", "audio"]}
    (row,) = embedded(df, "film", emulator.base_url, type="video", **settings)
    with TwelveLabs("any", base_url=emulator.base_url) as client:
        clips = client.embed(Video(film, **settings))
    assert row["error"] is None
    found = np.array([segment["vector"] for segment in row["embeddings"]], np.float32)
    assert found.tobytes() == clips.vectors.tobytes()
    for got, segment in zip(row["embeddings"], clips.segments, strict=True):
        del got["vector"]
        assert got == {
            "option": segment.option,
            "scope": segment.scope,
            "start_sec": segment.start_sec,
            "end_sec": segment.end_sec,
            **dict.fromkeys(POSITIONS),
        }


def test_pages_and_chunks_of_documents_have_their_positions(
    emulator: Emulator, tmp_path: Path
) -> None:
    paper = samples.document(tmp_path / "a.pdf", pages=["a dog", "a beach"])
    notes = tmp_path / "notes.md"
    notes.write_text("A man walks. His dog runs.")
    time_based_metadata = [{"start": 1.0, "end": 2.0, "text": "a goal"}]
    film = samples.video(tmp_path / "film.mkv", duration_sec=6, width=360, height=360)
    rows: list[dict[str, Any]] = [
        {"media": str(paper), "segmentation": "spatial:quadrants"},
        {
            "type": "document",
            "media": str(notes),
            "segmentation": "sequential:1",
            "scopes": ["local"],
        },
        {
            "media": str(film),
            "types": ["fused"],
            "time_based_metadata": time_based_metadata,
            "scopes": ["clip"],
        },
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    df = daft.from_pydict({"row": [{name: row.get(name) for name in names} for row in rows]})
    pages, chunks, fused = embedded(df, "row", emulator.base_url, model="marengo3.5")
    assert [row["error"] for row in (pages, chunks, fused)] == [None] * 3
    assert [tuple(one[name] for name in POSITIONS) for one in pages["embeddings"]][:2] == [
        (1, 1, None, None),
        (1, 1, "top_left", None),
    ]
    assert len(pages["embeddings"]) == 10
    assert [one["chunk_index"] for one in chunks["embeddings"]] == [0, 1]
    assert {one["option"] for one in fused["embeddings"]} == {"fused"}


def test_a_query_is_planned_with_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[Any] = []

    def batch(**plan: Any) -> Any:
        def use(_: Any, settings: engine.Settings) -> Any:
            planned.append(settings)
            return daft.lit({"embeddings": None, "error": None})

        planned.append((plan["batch_size"], plan["use_process"]))
        return lambda function: use

    monkeypatch.setattr(daft.func, "batch", batch)
    embed(texts(1), "text", type="text", api_key="k")
    settings = planned[1]
    usual: dict[str, Any] = {"query": settings.query, "base_url": DEFAULT_BASE_URL, "rpm": None}
    usual |= {
        "timeout_sec": DEFAULT_TIMEOUT_SEC,
        "concurrency": 16,
        "defaults": Defaults().as_row(),
    }
    assert planned == [(64, False), settings_with(**usual)]
    given: dict[str, Any] = {"base_url": "http://a.example", "timeout_sec": 7.5, "rpm": 60}
    given |= {"concurrency": 3, "dimensions": 128}
    item: dict[str, Any] = {"start": 1.5, "model": "marengo3.5", "dimension": 256, "check": False}
    embed(texts(1), "text", type="video", api_key="l", batch_size=5, **given, **item)
    options = EmbedOptions(model="marengo3.5", dimension=256, check=False)
    planned[3] = evolve(planned[3], query="q")
    given |= {"type": "video", "defaults": Defaults(start=1.5).as_row(), "options": options}
    assert planned[2:] == [(5, False), settings_with(api_key="l", **given)]
    embed(texts(1), "text", type="text", api_key="k", dimension=256)
    assert planned[5].dimensions == 256


def test_columns_have_the_promised_types() -> None:
    df = embed(texts(1), "text", type="text", api_key="any", out="v", error="e")
    t = daft.DataType
    kinds: Any = {field.name: field.dtype for field in df.schema()}
    assert list(kinds) == ["text", "v", "e"]
    assert kinds["v"].dtype.fields["vector"] == t.fixed_size_list(t.float32(), 512)
    assert kinds["v"].dtype.fields["start_sec"] == t.float64()
    assert kinds["v"].dtype.fields["start_page"] == t.int64()
    assert kinds["v"].dtype.fields["quadrant"] == t.string()
    assert kinds["e"] == t.struct({"code": t.string(), "message": t.string()})


def test_failed_rows_carry_their_error_and_do_not_stop_the_others(emulator: Emulator) -> None:
    words = ["a", None, "permanent", "b", "", "passing c", "limited d"]
    with faulty(emulator.base_url) as service:
        df = daft.from_pydict({"text": words})
        rows = embedded(df, "text", service.base_url, type="text", batch_size=3)
    assert [row["text"] for row in rows] == words
    assert [row["error"] and row["error"]["code"] for row in rows] == [
        None,
        "invalid_input",
        "parameter_invalid",
        None,
        "invalid_input",
        None,
        None,
    ]
    assert [row["embeddings"] is None for row in rows] == [bool(row["error"]) for row in rows]


def test_structs_have_their_own_type(emulator: Emulator, tmp_path: Path) -> None:
    picture = samples.image(tmp_path / "beach.jpg")
    structs = [
        {"type": None, "text": "a dog", "media": None},
        {"type": "image", "text": None, "media": str(picture)},
        {"type": "text_image", "text": "a dog", "media": str(picture)},
        {"type": "sound", "text": None, "media": str(picture)},
    ]
    rows = embedded(daft.from_pydict({"item": structs}), "item", emulator.base_url)
    assert [row["error"] is None for row in rows] == [True, True, True, False]
    assert "sound" in rows[3]["error"]["message"]
    vectors = [tuple(row["embeddings"][0]["vector"]) for row in rows[:3]]
    assert len(set(vectors)) == 3


def test_vectors_of_other_dimensions_are_an_error(emulator: Emulator) -> None:
    (row,) = embedded(texts(1), "text", emulator.base_url, type="text", dimensions=256)
    assert row["error"]["code"] == "other_dimensions"
    assert "dimensions=512" in row["error"]["message"]


def test_concurrency_holds_over_all_threads_of_daft() -> None:
    with running(QuotaService(hold_sec=0.05)) as service:
        rows = embedded(
            texts(60),
            "text",
            service.base_url,
            type="text",
            dimensions=2,
            concurrency=5,
            batch_size=7,
        )
        assert service.max_requests == 5
    assert len(service.accepted_sec) == len(rows) == 60
    assert not any(row["error"] for row in rows)


def test_queries_of_one_key_share_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    """On simulated time, which passes only while the engine's client waits for its rate limiter."""
    rate_limiter = RateLimiter(20)
    time = SimulatedTime(rate_limiter)
    quotas: list[tuple[float | None, float]] = []

    def limiter_of_engine(rpm: float | None, *, window_sec: float) -> RateLimiter:
        quotas.append((rpm, window_sec))
        return rate_limiter

    monkeypatch.setattr(engine, "RateLimiter", limiter_of_engine)
    monkeypatch.setattr(engine, "TwelveLabs", partial(TwelveLabs, clock=time.clock()))
    service = QuotaService(quota=20, window_sec=60, sends_headers=False, now=time.now)
    with running(service):
        for _ in range(2):
            rows = embedded(texts(25), "text", service.base_url, type="text", dimensions=2, rpm=20)
            assert not any(row["error"] for row in rows)
    assert quotas == [(20, 60)]
    assert (len(service.accepted_sec), service.rejected_sec) == (50, [])
    assert time.now_sec >= 120


def test_an_idle_engine_ends(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_IDLE_TIMEOUT_SEC", 0.01)
    embedded(texts(3), "text", emulator.base_url, type="text")
    wait_until(lambda: engine_threads() == [])
    assert engine._engines == {}


def test_an_engine_does_not_end_while_a_request_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "Thread", Mock())
    monkeypatch.setattr(engine, "_IDLE_TIMEOUT_SEC", 0)
    running = engine._Engine(settings := settings_with())
    engine._engines[settings.query] = running
    (first,) = running.submit([Text("a")])
    with TwelveLabs("k") as client:
        jobs = running._jobs(client)
        assert next(jobs).key is first
        in_time = Mock(side_effect=[Empty, (Future(), Text("b"))])
        monkeypatch.setattr(running, "_queue", Mock(get=in_time))
        assert next(jobs).input == Text("b")
        running._open.clear()
        in_time.side_effect = Empty
        assert [*jobs] == []
    assert settings.query not in engine._engines


def test_an_engine_uses_the_settings_and_closes_its_client_at_the_end(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients: list[TwelveLabs] = []

    def client_of_engine(*args: Any, **settings: Any) -> TwelveLabs:
        assert (args, settings) == (("any",), {"base_url": emulator.base_url, "timeout": 7.5})
        clients.append(TwelveLabs(*args, **settings))
        return clients[-1]

    monkeypatch.setattr(engine, "TwelveLabs", client_of_engine)
    monkeypatch.setattr(engine, "_IDLE_TIMEOUT_SEC", 0.01)
    embedded(texts(3), "text", emulator.base_url, type="text", timeout_sec=7.5)
    wait_until(lambda: engine_threads() == [])
    (client,) = clients
    with pytest.raises(RuntimeError, match="closed"):
        client.embed("a dog")


def engine_threads() -> list[str]:
    names = ("twelvelabs-embed-daft", "twelvelabs-embed-many", "twelvelabs-embed-input")
    return [thread.name for thread in threading.enumerate() if thread.name in names]


def test_an_unexpected_error_ends_the_query_and_no_other(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "plan_jobs", broken)
        with pytest.raises(Exception, match="broken"):
            embedded(texts(3), "text", emulator.base_url, type="text")
    assert len(embedded(texts(3), "text", emulator.base_url, type="text")) == 3


def test_invalid_arguments_are_rejected_before_the_query() -> None:
    df = daft.from_pydict({"text": ["a"], "number": [1], "item": [{"text": "a", "weight": 1}]})

    def rejection(*arguments: Any, **settings: Any) -> str:
        with pytest.raises((ConfigurationError, InvalidInputError)) as caught:
            embed(df, *arguments, api_key="any", **settings)
        return str(caught.value)

    assert "there are text, number, item" in rejection("txt", type="text")
    assert "strings or structs" in rejection("number", type="text")
    assert "give text, image" in rejection("text")
    assert "make a struct" in rejection("text", type="text_image")
    assert "weight" in rejection("item")
    assert "set the field type" in rejection("item", type="text")
    assert "be there twice" in rejection("text", type="text", out="number")
    assert "be there twice" in rejection("text", type="text", out="v", error="v")
    assert "rpm is 0" in rejection("text", type="text", rpm=0)
    assert "concurrency is 0" in rejection("text", type="text", concurrency=0)
    assert "dimensions is 0" in rejection("text", type="text", dimensions=0)
    assert "fixed:SECONDS" in rejection("text", type="text", segmentation="odd:3")


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "secret")
    monkeypatch.delenv("TWELVE_LABS_API_KEY", raising=False)
    shown = io.StringIO()
    embed(texts(1), "text", type="text").explain(show_all=True, file=shown)
    assert "_embed_rows" in shown.getvalue()
    assert "secret" not in shown.getvalue()


def test_the_key_is_not_shown_with_a_query(emulator: Emulator) -> None:
    key = "tlk_0SECRET"
    df = embed(texts(2), "text", type="text", api_key=key, base_url=emulator.base_url)
    plan = io.StringIO()
    df.explain(show_all=True, file=plan)
    assert key not in plan.getvalue() + repr(df)
    settings = settings_with(api_key=key)
    assert key not in repr(settings) + str(settings)


def settings_with(**changes: Any) -> engine.Settings:
    usual: dict[str, Any] = {"query": "q", "api_key": "k", "base_url": "http://a.example"}
    usual |= {"timeout_sec": 5, "concurrency": 1, "rpm": 60, "window_sec": 60}
    usual |= {"type": "text", "dimensions": 512, "defaults": {}, "options": EmbedOptions()}
    return engine.Settings(**usual | changes)


def test_a_worker_of_ray_connects_to_the_limiter_of_its_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = Mock()
    monkeypatch.setattr(engine.ray_actor, "is_ray_worker", lambda: True)
    monkeypatch.setattr(engine.ray_actor, "connect", connected)
    monkeypatch.setattr(engine, "LeasedRateLimiter", lambda exchange: exchange)
    settings = settings_with(concurrency=7)
    assert engine._rate_limiter(settings) is connected.return_value
    name = settings.rate_limiter_name
    connected.assert_called_once_with(name, 60, 60, query="q", concurrency=7)


def test_queries_with_the_same_key_service_and_rpm_share_a_rate_limiter() -> None:
    name = settings_with().rate_limiter_name
    same: dict[str, Any] = {"query": "other", "concurrency": 9, "dimensions": 128}
    assert settings_with(**same).rate_limiter_name == name
    other: dict[str, Any] = {"api_key": "l", "base_url": "http://b.example", "rpm": 61}
    names = {settings_with(**{field: value}).rate_limiter_name for field, value in other.items()}
    assert len(names | {name}) == 4
    limiter = engine._rate_limiter(settings_with())
    assert engine._rate_limiter(settings_with(**same)) is limiter
    assert engine._rate_limiter(settings_with(rpm=61)) is not limiter
