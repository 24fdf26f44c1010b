"""References of our code to parts of the contract: all of them, and no similar words."""

import ast
from dataclasses import astuple, replace
from pathlib import Path

import pytest
import yaml

from scripts.api_watch.changes import ADDITIVE, COSMETIC, Change, Place, merged
from scripts.api_watch.code_references import MODULES, SECTIONS, CodeReferences
from scripts.api_watch.documented_rows import (
    EMULATOR,
    ENDPOINTS,
    PARITY,
    CodeReference,
    rows_of_limits,
    rows_of_parity,
)
from scripts.api_watch.entries import references_of
from scripts.api_watch.source_words import words

ROOT = Path(__file__).resolve().parents[2]
EARLIER = yaml.safe_load((ROOT / "openapi" / "history" / "2026-02.yaml").read_text())


def checkout(folder: Path) -> Path:
    """A small project with the rows of the real one."""
    files = {
        "wrapper/twelvelabs_embed/limits/tables.py": "LIMITS: tuple[Limit, ...] = ()\n",
        "wrapper/twelvelabs_embed/talk.py": (
            "from models import Asset\n\n\n"
            "def wait(asset: Asset) -> bool:\n"
            "    return asset.status == 'ready'\n\n\n"
            "def ask(response):\n"
            "    status, type = response.status, 'a status of a type'\n"
            "    return response.embedding_scope\n\n\n"
            "def pause():\n"
            "    duration_sec = 4\n"
            "    return {'duration_sec': duration_sec, 'a_ms': 1, 'a_px': 2, 'a_bytes': 3,\n"
            "            'a_tokens': 4}\n"
        ),
        "wrapper/twelvelabs_embed/loud.py": (
            "duration_sec = sleep(other.duration_sec)\na = b.a_ms, b.a_px, b.a_bytes, b.a_tokens\n"
        ),
        f"{EMULATOR}/endpoints/assets.py": "def row():\n    return {'status': 1}\n",
        f"{EMULATOR}/server/endpoint.py": "def respond():\n    return {'status': 2}\n",
        f"{EMULATOR}/server/app.py": "def delete_asset():\n    pass\n",
        "emulator/twelvelabs_embed_emulator/PARITY.md": (
            "## Assets\n\n| a | grade |\n|---|---|\n| the `status` of assets | live |\n"
            "| its status | live |\n\n## Tasks\n\n| the `status` of tasks | live |\n"
        ),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CodeReferences:
    return CodeReferences(EARLIER, checkout(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def ours() -> CodeReferences:
    return CodeReferences(EARLIER)


def places(found: tuple[CodeReference, ...]) -> list[str]:
    return [f"{Path(one.file).name}:{one.line} {one.what}" for one in found]


def test_an_ambiguous_word_counts_only_with_its_owner(small: CodeReferences) -> None:
    assert places(small.of("Asset", "status")) == [
        "PARITY.md:5 PARITY: the `status` of assets",
        "assets.py:2 row",
        "talk.py:5 wait",
    ]
    assert places(small.of("ChunkInfo", "status")) == []


def test_what_is_new_belongs_beside_most_of_its_siblings(small: CodeReferences) -> None:
    assert places(small.of_siblings("Asset")) == [
        "PARITY.md:5 PARITY: the `status` of assets",
        "assets.py:2 row",
        "talk.py:5 wait",
    ]
    assert small.of_siblings("Unknown") == ()


def test_the_modules_of_bodies_and_the_sections_of_each_tag_exist(ours: CodeReferences) -> None:
    files = {file for files in MODULES.values() for file in files}
    assert [file for file in sorted(files) if not (ROOT / file).is_file()] == []
    operations = [one for item in EARLIER["paths"].values() for one in item.values()]
    tags = {tag for one in operations for tag in one["tags"]}
    assert MODULES.keys() == SECTIONS.keys() == tags
    about_all = {"", "Every endpoint", "The storage host", "State and time"}
    named = {section for sections in SECTIONS.values() for section in sections}
    assert {row.section for row in rows_of_parity(ROOT)} - about_all == named
    found = [one for one in ours.of("Asset", "filename") if one.file == PARITY]
    of_parameter = ours.of(property="filename", operation="GET /assets")
    assert [one for one in of_parameter if one.file == PARITY] == found
    text = (ROOT / PARITY).read_text("utf-8").splitlines()
    assert found
    assert all(text[one.line - 1].startswith(f"| {one.what[8:]} | ") for one in found)


def test_a_name_of_two_words_counts_everywhere(small: CodeReferences) -> None:
    assert places(small.of("EmbeddingData", "embedding_scope")) == ["talk.py:10 ask"]


def test_a_name_with_a_unit_counts_as_a_key(small: CodeReferences) -> None:
    found = places(small.of("AudioSegmentationFixed", "duration_sec"))
    limits = [one for one in found if one.startswith("tables.py:1 LIMITS: ")]
    assert [one.split(" ")[2] for one in limits] == ["max_fixed_sec", "min_fixed_sec"]
    assert [one for one in found if one not in limits] == ["talk.py:15 pause"]
    for name in ("a_ms", "a_px", "a_bytes", "a_tokens"):
        assert places(small.of("Asset", name)) == [f"talk.py:{15 + (name == 'a_tokens')} pause"]


def test_operations_are_found_by_their_ids(small: CodeReferences) -> None:
    found = places(small.of(operation="DELETE /assets/{asset_id}"))
    assert found == ["app.py:1 delete_asset"] == places(small.of(operation="delete_asset"))


def test_unknown_names_have_no_references(small: CodeReferences) -> None:
    assert (
        small.of("Unknown") == small.of("Asset", "nothing") == small.of(operation="GET /no") == ()
    )


def test_rows_of_limits_are_found_by_their_fields(ours: CodeReferences) -> None:
    """`duration_sec` of both kinds of segments has two rows; no other schema has them."""
    for schema in ("AudioSegmentationFixed", "VideoSegmentationFixedFixed"):
        rows = [one for one in ours.of(schema, "duration_sec") if "LIMITS" in one.what]
        assert [one.what.split()[1] for one in rows] == ["min_fixed_sec", "max_fixed_sec"]
        lines = (ROOT / rows[0].file).read_text().splitlines()
        assert all(lines[one.line - 1].startswith("    Limit(") for one in rows)
    words = [one.what for one in ours.of("VideoInputRequestEmbeddingScopeItem")]
    assert any(row.startswith("CHOICES: scopes of embedding_scope") for row in words)


def test_every_operation_is_found_in_wrapper_and_emulator(ours: CodeReferences) -> None:
    for path, item in EARLIER["paths"].items():
        for method in item:
            found = {one.file for one in ours.of(operation=f"{method.upper()} {path}")}
            assert "wrapper/twelvelabs_embed/_http/endpoints.py" in found
            assert "emulator/twelvelabs_embed_emulator/server/app.py" in found


@pytest.mark.parametrize(
    ("place", "property"),
    [
        (Place("operation", "GET /assets", "GET /assets"), None),
        (Place("request", "GET /assets", "parameter page_limit"), "page_limit"),
        (Place("response", "GET /assets 200", "GET /assets 200", path="page_info"), "page_info"),
    ],
)
def test_what_is_in_no_schema_is_found_by_its_operation(place: Place, property: str | None) -> None:
    references = CodeReferences(EARLIER)
    (change,) = merged([Change(ADDITIVE, place, "is otherwise")])
    found = references_of(change, references)
    assert found == references.of(property=property, operation="GET /assets")
    assert found
    assert references_of(replace(change, severity=COSMETIC), references) == ()


def test_each_word_of_a_file_is_found_with_its_kind_and_place() -> None:
    code = """import one.two as three
class Made(Base):
    async def make(self, given: int = 4) -> "text":
        send(other.post, field="value", **rest)
        client.get("first", default)["second"].pop()
        match given:
            case {"third": found}:
                return {"fourth": 5, **more, name: 6}
        return "fifth" in found or found in "sixth" or data.pop("seventh") or plain("eighth")
"""
    found = [astuple(one) for one in words(ast.parse(code), "")]
    assert [one[:3] for one in found if one[1] in ("key", "string", "argument", "parameter")] == [
        ("self", "parameter", 3), ("given", "parameter", 3),
        ("field", "argument", 4), ("", "argument", 4), ("value", "string", 4),
        ("second", "key", 5), ("first", "key", 5), ("first", "string", 5), ("second", "string", 5),
        ("third", "key", 7), ("third", "string", 7), ("fourth", "key", 8), ("fourth", "string", 8),
        ("fifth", "key", 9), ("fifth", "string", 9), ("sixth", "string", 9),
        ("seventh", "key", 9), ("seventh", "string", 9), ("eighth", "string", 9),
        ("text", "string", 3),  # what a function returns comes last
    ]  # fmt: skip
    assert found[:6] == [
        ("one.two", "name", 1, "", ""),
        ("Made", "name", 2, "Made", ""),
        ("Base", "name", 2, "Made", ""),
        ("make", "name", 3, "Made.make", ""),
        ("self", "parameter", 3, "Made.make", ""),
        ("given", "parameter", 3, "Made.make", ""),
    ]
    assert ("field", "argument", 4, "Made.make", "send") in found
    assert ("post", "attribute", 4, "Made.make", "") in found


def test_rows_have_the_values_and_operations_that_they_are_about() -> None:
    rows = list(rows_of_limits(ROOT, EARLIER))

    def known(endpoint: str) -> set[object]:
        return {one.quantity for one in rows if ENDPOINTS[endpoint] in one.operations}

    mb, gb = 2.0**20, 2.0**30
    assert known("multipart") == {("bytes", 10 * gb)}
    assert known("asset") == {("bytes", size) for size in (200 * mb, 4 * gb, 32 * mb, gb / 2)}
    assert known("sync") >= {("sources", 10), ("options", 2), ("ratio", 2.4), ("tokens", 500), None}
    assert {operation for one in rows for operation in one.operations} == set(ENDPOINTS.values())
    (dynamic,) = (one for one in rows if "min_dynamic_sec" in one.reference.what)
    assert dynamic.parts == {
        ("VideoInputRequest", "segmentation"),
        ("VideoSegmentationDynamic", "dynamic"),
        ("VideoSegmentationDynamicDynamic", "min_duration_sec"),
    }
