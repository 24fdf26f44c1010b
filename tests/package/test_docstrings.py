"""Every public name says what it gives: help() in a shell is the reference."""

import ast
import inspect
import re
import textwrap
from collections.abc import Collection, Iterator

import pytest
from twelvelabs_embed.limits import tables

from tests.package.surface import Thing, things

UNIT_IN_NAME = re.compile(r"_(sec|bytes|px|ms|hz)$")
UNIT_IN_WORDS = re.compile(r"seconds?|minute|hours?|cosine|from 0 |ratio|by its height")
ARRAY = re.compile(r"Vectors|Numbers|Integers|NDArray|ndarray")
SHAPE = re.compile(r"shape|\([NMDR]?,? ?[NMDR]?,?\)")

# These describe classes of others, by which we know them: PIL's images, open files.
OTHERS = ("inputs.pil_images.PilImage", "inputs.media_conversion.ReadableFile")
# What is given to these is our own business: users get them, and do not make them.
MADE_BY_US = {
    "AsyncPager",
    "Page",
    "Pager",
    "SyncPager",
    "InvalidRequestError",
    "AssetFailedError",
    "InvalidResponseError",
} | {
    "UploadError",
    "SinkError",
    "DamagedFileError",
}
EXCEPTIONS = {
    "bulk.sinks.Sink.address": "a field of a protocol, described with the others",
    "bulk.sinks.Sink": "a protocol is not called",
    "bulk.dry_run.dry_run": "its settings of inputs are those of `Bulk.run`, and it says so",
}


def ours(*, but: Collection[str] = ()) -> list[Thing]:
    exceptions = {f"twelvelabs_embed.{name}" for name in EXCEPTIONS}
    return [
        thing
        for thing in things()
        if not thing.name.startswith(tuple(f"twelvelabs_embed.{name}" for name in OTHERS))
        and thing.name not in exceptions
        and thing.name.rpartition(".")[2] not in but
    ]


def test_there_is_something_to_look_at() -> None:
    names = {thing.name.partition(".")[2] for thing in things()}
    assert {
        "client.TwelveLabs",
        "embed.Embed.__call__",
        "server.emulator.Emulator.advance",
    } <= names
    assert len(names) > 300
    assert set(EXCEPTIONS) <= names


def test_everything_says_what_it_is() -> None:
    assert [thing.name for thing in ours() if not thing.doc] == []


def test_what_it_raises_is_named() -> None:
    silent = [(t.name, e) for t in ours() for e in raised(t) if e not in t.doc]
    assert silent == []


def test_arrays_have_a_shape() -> None:
    arrays = [t for t in ours() if not t.is_class and ARRAY.search(returned(t))]
    assert len(arrays) > 3
    assert [t.name for t in arrays if not SHAPE.search(t.doc)] == []


def test_numbers_have_a_unit() -> None:
    found = [(t, name) for t in ours() for name in fractions(t)]
    assert len(found) > 20
    assert [
        (thing.name, name)
        for thing, name in found
        if not UNIT_IN_NAME.search(name) and not UNIT_IN_WORDS.search(thing.doc + owners(thing))
    ] == []


def test_where_one_argument_is_described_all_are() -> None:
    with_section = [t for t in ours(but=MADE_BY_US) if re.search(r"(Args|Attributes):", t.doc)]
    assert len(with_section) > 50
    assert [
        (thing.name, one.name)
        for thing in with_section
        for one in thing.parameters()
        if not re.search(rf"\b{one.name}\b", thing.doc)
    ] == []


@pytest.mark.parametrize("kind", [tables.Limit, tables.Choices])
def test_what_mirrors_the_documents_says_where_it_stands(kind: type) -> None:
    rows = [one for one in limit_rows() if isinstance(one, kind)]
    assert len(rows) > 5
    assert [row for row in rows if not row.source or not row.grade] == []


def limit_rows() -> Iterator[tables.Limit | tables.Choices]:
    for value in vars(tables).values():
        if isinstance(value, tuple):
            yield from (one for one in value if hasattr(one, "source"))


def raised(thing: Thing) -> set[str]:
    """The errors that a function itself raises, and not one that it calls."""
    if thing.is_class:
        return set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(thing.value))))
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) | ast.Raise(exc=ast.Name(id=name)):
                found.add(name)
    # A variable that is raised again is named where it is made.
    return {name for name in found if name[0].isupper()} - {"NotImplementedError"}


def returned(thing: Thing) -> str:
    return str(inspect.signature(thing.value).return_annotation)


def fractions(thing: Thing) -> Iterator[str]:
    """The names of what is a `float`; whole numbers are counts, and their names say of what."""
    for one in thing.parameters():
        if re.fullmatch(r"float( \| None)?", str(one.annotation)):
            yield one.name
    if not thing.is_class and re.fullmatch(r"float( \| None)?", returned(thing)):
        yield thing.name


def owners(thing: Thing) -> str:
    return inspect.getdoc(thing.owner) or "" if thing.owner else ""
