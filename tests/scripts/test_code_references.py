"""References of our code to parts of the contract: all of them, and no similar words."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from scripts.api_watch.changes import ADDITIVE, COSMETIC, Change, Place, merged
from scripts.api_watch.code_references import MODULES, CodeReferences
from scripts.api_watch.documented_rows import EMULATOR, CodeReference
from scripts.api_watch.entries import references_of

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
            "    return {'duration_sec': duration_sec}\n"
        ),
        "wrapper/twelvelabs_embed/loud.py": "duration_sec = sleep(other.duration_sec)\n",
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


def test_the_modules_of_bodies_exist() -> None:
    files = {file for files in MODULES.values() for file in files}
    assert [file for file in sorted(files) if not (ROOT / file).is_file()] == []


def test_a_name_of_two_words_counts_everywhere(small: CodeReferences) -> None:
    assert places(small.of("EmbeddingData", "embedding_scope")) == ["talk.py:10 ask"]


def test_a_name_with_a_unit_counts_as_a_key(small: CodeReferences) -> None:
    found = [one for one in small.of("AudioSegmentationFixed", "duration_sec") if one.line > 1]
    assert places(tuple(found)) == ["talk.py:15 pause"]


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
