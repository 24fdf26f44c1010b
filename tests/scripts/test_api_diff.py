"""`scripts/api-diff`: where documents come from, what it shows, and how it ends."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from twelvelabs_embed._version import VERSION

from scripts.api_watch import api_drift, follow
from scripts.api_watch.api_diff import main, report, status
from scripts.api_watch.api_report import (
    bumped,
)
from scripts.api_watch.changes import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    Change,
    Place,
    Severity,
    merged,
)
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.entries import entries_of, field_of
from scripts.api_watch.openapi_loader import LoadError
from scripts.api_watch.sources import CONTRACT, ROOT, Source, load_range, load_source
from tests.scripts.small_documents import change_lines

OLD = """
paths:
  /embed-v2:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ask'}}}}
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Result'}}}}
  /other: {get: {responses: {}}}
components:
  schemas:
    Ask:
      properties:
        scope: {enum: [clip]}
    Result: {properties: {row: {type: string}, more: {type: string}}}
"""
NEW = OLD.replace("[clip]", "[clip, asset]").replace(", more: {type: string}", "")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW)):
        (tmp_path / name).write_text(text, "utf-8")
    return str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")


def test_a_reader_sees_what_breaks_first(
    pair: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*pair, "--no-python"]) == 4
    assert capsys.readouterr().out.splitlines() == [
        f"# What changed from {pair[0]} to {pair[1]}",
        "",
        "On the wire: 0 breaking for requests, 1 breaking for responses, 0 tolerated, 1 additive, "
        "0 cosmetic, 0 in descriptions.",
        "In Python: not requested.",
        f"Version: {VERSION} → **{bumped(VERSION, BREAKING)}** (breaking).",
        "",
        "## Requests",
        "",
        "- additive `Ask.scope`: also takes `asset` (POST /embed-v2)",
        "",
        "## Responses",
        "",
        "- **breaking** `Result.more`: field is gone (POST /embed-v2 200)",
    ]
    assert main([*pair, "--no-python", "--fail-on", "never"]) == 0
    assert main([*reversed(pair), "--no-python", "--fail-on", "breaking", "--ci"]) == 4
    shown = capsys.readouterr().out.splitlines()[-2:]
    assert [re.sub("file=.*?,title", "title", line) for line in shown] == [
        "::error title=request%3A Ask.scope::Ask.scope: no longer takes `asset` (POST /embed-v2)",
        "::notice title=response%3A Result.more"
        "::Result.more: new optional field: string (POST /embed-v2 200)",
    ]


def test_nothing_is_a_line_and_a_success(
    pair: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([pair[0], pair[0], "--no-python"]) == 0
    assert capsys.readouterr().out == (
        f"# What changed from {pair[0]} to {pair[0]}\n\nNothing, but for prose and spelling.\n"
    )


def test_programs_read_json(pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main([*pair, "--no-python", "--json"])
    counts = {"breaking for requests": 0, "breaking for responses": 1, "tolerated": 0}
    nothing: dict[str, list[str]] = {"python": [], "references": [], "references_beside": []}
    assert json.loads(capsys.readouterr().out) == {
        "old": pair[0],
        "new": pair[1],
        "severity": "breaking",
        "version": {"now": VERSION, "next": bumped(VERSION, BREAKING)},
        "counts": {**counts, "additive": 1, "cosmetic": 0, "in descriptions": 0},
        "changes": [
            {
                "severity": "additive",
                "part": "request",
                "subjects": ["Ask.scope"],
                "text": "also takes `asset`",
                "uses": ["POST /embed-v2"],
                **nothing,
            },
            {
                "severity": "breaking",
                "part": "response",
                "subjects": ["Result.more"],
                "text": "field is gone",
                "uses": ["POST /embed-v2 200"],
                **nothing,
            },
        ],
        "python_besides": [],
        "no_python": "not requested",
        "dangling": [],
    }


def test_references_to_nothing_are_named_with_their_document() -> None:
    new = NEW.replace("row: {type: string}", "row: {$ref: '#/b'}, more: {$ref: '#/a'}")
    found = report(Source("old", OLD), Source("new", new), python=False)
    assert (found.old, found.new, found.dangling) == ("old", "new", ("new: #/a", "new: #/b"))


@pytest.mark.parametrize(
    ("program", "usage"),
    [
        (
            main,
            "scripts/api-diff [-h] [--json | --ci] [--fail-on {additive,breaking,never}]"
            " [--no-python] [--since DATE] [--severities FILE] old [new]",
        ),
        (
            api_drift.main,
            "scripts/api-drift [-h] [--against AGAINST] [--known KNOWN] [--allow-stale]"
            " [--json | --ci] vendor_document",
        ),
        (
            follow.main,
            "scripts/follow [-h] [--since SINCE] [--against AGAINST] [--known KNOWN]"
            " [--report REPORT] [--tests TESTS] [--no-tests] document",
        ),
    ],
)
def test_options_and_what_they_take(
    program: Callable[[list[str]], int], usage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        program(["--help"])
    help_text = capsys.readouterr().out
    assert help_text.partition("\n\n")[0].split() == ["usage:", *usage.split()]
    assert "\nexit status:\n  0  " in help_text


@pytest.mark.parametrize(
    ("worst", "least", "expected"),
    [
        (None, ADDITIVE, 0),
        (COSMETIC, ADDITIVE, 0),
        (ADDITIVE, ADDITIVE, 3),
        (BREAKING, ADDITIVE, 4),
        (ADDITIVE, BREAKING, 0),
        (BREAKING, BREAKING, 4),
        (BREAKING, None, 0),
    ],
)
def test_the_exit_status_is_the_severity(
    worst: Severity | None, least: Severity | None, expected: int
) -> None:
    assert status(worst, least) == expected


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("", None),
        ("a", "a"),
        ("fixed.duration_sec", "duration_sec"),
        ("scopes[]", "scopes"),
        ("(fixed).fixed", "fixed"),
        ("rows[].part{}", "part"),
    ],
)
def test_the_field_of_a_path_is_its_last_name(path: str, field: str | None) -> None:
    assert field_of(Place("request", "POST /embed-v2", "Thing", path=path)) == field


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", "-C", root, *who, *arguments], check=True, capture_output=True)


def test_a_document_is_a_file_or_a_revision_of_ours(tmp_path: Path) -> None:
    contract = tmp_path / CONTRACT
    contract.parent.mkdir()
    contract.write_text(OLD, "utf-8")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    git(tmp_path, "tag", "v1")
    contract.write_text(NEW, "utf-8")
    for name in ("HEAD", "v1", f"v1:{CONTRACT}"):
        assert load_source(name, tmp_path).text == OLD
    assert load_source("v1", tmp_path).revision == "v1"
    assert load_source(CONTRACT, tmp_path).text == (ROOT / CONTRACT).read_text("utf-8")
    assert load_source(str(contract), tmp_path).text == NEW
    with pytest.raises(LoadError, match=rf"^v2 is no file, and not in git as v2:{CONTRACT}: "):
        load_source("v2", tmp_path)


@pytest.fixture
def dated(tmp_path: Path) -> Path:
    """A folder with three documents; the second differs from the first, the third does not."""
    for date, text in (("2026-03-27", OLD), ("2026-05-22", NEW), ("2026-07", NEW)):
        (tmp_path / f"{date}.yaml").write_text(text, "utf-8")
    return tmp_path


def test_a_folder_of_dated_documents_is_compared_step_by_step(
    dated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(dated), "--no-python"]) == 4
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in shown if line.startswith("# ")] == [
        "# What changed from 2026-03-27.yaml to 2026-05-22.yaml"
    ]
    assert shown[-1] == "1 of 2 steps changed something."
    assert main([str(dated), "--no-python", "--since", "2026-07"]) == 0
    assert capsys.readouterr().out == "0 of 1 steps changed something.\n"
    main([str(dated), "--no-python", "--json"])
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [(step["new"], len(step["changes"])) for step in steps] == [
        ("2026-05-22.yaml", 2),
        ("2026-07.yaml", 0),
    ]


def test_a_range_of_commits_has_a_step_for_each_that_changed_the_contract(tmp_path: Path) -> None:
    contract = tmp_path / CONTRACT
    contract.parent.mkdir()
    git(tmp_path, "init")
    for text in (OLD, NEW, NEW + "  # the end"):
        contract.write_text(text, "utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-m", "a change")
    (tmp_path / "other").touch()
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "of something else")
    found = load_range("HEAD~3..HEAD", tmp_path)
    assert [one.text for one in load_range(f"HEAD~3..HEAD~2:{CONTRACT}", tmp_path)] == [OLD, NEW]
    with pytest.raises(LoadError, match=r"^HEAD~3:other is no file, and not in git as "):
        load_range("HEAD~3..HEAD:other", tmp_path)
    assert [one.text for one in found] == [OLD, NEW, NEW + "  # the end"]
    assert all(one.date and one.is_ours for one in found[1:])
    with pytest.raises(LoadError, match=r"^HEAD~1\.\.HEAD has fewer than two documents$"):
        load_range("HEAD~1..HEAD", tmp_path)


def test_since_needs_a_range(pair: tuple[str, str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*pair, "--since", "2026-03"])


def test_a_list_of_severities_judges_otherwise(
    pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "severities.yaml"
    arguments = [*pair, "--no-python", "--severities", str(rules)]
    rules.write_text(
        "- {where: Result.*, what: field is gone, severity: cosmetic, reason: Nobody reads it.}",
        "utf-8",
    )
    assert main(arguments) == 3
    assert "- cosmetic `Result.more`: field is gone" in capsys.readouterr().out
    rules.write_text("[{where: '*', what: '*', severity: dire, reason: A word.}]", "utf-8")
    assert main(arguments) == 2
    assert "entry 1 has the severity 'dire'; it can be cosmetic" in capsys.readouterr().err


VENDORS = """
paths:
  /embed-v2:
    post:
      operationId: create
      tags: [embed]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ask'}}}}
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Result'}}}}
        '404': {content: {application/json: {schema: {$ref: '#/components/responses/lost'}}}}
  /other:
    get:
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/result'}}}}
components:
  schemas:
    Ask:
      type: object
      properties: {text: {type: string}, all: {$ref: '#/components/schemas/none'}}
    Result: {type: object, properties: {row: {type: string}, more: {type: object}}}
    result: {type: object, properties: {more: {type: object}}}
"""


@pytest.mark.slow
def test_names_in_python_are_compared_for_a_vendors_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names that collide elsewhere, references to nothing and missing descriptions do not count."""
    files = tmp_path / "old.yaml", tmp_path / "new.yaml"
    files[0].write_text(VENDORS, "utf-8")
    files[1].write_text(VENDORS.replace("row: {type: string}, ", ""), "utf-8")
    assert main([*map(str, files), "--json"]) == 4
    found = json.loads(capsys.readouterr().out)
    assert found["no_python"] == ""
    (gone,) = found["changes"]
    assert [name["name"] for name in gone["python"]] == ["models.Result.row"]


def test_what_is_new_is_shown_beside_its_siblings_and_a_number_beside_its_limit() -> None:
    contract = load_source(CONTRACT).document()
    references = CodeReferences(contract.content)
    place = Place("response", "GET /assets 200", "Asset", ("Asset",), path="entirely_new")
    limit = Place("prose", "POST /embed-v2", "POST /embed-v2")
    new, number = entries_of(
        merged(
            [
                Change(ADDITIVE, place, "new optional field: string"),
                Change(ADDITIVE, limit, "said “At most 36 MB”, says “At most 64 MB”"),
            ]
        ),
        references,
    )
    assert not new.references
    assert new.beside
    assert {one.file for one in number.references} == {"wrapper/twelvelabs_embed/limits/tables.py"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1", "doc is neither YAML nor JSON: "),
        ("{]", "doc is neither YAML nor JSON: "),
        ("just words", "doc is not an OpenAPI document: it has no `paths`"),
        ("paths: {/other: {get: {}}}", "doc has no operation on /embed-v2 or /assets"),
    ],
)
def test_what_is_no_document_is_said(text: str, words: str) -> None:
    with pytest.raises(LoadError) as caught:
        Source("doc", text).document()
    assert str(caught.value).startswith(words)


def test_an_unreadable_document_is_an_error_of_use(
    pair: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([pair[0], "no-such-revision"]) == 2
    assert capsys.readouterr().err.startswith("scripts/api-diff: no-such-revision is no file")


def test_requests_written_for_the_contract_of_february_work_today() -> None:
    """It is also the one test that compares whole contracts. What broke in responses is listed."""
    old, new = (load_source(name).document() for name in ("openapi/history/2026-02.yaml", CONTRACT))
    broken = [line for line in change_lines(old, new) if " breaking " in line]
    assert [line.split(": ")[0].removeprefix("response breaking ") for line in broken] == [
        "AudioEmbeddingMetadata.audio_embedding_options",  # in the singular today
        "AudioEmbeddingMetadata.audio_embedding_scopes",
        "ChunkInfo.uploaded_at",  # null while a chunk is pending
    ]
    assert change_lines(new, new) == []
    assert not old.dangling | new.dangling
