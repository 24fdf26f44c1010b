"""Advice: what the service accepts, and what is probably a mistake, is a warning."""

import logging
from pathlib import Path

import pytest
from twelvelabs_embed import NO_RETRY, Audio, Dynamic, Fixed, Image, Media, MultiInput, Video
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.validation.links import link_advice
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed.validation.planning import PlanOptions, plan_request

from tests.clients import ClientKind, both_clients
from tests.scripted_server import Response

FILE = MediaFacts(via="inline", label="film.mkv", duration_sec=120.0, has_audio=True)
LINK = MediaFacts(via="url", label="a link")


def advice(input: Input, facts: MediaFacts = LINK, model: str = "marengo3.0") -> tuple[str, ...]:
    plan = plan_request(input, facts, PlanOptions(model=model))
    assert not plan.violations
    assert set(plan.advice) <= set(plan.warnings)
    return plan.advice


# Sites whose links lead to a page with a player or a download button.
SITES = """
1drv.ms app.box.com dailymotion.com docs.google.com drive.google.com dropbox.com facebook.com
fb.watch icloud.com instagram.com loom.com mega.nz onedrive.live.com sharepoint.com tiktok.com
twitch.tv twitter.com vimeo.com we.tl wetransfer.com x.com youtu.be youtube.com
"""


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=abc",
        "https://m.youtube.com/watch?v=abc",
        "https://youtu.be/abc",
        "https://vimeo.com/1234",
        "https://drive.google.com/file/d/abc/view?usp=sharing",
        "https://www.dropbox.com/s/abc/film.mp4?dl=0",
        "https://someone.sharepoint.com/:v:/g/abc",
        "https://1drv.ms/v/abc",
        "https://www.dropbox.com/s/abc/film.mp4?dl=10&raw=0",
        *(f"https://{site}/abc" for site in SITES.split()),
    ],
)
def test_a_link_to_a_page_with_a_player(url: str) -> None:
    (found,) = advice(Video(url))
    assert "direct links" in found
    (found,) = advice(
        MultiInput("a dog", Image(url)), MediaFacts(sources=(LINK,)), model="marengo3.5"
    )
    assert "direct links" in found


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/film.mp4",
        "https://player.vimeo.com/progressive_redirect/playback/1/film.mp4",
        "https://www.dropbox.com/s/abc/film.mp4?rlkey=x&dl=1",
        "https://www.dropbox.com/s/abc/film.mp4?raw=1&rlkey=x",
        "https://dl.dropboxusercontent.com/s/abc/film.mp4",
        "https://netflix.com.example.org/youtube.com.mp4",
        "https://notyoutube.com/film.mp4",
        "https://bucket.s3.amazonaws.com/film.mp4?X-Amz-Signature=youtube.com",
    ],
)
def test_a_link_to_a_file(url: str) -> None:
    assert link_advice(url) == link_advice("http://[1") == ""
    assert advice(Video(url)) == ()


def test_one_vector_of_a_long_video() -> None:
    (found,) = advice(Video("film.mkv", scopes=["asset"]), FILE)
    assert "10 to 30 seconds" in found
    (found,) = advice(Audio("talk.wav", scopes=["clip", "asset"]), FILE)
    assert "10 to 30 seconds" in found
    assert advice(Video("film.mkv"), FILE) == ()  # the default, which nobody asked for
    assert advice(Video("film.mkv", scopes=["clip"]), FILE) == ()
    assert advice(Video("film.mkv", scopes=["asset"], start=10, end=40), FILE) == ()
    (found,) = advice(Video("film.mkv", scopes=["asset"], start=10, end=40.1), FILE)
    assert "30.1 s" in found
    (found,) = advice(Video("film.mkv", scopes=["asset"], start=10), FILE)
    assert "1 min 50 s" in found
    assert advice(Video(Media.asset("a1"), scopes=["asset"]), MediaFacts(via="asset")) == ()


def test_segmentation_without_segments() -> None:
    short = MediaFacts(label="film.mkv", duration_sec=12.0, has_audio=True)
    for segmentation in (Fixed(4), Dynamic(3)):
        (found,) = advice(Video("film.mkv", segmentation=segmentation, scopes=["asset"]), short)
        assert "no effect" in found
    assert advice(Video("film.mkv", segmentation=Fixed(4)), short) == ()
    assert advice(Video("film.mkv", segmentation=Fixed(4), scopes=["clip"]), short) == ()
    for scopes in ("local", ["local", "asset"]):
        video = Video("film.mkv", segmentation=Fixed(4), scopes=scopes)  # type: ignore[arg-type]
        assert advice(video, short, "marengo3.5") == ()


# --- texts ----------------------------------------------------------------------------------------

RESPONSE = Response(body={"data": [{"embedding": [0.5, 0.25]}]})


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]


@both_clients
async def test_a_text_that_is_a_files_name_is_embedded_with_a_warning(
    kind: ClientKind,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film.mkv").write_bytes(b"x")
    link = "https://example.com/film.mkv?X-Amz-Signature=secret"
    async with kind.connected(RESPONSE, retry=NO_RETRY) as (client, server):
        for text in ("film.mkv", link, "other.mkv", "a film", "film.mkv is a film"):
            await client.embed(text)
        await client.embed("film.mkv", check=False)
    assert [one.json["text"]["input_text"] for one in server.requests][:2] == ["film.mkv", link]
    first, second = warned(caplog)
    assert "pathlib.Path('film.mkv')" in first
    assert "https://example.com/film.mkv" in second
    assert "secret" not in second


@both_clients
async def test_advice_on_media_is_logged(
    kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    async with kind.connected(RESPONSE, retry=NO_RETRY) as (client, _):
        await client.embed(Image("https://drive.google.com/file/d/abc/view"))
    assert len(warned(caplog)) == 1


@both_clients
async def test_links_in_the_vendors_style_too(
    kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    link = "https://youtu.be/abc"
    task = Response(202, {"_id": "t1", "status": "processing", "data": None})
    video = {"media_source": {"url": link}}
    sources = [{"media_type": "image", "url": link}, {"media_type": "image", "asset_id": "a1"}]
    async with kind.connected(RESPONSE, RESPONSE, task, retry=NO_RETRY) as (client, server):
        create = client.embed.v_2.create
        await create(input_type="video", model_name="marengo3.0", video=video)
        await create(
            input_type="multi_input",
            model_name="marengo3.5",
            multi_input={"media_sources": sources},
        )
        await client.embed.v_2.tasks.create(
            input_type="video", model_name="marengo3.0", video=video
        )
        assert len(server.requests) == 3
    assert len(warned(caplog)) == 3
