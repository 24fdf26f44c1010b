"""Tasks, against recorded responses."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twelvelabs_embed import (
    AudioInputRequest,
    EmbeddingAudioMetadata,
    EmbeddingTaskResponse,
    MediaSource,
    NotFoundError,
    TaskFailedError,
)

from tests.replay.recording import MEDIA

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

INTERVAL_SEC = 1.0


def audio(name: str) -> AudioInputRequest:
    """A request whose response has one vector."""
    encoded = base64.b64encode((MEDIA / name).read_bytes()).decode()
    return AudioInputRequest(
        media_source=MediaSource(base_64_string=encoded),
        embedding_option=["audio"],
        embedding_scope=["asset"],
    )


async def create(client: Any, name: str = "talk.wav") -> str:
    created = await client.embed.v_2.tasks.create(
        input_type="audio", model_name="marengo3.0", audio=audio(name)
    )
    assert (created.status, created.data) == ("processing", None)
    return created.id


def check_ready(task: EmbeddingTaskResponse, seen: list[str]) -> None:
    assert seen[0] == "processing"
    assert seen[-1] == task.status == "ready"
    assert task.data is not None
    (row,) = task.data
    assert len(row.embedding) == 512
    assert (row.embedding_option, row.embedding_scope) == ("audio", "asset")
    assert isinstance(task.metadata, EmbeddingAudioMetadata)
    assert task.metadata.duration == pytest.approx(12, abs=0.2)
    assert isinstance(task.created_at, datetime)
    assert task.created_at.utcoffset() == timedelta(0)


async def test_a_task_until_it_is_done(client: Any) -> None:
    seen: list[str] = []
    task = await client.embed.v_2.tasks.wait_for_done(
        await create(client),
        sleep_interval=INTERVAL_SEC,
        callback=lambda found: seen.append(found.status),
    )
    check_ready(task, seen)


async def test_where_a_new_task_is(client: Any) -> None:
    raw = await client.embed.v_2.tasks.with_raw_response.create(
        input_type="audio", model_name="marengo3.0", audio=audio("talk.wav")
    )
    assert raw.status_code == 202
    assert raw.headers["location"].endswith(f"/embed-v2/tasks/{raw.data.id}")


async def test_a_task_that_fails(client: Any) -> None:
    task_id = await create(client, "short.wav")
    with pytest.raises(TaskFailedError) as caught:
        await client.embed.v_2.tasks.wait_for_done(task_id, sleep_interval=INTERVAL_SEC)
    assert caught.value.task_id == task_id
    assert "4 s" in str(caught.value)


async def test_list_of_tasks(client: Any) -> None:
    """Two on a page, so that the third comes with the second page."""
    created = [await create(client) for _ in range(3)]
    for task_id in created:  # what is listed of a task depends on whether it is done
        await client.embed.v_2.tasks.wait_for_done(task_id, sleep_interval=INTERVAL_SEC)
    listed = await client.embed.v_2.tasks.list(
        started_at=datetime(2026, 1, 1, tzinfo=UTC), page_limit=2
    )
    assert len(listed.items) == 2
    assert listed.has_next
    items = aiter(listed)
    found = [await anext(items) for _ in range(3)]
    assert [task.id for task in found] == created[::-1]
    assert {task.model_name for task in found} == {"marengo3.0"}


async def test_pages_of_tasks(client: Any) -> None:
    created = [await create(client) for _ in range(3)]
    for task_id in created:
        await client.embed.v_2.tasks.wait_for_done(task_id, sleep_interval=INTERVAL_SEC)
    listed = await client.embed.v_2.tasks.list(page_limit=2)
    found: list[object] = []
    async for page in listed.iter_pages():
        found += [task.id for task in page.items]
        if page.number == 2:
            break
    assert found[:3] == created[::-1]


async def test_list_of_no_tasks(client: Any) -> None:
    listed = await client.embed.v_2.tasks.list(ended_at="2020-01-01T00:00:00Z", status="ready")
    assert [task async for task in listed] == []
    assert not listed.has_next


async def test_a_task_that_is_not_there(client: Any) -> None:
    with pytest.raises(NotFoundError) as caught:
        await client.embed.v_2.tasks.retrieve("0" * 24)
    assert caught.value.code == "resource_not_exist"
