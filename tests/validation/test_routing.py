"""Which way an input goes, decided without looking at anything."""

import pytest
from msgspec.structs import replace
from twelvelabs_embed import Audio, Hint, Image, Text, TextImage, TimedText, Video
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed.validation.routing import Route, RouteName, choose_route

MB = 1 << 20


def find_route(input: Input, facts: MediaFacts, route: RouteName | None = None) -> Route:
    found, _, violations = choose_route(input, facts, route=route)
    assert violations == []
    return found


FILE = MediaFacts(label="film.mkv", size_bytes=9 * MB, duration_sec=60.0)
LINK = MediaFacts(label="https://a.example/film.mkv", via="url")
ASSET = MediaFacts(label="asset a1", via="asset")


@pytest.mark.parametrize("input", [Audio("a"), Video("a")])
@pytest.mark.parametrize(
    ("size_mb", "duration_sec", "name", "via"),
    [
        (9, 60.0, "inline", "inline"),
        (36, 600.0, "inline", "inline"),
        (36.1, 60.0, "asset", "asset"),
        (9, 600.1, "task", "inline"),
        (60, 900.0, "task", "asset"),
        (60, None, "asset", "asset"),
        (None, None, "inline", "inline"),
    ],
)
def test_media_of_this_machine(
    input: Input, size_mb: float | None, duration_sec: float | None, name: str, via: str
) -> None:
    size_bytes = None if size_mb is None else int(size_mb * MB)
    way = find_route(input, replace(FILE, size_bytes=size_bytes, duration_sec=duration_sec))
    assert (way.name, way.via) == (name, via)
    assert way.endpoint == ("task" if name == "task" else "sync")
    assert "film.mkv" in way.why


def test_the_reason_is_for_people() -> None:
    assert str(find_route(Video("a"), replace(FILE, size_bytes=60 * MB))) == (
        "asset: film.mkv has 60 MB, and at most 36 MB can be sent inside a request"
    )
    assert str(find_route(Video("a"), replace(FILE, duration_sec=900.0))) == (
        "task: film.mkv is 15 min long, and at most 10 min go through the sync endpoint"
    )


@pytest.mark.parametrize("input", [Image("a"), TextImage("a", "a"), Audio("a"), Video("a")])
def test_what_lies_elsewhere(input: Input) -> None:
    assert find_route(input, LINK).name == "url"
    assert find_route(input, ASSET).name == "asset"


def test_an_option_that_tasks_do_not_take_either_is_no_reason_for_one() -> None:
    timed = Video("a", time_based_metadata=[TimedText(1, 2, "a")])
    assert find_route(timed, FILE).name == "inline"
    route, _, _ = choose_route(timed, FILE, model="marengo3.5")
    assert route.name == "task"
    assert "only tasks take time-based metadata" in route.why


def test_texts_and_images_go_inside_the_request() -> None:
    assert find_route(Text("a"), MediaFacts()).name == "inline"
    # An upload would not make it smaller: the limit is what is reported.
    assert find_route(Image("a"), replace(FILE, size_bytes=99 * MB)).name == "inline"


@pytest.mark.parametrize(
    ("input", "facts", "route", "via"),
    [
        (Video("a"), FILE, "inline", "inline"),
        (Video("a"), FILE, "asset", "asset"),
        (Image("a"), FILE, "asset", "asset"),
        (Video("a"), FILE, "task", "inline"),
        (Audio("a"), LINK, "task", "url"),
        (Audio("a"), ASSET, "task", "asset"),
        (Video("a"), replace(FILE, size_bytes=60 * MB), "task", "asset"),
        (Video("a"), LINK, "asset", "asset"),
        (Video("a"), replace(FILE, size_bytes=60 * MB), "inline", "inline"),
        (Text("a"), MediaFacts(), "inline", "inline"),
    ],
)
def test_a_way_that_you_want(input: Input, facts: MediaFacts, route: RouteName, via: str) -> None:
    way = find_route(input, facts, route=route)
    assert (way.name, way.via) == (route, via)


@pytest.mark.parametrize(
    ("input", "facts", "route", "said"),
    [
        (Text("a"), MediaFacts(), "task", "a text is always sent inside the request"),
        (Text("a"), MediaFacts(), "asset", "a text is always sent inside the request"),
        (Image("a"), FILE, "task", "with marengo3.0, tasks embed only audio and video"),
        (Video("a"), LINK, "inline", "https://a.example/film.mkv is not on this machine"),
        (Video("a"), ASSET, "inline", "asset a1 is not on this machine"),
        (Video("a"), FILE, "url", "film.mkv is no link"),
        (Video("a"), FILE, "tusk", "it is one of 'inline', 'url', 'asset' and 'task'"),
    ],
)
def test_a_way_that_cannot_be(input: Input, facts: MediaFacts, route: RouteName, said: str) -> None:
    _, _, (violation,) = choose_route(input, facts, route=route)
    assert (violation.code, violation.field) == ("route.not_possible", "route")
    assert (violation.value, violation.allowed) == (repr(route), said)
    assert violation.hint == Hint("omit", "route")
