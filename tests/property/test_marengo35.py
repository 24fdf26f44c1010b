"""What came with marengo3.5, by checks and builders against the emulator: see
`test_validation_against_emulator`.

Every input, and every setting of it, at once and by a task; marengo3.0 among it, since what one
model knows the other rejects. Both agree, but for what stands in `DIFFERENCES`.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
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
from tests.property.emulator_oracle import DETERMINISTIC, Judge, encoded
from tests.property.marengo35_cases import EVERYTHING, KINDS, NEW, ODD, UNREAD, Case
from tests.validation.media_files import image_bytes, wav_bytes

_EXAMPLES = 200


class Difference(NamedTuple):
    """Where checks and emulator judge otherwise, who of them rejects, and why that is right."""

    why: str
    rejects: str
    is_it: Callable[[Case], bool]
    example: Case


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
        "wav of 5 s": wav_bytes(5, 2000),
        "wav of 31 s": wav_bytes(31, 2000),
        "mkv of 5 s": samples.video(folder / "a.mkv", **small, subtitles=None).read_bytes(),
        "mkv of 5 s without sound": silent.read_bytes(),
        "jpeg": image_bytes((200, 200), "JPEG"),
        "paper": samples.document(folder / "a.pdf", pages=["a dog", "a beach"]).read_bytes(),
        "thick paper": samples.document(folder / "b.pdf", pages=["a dog"] * 70).read_bytes(),
        "sentences": b"A man walks. His dog runs. They rest.",
        "svg": b"<svg><!-- which may be Markdown, too -->",
        "zip": b"PK\x03\x04" + bytes(50),
        "blank": b" \n\n ",
        "latin": "Das war schön. So schön.".encode("latin-1"),
        "endless": b"word " * 2001,
    }


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


@pytest.mark.parametrize("kind", EVERYTHING)
def test_checks_and_emulator_agree(kind: str, data: dict[str, bytes], judge: Judge) -> None:
    verdicts: Counter[str] = Counter()
    seen: set[str] = set()
    accepted: set[str] = set()

    @settings(DETERMINISTIC, max_examples=_EXAMPLES)
    @given(EVERYTHING[kind])
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
    assert verdicts["accepted"] >= _EXAMPLES // 20
    assert verdicts["rejected"] >= _EXAMPLES // 20
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
