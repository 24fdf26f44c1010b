"""The tests of a project that uses twelvelabs-embed. The fixture comes with it."""

import asyncio
from pathlib import Path

import pytest
from twelvelabs_embed import InvalidInputError, NotFoundError, WaitTimeoutError
from twelvelabs_embed.integrations.pytest_plugin import EmbedEmulator
from twelvelabs_embed_emulator import samples
from video_finder import embed_speech, embed_titles, find_start_sec


@pytest.mark.usefixtures("embed_emulator")
def test_a_sentence_is_found_where_it_is_said(tmp_path: Path) -> None:
    speech = embed_speech(samples.video(tmp_path / "film.mkv"))
    for second, sentence in ((0, samples.SENTENCES[0]), (8, samples.SENTENCES[2])):
        assert find_start_sec(speech, sentence) == pytest.approx(second, abs=1)


@pytest.mark.usefixtures("embed_emulator")
def test_a_file_that_is_not_a_video_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").write_text("a list of videos")
    with pytest.raises(InvalidInputError, match="media"):
        embed_speech(tmp_path / "film.mkv")


@pytest.mark.usefixtures("embed_emulator")
def test_titles_are_embedded_concurrently() -> None:
    assert [found.vector.shape for found in asyncio.run(embed_titles(["a dog", "a cat"]))] == [
        (512,)
    ] * 2


@pytest.mark.embed_emulator(processing_sec=3600)
def test_a_task_of_an_hour_takes_no_time(embed_emulator: EmbedEmulator, tmp_path: Path) -> None:
    video = samples.video(tmp_path / "film.mkv", duration_sec=6)
    client = embed_emulator.client
    with pytest.raises(WaitTimeoutError):
        client.embed(video, route="task", wait_sec=600)
    assert len(client.embed(video, route="task", wait_sec=7200)) > 0


def test_transient_failures_are_retried(embed_emulator: EmbedEmulator) -> None:
    embed_emulator.set_faults("503,429:60")
    assert embed_emulator.client.embed("a dog").vector.shape == (512,)
    assert len(embed_emulator.seen) == 3


def test_vectors_are_gone_after_a_week(embed_emulator: EmbedEmulator, tmp_path: Path) -> None:
    video = samples.video(tmp_path / "film.mkv", duration_sec=6)
    client = embed_emulator.client
    route = client.embed(video, route="task").route
    assert route is not None
    assert route.task_id is not None
    embed_emulator.advance(days=8)
    with pytest.raises(NotFoundError):
        client.embed.v_2.tasks.retrieve(route.task_id)
