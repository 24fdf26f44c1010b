"""What a model rejects and accepts of an input."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace
from twelvelabs_embed import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    MultiInput,
    Sequential,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
)
from twelvelabs_embed.errors import Hint
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed.validation.rules.options import only_with

from tests.planning import violations

OLD, NEW = "marengo3.0", "marengo3.5"
LINK = "https://media.example.com/a"
FUSED: dict[str, Any] = {"types": "fused", "time_based_metadata": [TimedText(1, 2, "a goal")]}
PICTURE = MediaFacts(
    label="a.png", size_bytes=9_000, format=FORMATS["png"], width_px=640, height_px=480
)
SOUND = MediaFacts(
    label="a.wav",
    size_bytes=90_000,
    format=FORMATS["wav"],
    duration_sec=20.0,
    has_video=False,
    has_audio=True,
)
PAPER = MediaFacts(label="a.pdf", size_bytes=9_000, format=FORMATS["pdf"])
NOTES = MediaFacts(label="a.txt", size_bytes=9_000, format=FORMATS["text"])
FEW, MANY = Text("a"), Text("dog " * 2001)
ARCHIVE = MediaFacts(label="a.zip", size_bytes=9_000, format=FORMATS["zip"])
SMALL = replace(PICTURE, label="small.png", width_px=100)
PICTURES = {facts.label: facts for facts in (SMALL, SOUND)}
DOCUMENTS = {paper.label: paper for paper in (PAPER, NOTES, ARCHIVE)}
FACTS: dict[str, MediaFacts] = {"image": PICTURE, "audio": SOUND}


def facts_of(input: Input) -> MediaFacts:
    match input:
        case MultiInput():
            sources = tuple(facts_of(source.input) for source in input.sources)
            return MediaFacts(sources=sources)
        case Document():
            return DOCUMENTS.get(input.media.label, MediaFacts(via="url", label="a"))
        case Text() | Video():
            return MediaFacts(via="url", label="a")
        case TextImage():
            return PICTURE
        case Image() if input.media.label in PICTURES:
            return PICTURES[input.media.label]
        case _:
            return FACTS[input.input_type]


class Case(NamedTuple):
    """An input with the model and the settings of its request."""

    input: Input
    model: str
    settings: dict[str, Any]


def case(input: Input, model: str = NEW, **settings: Any) -> Case:
    return Case(input, model, settings)


# code and message of a violation -> what has it, alone
REJECTED: dict[tuple[str, str], list[Case]] = {
    (
        "dimension.wrong_model",
        "dimension: 256, but only marengo3.5 takes it. Omit dimension, or use model='marengo3.5'",
    ): [case(FEW, OLD, dimension=256)],
    (
        "uncertainty.wrong_model",
        "uncertainty: True, but only marengo3.5 takes it. Omit uncertainty, or use "
        "model='marengo3.5'",
    ): [case(FEW, OLD, uncertainty=True)],
    (
        "auto_truncate.wrong_model",
        "auto_truncate: True, but only marengo3.5 takes it. Omit auto_truncate, or use "
        "model='marengo3.5'",
    ): [case(FEW, OLD, auto_truncate=True)],
    (
        "dimension.invalid",
        "dimension: 0, but dimensions are 128, 256 and 512. Write 256, for example",
    ): [case(FEW, dimension=0)],
    (
        "dimension.invalid",
        "dimension: 300, but dimensions are 128, 256 and 512. Write 256, for example",
    ): [case(FEW, dimension=300)],
    (
        "dimension.invalid",
        "dimension: 1024, but dimensions are 128, 256 and 512. Write 256, for example",
    ): [case(Video(LINK), dimension=1024, route="task")],
    (
        "dimension.invalid",
        "dimension: 0, but it is a whole number of at least 1. Write 256, for example",
    ): [case(FEW, "marengo9", dimension=0)],
    (
        "text.too_long",
        "text: the text has 2001 words, but it may have at most 2000 tokens, and each word is at "
        "least one. Shorten it, or embed its parts one by one",
    ): [case(MANY), case(MultiInput("dog " * 2001, Image("a.png")))],
    (
        "text.too_long",
        "text: the text has 501 words, but it may have at most 500 tokens, and each word is at "
        "least one. Shorten it, or embed its parts one by one",
    ): [case(Text("dog " * 501), OLD), case(MultiInput("dog " * 501, Image("a.png")), OLD)],
    (
        "media.too_few_pixels",
        "media 1: small.png has 100x480 pixels, but each side of an image has to have at least "
        "128. Use a larger image, or scale it up",
    ): [case(MultiInput(None, Image("small.png")), OLD)],
    (
        "media.wrong_format",
        "media 1: a.wav is WAV, but that is not an image. Use Video(…) or Audio(…)",
    ): [case(MultiInput(None, Image("a.wav")))],
    (
        "uncertainty.wrong_input",
        "uncertainty: True, but text and an image together have none. Omit uncertainty",
    ): [case(TextImage("a", "a.png"), uncertainty=True)],
    (
        "uncertainty.wrong_input",
        "uncertainty: True, but text and media together have none. Omit uncertainty",
    ): [case(MultiInput("a", Image("a.png")), uncertainty=True)],
    (
        "uncertainty.not_of_files",
        "uncertainty: the whole file is embedded, too, but only segments have it. "
        "Use scopes='clip'",
    ): [
        case(Audio("a.wav", scopes="asset"), uncertainty=True),
        case(Audio("a.wav", segmentation=Fixed(5)), uncertainty=True),
    ],
    (
        "uncertainty.wrong_input",
        "uncertainty: True, but a PDF has none. Omit uncertainty",
    ): [
        case(Document("a.pdf"), uncertainty=True),
        case(Document("a.pdf", scopes="local"), uncertainty=True),
    ],
    (
        "uncertainty.wrong_input",
        "uncertainty: True, but of documents, only segments of text have it. Use scopes='local'",
    ): [
        case(Document("a.txt"), uncertainty=True),
        case(
            Document(LINK, scopes=["local", "asset"], segmentation=Sequential(5)), uncertainty=True
        ),
    ],
    (
        "document.wrong_options",
        "options: 'text' with scope 'local', of a PDF, but there are 'visual' with scope 'local',"
        " 'visual' with scope 'asset' and 'text' with scope 'asset'. Use scopes='asset'",
    ): [case(Document("a.pdf", options="text"))],
    (
        "document.wrong_options",
        "options: 'visual' with scope 'asset', of a text file, but there are 'text' with scope "
        "'asset' and 'text' with scope 'local'. Use options='text'",
    ): [case(Document("a.txt", options="visual"))],
    (
        "document.no_segmentation",
        "segmentation: there is none beside 'text' with scope 'local', of a text file, but that "
        "has to be divided. Use Sequential(5)",
    ): [case(Document("a.txt", scopes="local"))],
    (
        "document.wrong_segmentation",
        "segmentation: sequential, of a PDF, but only spatial segmentation divides it. Use "
        "Spatial(), or omit segmentation",
    ): [case(Document("a.pdf", segmentation=Sequential(5)))],
    (
        "document.wrong_segmentation",
        "segmentation: spatial, of a PDF, but it divides 'visual' with scope 'local'. Use "
        "options='visual' and scopes='local', or omit segmentation",
    ): [case(Document("a.pdf", scopes="asset", segmentation=Spatial()))],
    (
        "media.wrong_format",
        "media: a.zip is a ZIP archive, but a document is PDF or text. Save it as PDF, or as text",
    ): [case(Document("a.zip"))],
    (
        "sources.not_alone",
        "media: there is nothing but documents, but a PDF has to be alone, and so have texts. "
        "Embed them one by one",
    ): [case(MultiInput("a", Document(LINK)))],
    (
        "types.too_few_options",
        "types: 'separate' of audio, but it takes at least 2 options. Omit types",
    ): [case(Audio("a.wav", options="audio", types="separate"), model) for model in (OLD, NEW)],
    (
        "types.too_few_options",
        "types: 'separate' and 'fused' of visual, but it takes at least 2 options. Omit types",
    ): [case(Video(LINK, options="visual", types=["separate", "fused"]), OLD)],
    (
        "uncertainty.wrong_input",
        "uncertainty: True, but documents have none. Omit uncertainty",
    ): [case(MultiInput(None, Document("a.pdf")), uncertainty=True)],
    (
        "model.wrong_input_type",
        "model: 'marengo3.0', but only marengo3.5 embeds documents. Use model='marengo3.5'",
    ): [case(Document("a.pdf"), OLD)],
    (
        "sources.wrong_model",
        "media: audio, with marengo3.0, but only marengo3.5 takes it. Omit it, or use "
        "model='marengo3.5'",
    ): [case(MultiInput(None, Audio("a.wav")), OLD)],
    (
        "text.missing",
        "text: there is none beside image and audio, but different types need a text that "
        "connects them. Add a text",
    ): [case(MultiInput(None, Image("a.png"), Audio("a.wav")))],
    (
        "sources.not_alone",
        "media: there are 2 sources, but a PDF has to be alone. Embed it by itself",
    ): [case(MultiInput(None, Document("a.pdf"), Document("a.pdf")))],
    (
        "sources.not_alone",
        "media: there is a text, too, but a PDF has to be alone. Embed it by itself",
    ): [case(MultiInput("a", Document("a.pdf")))],
    (
        "sources.not_alone",
        "media: there are only texts, but only texts cannot be combined. Join them into one text",
    ): [
        case(MultiInput("a", Document("a.txt"))),
        case(MultiInput(None, Document("a.txt"), Document("a.txt"))),
    ],
    (
        "segmentation.wrong_model",
        "segmentation: dynamic, with marengo3.0, but of audio, only marengo3.5 takes it. Use "
        "Fixed(sec), or use model='marengo3.5'",
    ): [case(Audio("a.wav", segmentation=Dynamic(4)), OLD)],
    (
        "options.wrong_model",
        "options: 'transcription', but options of audio with marengo3.5 in tasks are audio. Omit "
        "it, or use model='marengo3.0'",
    ): [case(Audio("a.wav", options="transcription"))],
    (
        "scopes.wrong_model",
        "scopes: 'local', but scopes of audio with marengo3.0 in the sync endpoint are clip and "
        "asset. Omit it, or use model='marengo3.5'",
    ): [case(Audio("a.wav", scopes="local"), OLD)],
    (
        "time_based_metadata.wrong_model",
        "time_based_metadata: it is given, with marengo3.0, but only marengo3.5 takes it. Omit "
        "time_based_metadata, or use model='marengo3.5'",
    ): [case(Audio("a.wav", time_based_metadata=[TimedText(1, 2, "a")]), OLD)],
    (
        "time_based_metadata.not_fused",
        "time_based_metadata: there is no fused vector, but it is for fused vectors alone. Use "
        "types='fused'",
    ): [case(Audio("a.wav", types="separate", time_based_metadata=[TimedText(1, 2, "a")]))],
    (
        "types.no_time_based_metadata",
        "types: 'fused', but with marengo3.5 it is made together with time-based metadata. Give "
        "time_based_metadata, or omit types",
    ): [case(Audio("a.wav", types="fused"))],
    (
        "types.too_few_options",
        "types: 'fused' of audio, but it takes at least 2 options. Omit types",
    ): [case(Audio("a.wav", types="fused", options="audio"), OLD)],
}


@pytest.mark.parametrize(("code", "text"), REJECTED)
def test_what_is_rejected(code: str, text: str) -> None:
    for input, model, settings in REJECTED[code, text]:
        (violation,) = violations(input, facts_of(input), model=model, **settings)
        assert (violation.code, str(violation)) == (code, text), input


# input -> nothing speaks against it, although its kind is not known
ACCEPTED: list[Input] = [
    Document(LINK, options="text"),
    Document(LINK, options="visual", scopes="asset"),
    Document(LINK, scopes="local", segmentation=Sequential(5)),
    Document("a.pdf", options=["visual", "text"], scopes="asset"),
    Document("a.txt", scopes=["local", "asset"], segmentation=Sequential(5, overlap_sentences=4)),
    MultiInput("dog " * 2000, Image("a.png")),
    MultiInput(None, Image("small.png")),
    MultiInput(None, Document(LINK)),
    MultiInput("a", Document(LINK), Image("a.png")),
    Video(LINK, types=["separate", "fused"], time_based_metadata=[TimedText(1, 1, "a goal")]),
]


@pytest.mark.parametrize("types", ["fused", "separate"])
def test_two_options_are_enough(types: Any) -> None:
    for options in (None, ["audio", "transcription"]):  # both are the default
        assert violations(Audio("a.wav", options=options, types=types), SOUND, model=OLD) == []


@pytest.mark.parametrize("input", ACCEPTED, ids=str)
def test_what_is_accepted(input: Input) -> None:
    assert violations(input, facts_of(input), model=NEW) == []


@pytest.mark.parametrize("input", [Document("a.pdf", options="text"), Document("a.zip")])
def test_what_is_not_known_of_a_model_is_not_rejected(input: Input) -> None:
    found = violations(input, facts_of(input), model="marengo9", uncertainty=True)
    assert {violation.field for violation in found} <= {"model", "route"}


def test_of_a_model_that_is_not_known_only_what_is_certain_is_rejected() -> None:
    for input, facts, settings in (
        (FEW, MediaFacts(), {"dimension": 1}),
        (Audio("a"), replace(SOUND, format=FORMATS["mp4"]), {}),
        (Audio("a"), SOUND, {}),
        (Image("a"), replace(PICTURE, format=FORMATS["gif"]), {}),
    ):
        assert violations(input, facts, model="marengo9", **settings) == []
    for input, facts in ((Audio("a"), PICTURE), (Image("a"), SOUND), (TextImage("a", "a"), SOUND)):
        (violation,) = violations(input, facts, model="marengo9")
        assert violation.code == "media.wrong_format"


@pytest.mark.parametrize(
    ("models", "allowed", "use"),
    [
        ((OLD,), "only marengo3.0 takes it", OLD),
        ((OLD, NEW), "only marengo3.0 and marengo3.5 take it", NEW),
        ((), "no model takes it there", None),
    ],
)
def test_what_only_some_models_take(models: tuple[str, ...], allowed: str, use: str | None) -> None:
    omit = Hint("omit", "dimension")
    hint = omit if use is None else Hint("either", omit, Hint("use_model", use))
    assert only_with(models, omit) == (allowed, hint)
