"""Plans of requests: how much is embedded, and the same plan with its media elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import asdict
from twelvelabs_embed import Audio, Document, Dynamic, Image, Media, MultiInput, Text, Video
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.limits import find_terms
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.planning import PlanOptions, RequestPlan, plan_request
from twelvelabs_embed.validation.routing import Route

from tests.validation.facts import FILM, IMAGE, MB, SOUND, but


def planned(input: Input, facts: MediaFacts, **options: Any) -> RequestPlan:
    return plan_request(input, facts, PlanOptions(**options))


def changes(plan: RequestPlan, other: RequestPlan) -> dict[str, Any]:
    """Return the fields of a plan that another one has not."""
    before = asdict(other)
    return {name: value for name, value in asdict(plan).items() if value != before[name]}


@pytest.mark.parametrize(
    ("input", "facts", "media_sec"),
    [
        (Video("a"), FILM, 60.0),
        (Audio("a"), SOUND, 60.0),
        (Video("a", start=10), FILM, 50.0),
        (Video("a", start=10, end=40), FILM, 30.0),
        (Video("a", end=90), FILM, 60.0),
        (Audio("a", end=90), but(SOUND, duration_sec=None), 90.0),
        (Audio("a", start=90), but(SOUND, is_estimate=True), 0.0),
        (Audio("a", start=90), but(SOUND, duration_sec=None), 0.0),
        (Image("a"), but(IMAGE, duration_sec=1.0), 0.0),
        (Text("a"), MediaFacts(), 0.0),
    ],
)
def test_how_much_of_a_recording_is_embedded(
    input: Input, facts: MediaFacts, media_sec: float
) -> None:
    assert planned(input, facts).media_sec == media_sec


@pytest.mark.parametrize(
    ("size_mb", "via", "route", "is_uploaded"),
    [
        (1, "inline", None, False),
        (60, "inline", None, True),
        (1, "inline", "asset", True),
        (60, "inline", "task", True),
        (60, "asset", None, False),
        (60, "url", None, False),
    ],
)
def test_what_is_uploaded_before(size_mb: int, via: Any, route: Any, is_uploaded: bool) -> None:
    plan = planned(Video("a"), but(FILM, size_bytes=size_mb * MB, via=via), route=route)
    assert plan.is_uploaded is is_uploaded


def test_a_plan_for_media_that_is_uploaded_now() -> None:
    video = Video("a", start=2, segmentation=Dynamic(4))
    plan = planned(video, but(FILM, size_bytes=60 * MB))
    assert changes(plan.with_asset("a1"), plan) == {
        "input": Video(Media.asset("a1"), start=2, segmentation=Dynamic(4)),
        "route": Route("asset", plan.route.why, "asset", asset_id="a1"),
        "is_uploaded": False,
    }
    assert plan.with_asset("a1").payload["video"]["media_source"] == {"asset_id": "a1"}


def test_a_plan_for_an_object_that_is_fetched_by_a_link() -> None:
    stored, link = Media.object("s3://bucket/a.mp4"), "https://bucket.example/a.mp4?sig=1"
    facts = but(FILM, size_bytes=60 * MB, link_host="public", label="s3://bucket/a.mp4")
    plan = planned(Video(stored, start=2), facts, model="marengo3.5", dimension=256)
    assert (plan.route.name, plan.route.via) == ("task", "url")
    assert changes(plan.with_link(link), plan) == {"input": Video(link, start=2)}
    again = plan.without_link(facts)
    assert again.is_uploaded
    assert (again.route.name, again.route.via, again.options) == ("task", "asset", plan.options)
    private = planned(Video(stored), but(facts, link_host="private"))
    assert (private.route.name, private.route.via) == ("asset", "asset")
    wanted = planned(Video(stored), but(facts, link_host="private"), route="url")
    assert (wanted.violations, wanted.route.via) == ((), "url")


def test_only_segments_of_a_task_have_uncertainty() -> None:
    short, new = but(SOUND, duration_sec=20.0), {"model": "marengo3.5", "uncertainty": True}
    assert planned(Audio("a"), short, **new).violations == ()
    (violation,) = planned(Audio("a"), short, route="task", **new).violations
    assert violation.code == "uncertainty.not_of_files"
    assert planned(Audio("a", scopes="clip"), short, route="task", **new).violations == ()


@pytest.mark.parametrize("model", ["marengo3.0", "marengo3.5"])
def test_the_same_by_a_task(model: str) -> None:
    plan = planned(Video("a"), but(FILM, duration_sec=20.0), model=model)
    task = plan.as_task("it takes long")
    assert changes(task, plan) == {
        "route": Route("task", "it takes long", "inline"),
        "terms": find_terms("video", model=model, endpoint="task"),
    }


def test_without_checks_only_what_cannot_be_written_is_wrong() -> None:
    wrong, link = but(FILM, size_bytes=99_999 * MB), Video("https://youtu.be/a", scopes="asset")
    assert len(planned(Video("a"), wrong).violations) == 1
    for input, facts in ((Video("a"), wrong), (link, MediaFacts(via="url"))):
        plan = planned(input, facts, check=False)
        assert (plan.violations, plan.warnings, plan.advice) == ((), (), ())
    checked = planned(link, MediaFacts(via="url", notes=("a note",)))
    assert checked.warnings == (*checked.advice, "a note")
    assert len(checked.advice) == 1
    plan = planned(Document("a"), MediaFacts(), check=False)
    assert [one.code for one in plan.violations] == ["model.wrong_input_type"]


@pytest.mark.parametrize(
    ("input", "facts", "model", "is_sent"),
    [
        (Text("a"), MediaFacts(), "marengo3.5", True),
        (MultiInput("a", Image("a")), MediaFacts(sources=(IMAGE,)), "marengo3.5", True),
        (MultiInput(None, Image("a")), MediaFacts(sources=(IMAGE,)), "marengo3.5", False),
        (Image("a"), IMAGE, "marengo3.5", False),
        (Image("a"), IMAGE, "marengo3.0", False),
    ],
)
def test_a_text_alone_is_truncated(
    input: Input, facts: MediaFacts, model: str, is_sent: bool
) -> None:
    plan = planned(input, facts, model=model, auto_truncate=True)
    assert plan.violations == ()
    assert ("auto_truncate" in plan.payload) is is_sent
    long = planned(Text("dog " * 2001), MediaFacts(), model="marengo3.5", auto_truncate=True)
    assert long.violations == ()
