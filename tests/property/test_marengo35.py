"""What came with marengo3.5, by checks and builders against the emulator: see
`test_checks_against_emulator`.

Every input, and every setting of it, at once and by a task; marengo3.0 among it, since what one
model knows the other rejects. Both agree, but for what stands in `DIFFERENCES`.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest
from attrs import field, frozen
from hypothesis import given, settings, strategies as st
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    Input,
    MultiInput,
    Sequential,
    SourceInput,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
)
from twelvelabs_embed.validation.media_probe import inspect_media
from twelvelabs_embed.validation.routing import RouteName
from twelvelabs_embed_emulator import samples

from tests.planning import violations
from tests.property.emulator_oracle import DETERMINISTIC, Judge, encoded, picture, wav

OLD, NEW = "marengo3.0", "marengo3.5"
Strategy: TypeAlias = st.SearchStrategy[Any]


@frozen(kw_only=True)
class Case:
    """A request, named as the contract names it.

    Attributes:
        kind: the input type
        model: the model
        is_task: whether a task shall do it
        text: the text of texts
        names: the files; of all but `multi_input`, one
        called: what the text calls each file, if anything
        chosen: settings of the input; segmentation is a pair of the strategy and its numbers
        asked: settings of the request
    """

    kind: str
    model: str = NEW
    is_task: bool = False
    text: str | None = None
    names: tuple[str, ...] = ()
    called: tuple[str | None, ...] = ()
    chosen: dict[str, Any] = field(factory=dict)
    asked: dict[str, Any] = field(factory=dict)


class Difference(NamedTuple):
    """Where checks and emulator judge otherwise, who of them rejects, and why that is right."""

    why: str
    rejects: str
    is_it: Callable[[Case], bool]
    example: Case


# ---------------------------------------------------------------------------------------- the files

KINDS: dict[str, Callable[[bytes], SourceInput]] = {
    "png": Image,
    "png of 127x300": Image,
    "gif": Image,
    "wav": Audio,
    "wav of 31 s": Audio,
    "m4a": Audio,
    "mkv": Video,
    "mkv of 5 s": Video,
    "358x360": Video,
    "paper": Document,
    "text": Document,
    "svg": Document,
}
# Broken, of too many pages, without words, in another encoding, of chunks that are too long.
UNREAD = {"pdf", "thick paper", "blank", "latin", "endless"}
ODD = {"gif", "m4a", "png of 127x300", "358x360"}


DIFFERENCES = [
    Difference(
        "which formats and sides of pictures marengo3.5 takes at once is not documented; the"
        " emulator takes those of marengo3.0",
        "emulator",
        lambda case: case.model == NEW and not case.is_task and bool(ODD.intersection(case.names)),
        Case(kind="image", names=("gif",)),
    ),
    Difference(
        "checks read the first bytes of a document; the emulator counts its pages and chunks",
        "emulator",
        lambda case: bool(UNREAD.intersection(case.names)),
        Case(kind="document", is_task=True, names=("thick paper",)),
    ),
    Difference(
        "a name that no text refers to is a mistake in `MultiInput`, which takes sources without",
        "checks",
        lambda case: any(name and f"<@{name}>" not in (case.text or "") for name in case.called),
        Case(kind="multi_input", text="a dog", names=("png",), called=("one",)),
    ),
]


@pytest.fixture(scope="module")
def data(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder: Path = tmp_path_factory.mktemp("documents")
    small: Any = {"duration_sec": 5, "fps": 2, "width": 360, "height": 360, "scenes": 1}
    silent = samples.video(folder / "b.mkv", **small, sound=False, subtitles=None)
    return {
        **files,
        "wav of 5 s": wav(5),
        "wav of 31 s": wav(31),
        "mkv of 5 s": samples.video(folder / "a.mkv", **small, subtitles=None).read_bytes(),
        "mkv of 5 s without sound": silent.read_bytes(),
        "jpeg": picture((200, 200), "JPEG"),
        "paper": samples.document(folder / "a.pdf", pages=["a dog", "a beach"]).read_bytes(),
        "thick paper": samples.document(folder / "b.pdf", pages=["a dog"] * 70).read_bytes(),
        "sentences": b"A man walks. His dog runs. They rest.",
        "svg": b"<svg><!-- which may be Markdown, too -->",
        "zip": b"PK\x03\x04" + bytes(50),
        "blank": b" \n\n ",
        "latin": "Das war schön. So schön.".encode("latin-1"),
        "endless": b"word " * 2001,
    }


# ------------------------------------------------------------------------------- what is asked for


def mostly(right: list[Any], wrong: list[Any]) -> Strategy:
    """Most are right, since all settings have to be for a case to be."""
    return st.sampled_from(right * 9 * len(wrong) + wrong * len(right))


def words(known: list[str], wrong: list[str]) -> Strategy:
    right = st.lists(st.sampled_from(known), min_size=1, unique=True)
    bad = st.lists(st.sampled_from([*known, *wrong]), min_size=1, max_size=3)
    return mostly([right], [bad]).flatmap(lambda chosen: chosen)  # `one_of` takes each for one


@st.composite
def some(draw: st.DrawFn, of: dict[str, Strategy]) -> dict[str, Any]:
    """Up to three of the settings."""
    names = draw(st.lists(st.sampled_from(list(of)), max_size=min(3, len(of)), unique=True))
    return {name: draw(of[name]) for name in names}


OF_VECTORS = {
    "embedding_dimension": mostly([128, 256, 512], [1, 300, 513, 0, -1]),
    "embedding_uncertainty": st.just(True),
}
ASKED = some({**OF_VECTORS, "auto_truncate": st.just(True)})
ASKED_OF_MEDIA = some(OF_VECTORS)  # `auto_truncate` is for texts, and is not sent with media
MODEL = mostly([NEW], [OLD])
TEXTS = mostly(["a dog", "dog " * 2000], ["", " ", "\ud83d", "dog " * 2001])
TIME_BASED_METADATA = st.lists(
    st.fixed_dictionaries(
        {
            "start": mostly([0, 1, 1.5], [99, -1]),
            "end": mostly([1.5, 2, 99], [0.5, -1]),
            "text": mostly(["a goal"], [""]),
        }
    ),
    min_size=1,
    max_size=2,
)
TYPES = words(["separate_embedding", "fused_embedding"], ["mixed"])
FUSED = mostly([["fused_embedding"], ["separate_embedding", "fused_embedding"]], [[]])


@st.composite
def recordings(draw: st.DrawFn, kind: str, names: list[str], *options: str) -> Case:
    model = draw(st.sampled_from([NEW, NEW, OLD]))
    known = [option for option in options if model == OLD or option != "transcription"]
    lengths = st.tuples(st.just("fixed"), mostly([2, 10], [11]))
    scenes = st.tuples(st.just("dynamic"), mostly([2, 5], [1]))
    settings: dict[str, Strategy] = {
        "start_sec": mostly([0, 0.5], [99, -1]),
        "end_sec": mostly([2, 99], [0.5, 0]),
        "segmentation": st.one_of(lengths, scenes),
        "embedding_option": words(known, ["transcription", "visual"]),
        "embedding_scope": words(
            ["clip", "asset"] + ["local"] * (model == NEW), ["local", "clips"]
        ),
        "embedding_type": TYPES,
        "time_based_metadata": TIME_BASED_METADATA,
    }
    is_task = draw(mostly([True], [False]) if model == NEW else st.booleans())
    chosen = draw(some(settings))
    if model == NEW and draw(st.booleans()):
        chosen |= {"embedding_type": draw(FUSED), "time_based_metadata": draw(TIME_BASED_METADATA)}
    asked = draw(ASKED_OF_MEDIA) if model == NEW or draw(st.booleans()) else {}
    if "embedding_uncertainty" in asked and draw(st.booleans()):
        chosen["embedding_scope"] = ["clip"]
    name = draw(st.sampled_from(names))
    return Case(
        kind=kind,
        model=model,
        is_task=is_task,
        names=(name,),
        chosen=without_empty(chosen),
        asked=asked,
    )


def without_empty(chosen: dict[str, Any]) -> dict[str, Any]:
    """An empty list is omitted on purpose: see `test_validation_against_emulator`."""
    return {name: value for name, value in chosen.items() if value != []}


SPATIAL = st.tuples(st.just("spatial"), mostly(["standard", "quadrants"], ["thirds"]))
SEQUENTIAL = st.one_of(
    st.tuples(st.just("sequential"), mostly([1, 2], [0])),
    st.tuples(st.just("sequential"), st.just(2), mostly([0, 1], [2])),
)


@st.composite
def documents(draw: st.DrawFn) -> Case:
    name = draw(
        mostly(["paper", "text", "sentences", "svg"], ["zip", "png", "nothing", *sorted(UNREAD)])
    )
    is_pdf = name in ("paper", "thick paper", "pdf")
    own, other = (SPATIAL, SEQUENTIAL) if is_pdf else (SEQUENTIAL, SPATIAL)
    settings: dict[str, Strategy] = {
        "segmentation": mostly([own], [other]).flatmap(lambda cut: cut),
        "embedding_option": words(["visual", "text"] if is_pdf else ["text"], ["visual", "sound"]),
        "embedding_scope": words(["local", "asset"], ["clip"]),
    }
    chosen = draw(some(settings))
    if "segmentation" in chosen and draw(st.booleans()):
        chosen["embedding_scope"] = ["local"]
    return Case(
        kind="document",
        model=draw(MODEL),
        is_task=True,
        names=(name,),
        chosen=chosen,
        asked=draw(ASKED_OF_MEDIA),
    )


IMAGES = st.builds(
    Case,
    kind=st.just("image"),
    model=MODEL,
    is_task=st.booleans(),
    names=st.tuples(mostly(["png", "jpeg"], ["png of 127x300", "gif", "wav"])),
    asked=ASKED_OF_MEDIA,
)
CHOICES = st.builds(Case, kind=st.just("text"), text=TEXTS, asked=ASKED)
WORDS_WITH_IMAGES = st.builds(
    Case,
    kind=st.just("text_image"),
    text=TEXTS,
    names=st.tuples(mostly(["png", "jpeg"], ["gif"])),
    asked=ASKED,
)


@st.composite
def combined(draw: st.DrawFn) -> Case:
    """Sources without a name first, as `MultiInput` sends them."""
    names = draw(st.lists(st.sampled_from([*KINDS, "png", "png", "wav"]), max_size=3))
    if draw(st.integers(0, 15)) == 0:
        names = ["png"] * draw(st.integers(10, 11))
    named = draw(st.integers(0, min(len(names), 2)))
    called = [None] * (len(names) - named) + ["one", "two"][:named]
    text = draw(st.sampled_from([None, None, "a dog", "a dog", "dog " * 501, "dog " * 2001]))
    if text is not None:
        referred = draw(mostly([named], [0, 1, 2]))
        text += " ".join(f"<@{one}>" for one in ["one", "two"][:referred])
    return Case(
        kind="multi_input",
        model=draw(MODEL),
        text=text,
        names=tuple(names),
        called=tuple(called),
        asked=draw(ASKED_OF_MEDIA if text is None else ASKED),
    )


# --------------------------------------------------------------------------------- the two of them


def checked(case: Case, data: dict[str, bytes]) -> list[Violation]:
    """What the builder rejects, or else what the checks reject."""
    try:
        made = build(case, data)
    except InvalidInputError as error:
        return list(error.violations)
    route: RouteName | None = "task" if case.is_task else "inline"
    return violations(
        made,
        inspect_media(made),
        model=case.model,
        route=route,
        dimension=case.asked.get("embedding_dimension"),
        uncertainty=case.asked.get("embedding_uncertainty", False),
        auto_truncate=case.asked.get("auto_truncate", False),
    )


CUTS: dict[str, Callable[..., Any]] = {
    "fixed": Fixed,
    "dynamic": Dynamic,
    "spatial": Spatial,
    "sequential": Sequential,
}
RECORDINGS: dict[str, Callable[..., Input]] = {"audio": Audio, "video": Video, "document": Document}


def build(case: Case, data: dict[str, bytes]) -> Input:
    """The input as a user writes it."""
    media = [data[name] for name in case.names]
    match case.kind:
        case "text":
            return Text(case.text or "")
        case "image":
            return Image(media[0])
        case "text_image":
            return TextImage(case.text or "", media[0])
        case "multi_input":
            sources = [
                (name, KINDS[one](data[one]))
                for one, name in zip(case.names, case.called, strict=True)
            ]
            named = {name: one for name, one in sources if name}
            return MultiInput(case.text, *(one for name, one in sources if not name), **named)
        case _:
            pass
    return RECORDINGS[case.kind](media[0], **arguments(case.chosen))


def arguments(chosen: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in chosen.items():
        match name:
            case "start_sec" | "end_sec":
                found[name.removesuffix("_sec")] = value
            case "segmentation":
                found[name] = CUTS[value[0]](*value[1:])
            case "embedding_type":
                found["types"] = [word.removesuffix("_embedding") for word in value]
            case "time_based_metadata":
                found[name] = [TimedText(one["start"], one["end"], one["text"]) for one in value]
            case _:
                found[f"{name.removeprefix('embedding_')}s"] = value
    return found


def judged(case: Case, data: dict[str, bytes], judge: Judge) -> str | None:
    request = {"model_name": case.model, **case.asked, **write(case, data)}
    return judge.task_rejection_of(request) if case.is_task else judge.rejection_of(request)


def write(case: Case, data: dict[str, bytes]) -> dict[str, Any]:
    """The request as written from the contract alone."""
    media = [encoded(data[name]) for name in case.names]
    if case.kind == "multi_input":
        sources = [
            {"media_type": KINDS[one](b"").input_type, **source, **({"name": name} if name else {})}
            for one, name, source in zip(case.names, case.called, media, strict=True)
        ]
        return combination(case.text, sources)
    if case.model == NEW and not case.is_task and not case.chosen:
        kind = case.kind.removeprefix("text_")
        return combination(case.text, [{"media_type": kind, **source} for source in media])
    section: dict[str, Any] = {**case.chosen}
    if media:
        section["media_source"] = media[0]
    if case.text is not None:
        section["input_text"] = case.text
    if "segmentation" in case.chosen:
        section["segmentation"] = cut(*case.chosen["segmentation"], model=case.model)
    return {"input_type": case.kind, case.kind: section}


def combination(text: str | None, sources: list[dict[str, Any]]) -> dict[str, Any]:
    section = {"input_text": text, "media_sources": sources or None}
    given_ = {name: value for name, value in section.items() if value is not None}
    return {"input_type": "multi_input", "multi_input": given_}


def cut(strategy: str, first: Any, *rest: int, model: str) -> dict[str, Any]:
    match strategy:
        case "spatial":
            return {"spatial": {"strategy": first}}
        case "sequential":
            overlap = {"overlap_sentences": rest[0]} if rest else {}
            return {"sequential": {"strategy": "sentence", "max_sentences": first, **overlap}}
        case _:
            name = "duration_sec" if strategy == "fixed" else "min_duration_sec"
            bare = {"strategy": strategy, strategy: {name: first}}
            return {"temporal": bare} if model == NEW else bare


# ------------------------------------------------------------------------------------- they agree

SOUNDS = ["wav of 5 s", "wav of 5 s", "flac", "wav", "wav of 31 s", "m4a"]
EVERYTHING: dict[str, tuple[Strategy, int]] = {
    "text": (CHOICES, 200),
    "text_image": (WORDS_WITH_IMAGES, 200),
    "image": (IMAGES, 200),
    "audio": (
        recordings("audio", SOUNDS, "audio", "transcription"),
        200,
    ),
    "video": (
        recordings(
            "video",
            ["mkv of 5 s", "mkv of 5 s", "mkv", "mkv of 5 s without sound", "wav of 5 s"],
            *("visual", "audio", "transcription"),
        ),
        200,
    ),
    "document": (documents(), 200),
    "multi_input": (combined(), 200),
}


@pytest.mark.parametrize("kind", EVERYTHING)
def test_checks_and_emulator_agree(kind: str, data: dict[str, bytes], judge: Judge) -> None:
    cases, most = EVERYTHING[kind]
    verdicts: Counter[str] = Counter()
    seen: set[str] = set()
    accepted: set[str] = set()

    @settings(DETERMINISTIC, max_examples=most)
    @given(cases)
    def agree(case: Case) -> None:
        found, rejection = checked(case, data), judged(case, data, judge)
        seen.update(case.chosen, case.asked)
        if not found and not rejection:
            accepted.update(case.chosen, case.asked)
        if bool(found) is bool(rejection):
            verdicts["rejected" if found else "accepted"] += 1
            return
        rejects = "checks" if found else "emulator"
        known = [one for one in DIFFERENCES if one.rejects == rejects and one.is_it(case)]
        assert known, (case, found, rejection)
        verdicts[known[0].why] += 1

    agree()
    print(kind, dict(verdicts))
    assert verdicts["accepted"] >= most // 20
    assert verdicts["rejected"] >= most // 20
    never = {"embedding_uncertainty"} if kind == "text_image" else set[str]()
    assert seen - accepted == never  # all else must be taken, too


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.why)
def test_each_difference_is_there(
    difference: Difference, data: dict[str, bytes], judge: Judge
) -> None:
    found = checked(difference.example, data)
    rejection = judged(difference.example, data, judge)
    assert difference.is_it(difference.example)
    assert bool(found) is (difference.rejects == "checks")
    assert bool(rejection) is (difference.rejects == "emulator")
