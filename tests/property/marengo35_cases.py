"""Cases for `test_marengo35`: requests as the contract names them, most of them right."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import field, frozen
from hypothesis import strategies as st
from twelvelabs_embed.inputs import Audio, Document, Image, SourceInput, Video

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


FILMS = ["mkv of 5 s", "mkv of 5 s", "mkv", "mkv of 5 s without sound", "wav of 5 s"]
SOUNDS = ["wav of 5 s", "wav of 5 s", "flac", "wav", "wav of 31 s", "m4a"]
EVERYTHING: Mapping[str, Strategy] = {
    "text": CHOICES,
    "text_image": WORDS_WITH_IMAGES,
    "image": IMAGES,
    "audio": recordings("audio", SOUNDS, "audio", "transcription"),
    "video": recordings("video", FILMS, "visual", "audio", "transcription"),
    "document": documents(),
    "multi_input": combined(),
}
"""Strategies of cases, by input type."""
