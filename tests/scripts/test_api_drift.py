"""`scripts/api-drift`: our contract against a document in the vendor's style."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from scripts.api_watch.api_drift import KNOWN, drift, main
from scripts.api_watch.changes import ADDITIVE, BREAKING, TOLERATED, Change, Place
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.openapi_loader import Document, LoadError
from scripts.api_watch.patterns import Pattern, judged, like, read_patterns
from scripts.api_watch.schemas import STATED_LIMITS
from scripts.api_watch.sources import CONTRACT, ROOT, load_source
from scripts.api_watch.stated_limits import unknown_limits
from tests.scripts.small_documents import document, line

OURS = """
paths:
  /assets:
    get:
      operationId: list_assets
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/AssetList'}}}}
        '400': {content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}}
components:
  schemas:
    AssetList:
      type: object
      properties: {data: {type: array, items: {$ref: '#/components/schemas/Asset'}}}
    Asset:
      type: object
      description: What we say.
      required: [_id]
      properties:
        _id: {type: string}
        status: {$ref: '#/components/schemas/Status'}
        at: {type: [string, 'null'], format: date-time}
    Status: {type: string, enum: [ready, failed]}
    Error: {type: object, properties: {code: {type: string}}}
"""
# Hyphens, aliases, things in place, a reference to a response where a schema was meant, one that
# leads nowhere, and much that is not ours.
THEIRS = """
paths:
  /tasks/{id}: {get: {responses: {'200': {content: {a: {schema: {$ref: '#/nowhere'}}}}}}}
  /assets:
    get:
      operationId: list-assets
      tags: [Upload assets]
      summary: What they say.
      parameters:
        - $ref: '#/components/parameters/page'
        - {name: Content-Type, in: header, required: true, schema: {type: string}}
      responses:
        '200':
          content:
            application/json:
              schema:
                properties:
                  data: {type: array, items: {$ref: '#/components/schemas/Asset-alias'}}
        '400':
          content: {application/json: {schema: {$ref: '#/components/responses/generic-error'}}}
components:
  parameters:
    page: {name: page, in: query, required: false, schema: {type: integer, default: 1}}
  responses:
    generic-error: {content: {application/json: {schema: {properties: {code: {type: string}}}}}}
  schemas:
    Asset-alias: {$ref: '#/components/schemas/Asset'}
    Asset:
      allOf:
        - {properties: {_id: {type: string, description: The id.}}}
        - properties:
            status: {type: string, enum: [failed, ready]}
            at: {$ref: '#/components/schemas/created-at'}
            size: {type: integer, format: int64}
            lost: {$ref: '#/components/schemas/lost'}
    created-at: {oneOf: [{type: string, format: date-time}, {type: 'null'}]}
"""
DIFFERENCES = [
    "request additive parameter page: minimum 1 is gone",
    "response breaking Asset._id: is no longer required",
    "response additive Asset.size: new optional field: integer",
    "response additive Asset.lost: new optional field: anything",
]


def test_only_differences_of_substance_are_reported() -> None:
    theirs = document(THEIRS)
    found = drift(document(OURS), theirs, [])
    assert [line(entry.change) for entry in found.unknown] == DIFFERENCES
    assert found.dangling == ["#/components/schemas/lost"]


def test_what_is_known_is_passed_over_and_what_matches_nothing_is_stale() -> None:
    known = read_patterns("""
- {where: Asset._id, what: is no longer required, reason: It would be of no use.}
- {where: ['parameter page*'], what: ['minimum * is gone'], reason: Prose says it.}
- {where: 'Asset.data[]', what: '*', reason: Matches nothing.}
- {where: Asset.size, what: 'new optional field: string', reason: Another type.}
""")
    found = drift(document(OURS), document(THEIRS), known)
    assert [line(one) for changes in found.known.values() for one in changes] == [
        DIFFERENCES[1],
        DIFFERENCES[0],
    ]
    assert [line(entry.change) for entry in found.unknown] == DIFFERENCES[2:]
    assert found.stale == known[2:]


def test_only_a_star_is_special_in_what_is_known() -> None:
    assert like("AssetList.data[]", ["AssetList.data[]"])
    assert like("AssetList.data[]", ["Asset", "*[]"])
    assert not like("AssetList.data", ["AssetList.dat[a]", "AssetList.dat?", "AssetList"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[{where: Asset, what: '*'}]", "entry 1 lacks reason, severity"),
        ("[{what: '*', reason: r}]", "entry 1 lacks severity, where"),
        ("[{where: Asset, what: '*', reason: ' ', severity: additive}]", "entry 1 lacks a reason"),
        ("[", "the list is no YAML: "),
        (
            "[{where: a, what: b, reason: r, severity: Breaking}]",
            "entry 1 has the severity 'Breaking'; it can be cosmetic, additive, tolerated, brea",
        ),
    ],
)
def test_what_is_wrong_with_a_list_is_said(text: str, words: str) -> None:
    with pytest.raises(LoadError) as caught:
        read_patterns(text, severities=True)
    assert str(caught.value).startswith(words)


def test_entries_of_a_list_are_read_with_their_lines_and_the_last_one_judges() -> None:
    text = """- where: [A.*, B]
  what: is gone
  reason: |
    Two
    lines.
  use: GET /a
  severity: additive

- {where: A.a, what: [is *], reason: R., severity: tolerated}
"""
    first = Pattern(("A.*", "B"), ("is gone",), "Two lines.", "GET /a", 1, ADDITIVE)
    second = Pattern(("A.a",), ("is *",), "R.", None, 9, TOLERATED)
    assert read_patterns(text, severities=True) == [first, second]
    assert read_patterns(text) == [replace(one, severity=None) for one in (first, second)]
    assert read_patterns("") == []
    assert str(first) == "A.*, B: is gone"
    places = [Place("request", use, owner) for use, owner in
              (("GET /a", "A.a"), ("GET /a", "A.b"), ("GET /b", "A.b"))]  # fmt: skip
    changes = [Change(BREAKING, place, "is gone") for place in places]
    assert [one.severity for one in judged(changes, [first, second])] == [
        TOLERATED,
        ADDITIVE,
        BREAKING,
    ]
    assert judged(changes, read_patterns(text)) == changes


def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs, known = (tmp_path / name for name in ("ours.yaml", "theirs.yaml", "known.yaml"))
    ours.write_text(OURS, "utf-8")
    theirs.write_text(THEIRS, "utf-8")
    known.write_text("", "utf-8")
    arguments = [str(theirs), "--against", str(ours), "--known", str(known)]
    assert main(arguments) == 3
    shown = [one for one in capsys.readouterr().out.splitlines() if not one.startswith("  - See")]
    assert shown[2:] == [
        "4 differences that are not known, 0 that are.",
        "",
        "## Requests",
        "",
        "- additive `parameter page`: minimum 1 is gone (GET /assets)",
        "",
        "## Responses",
        "",
        "- **breaking** `Asset._id`: is no longer required (GET /assets 200)",
        "- additive `Asset.size`: new optional field: integer (GET /assets 200)",
        "- additive `Asset.lost`: new optional field: anything (GET /assets 200)",
        "",
        "## References to nothing",
        "",
        "- #/components/schemas/lost",
    ]
    known.write_text("[{where: '*', what: '*', reason: all of it}]", "utf-8")
    assert main(arguments) == 0
    known.write_text("[{where: Asset}]", "utf-8")
    assert main(arguments) == 2
    assert main([str(tmp_path / "none.yaml")]) == 2


NEWEST = "openapi/vendor/2026-11.json"


def test_nothing_in_the_newest_document_is_unknown_and_no_entry_is_stale(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([NEWEST]) == 0
    assert "\n0 differences that are not known" in capsys.readouterr().out


def test_each_limit_of_the_newest_document_is_missed_when_it_is_lifted() -> None:
    theirs = load_source(NEWEST).document()
    lifted = {
        f"{key} {node.pop(key)} is gone"
        for node in theirs.reached()
        for key in STATED_LIMITS
        if key in node and not isinstance(node[key], dict)
    }
    patterns = read_patterns(KNOWN.read_text("utf-8"))
    found = drift(load_source(CONTRACT).document(), theirs, patterns, allow_stale=True)
    assert lifted == {entry.change.text for entry in found.unknown}


def test_a_stale_entry_is_an_error_unless_the_document_is_an_older_one(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.yaml"
    known.write_text(
        "- {where: '*', what: '*', reason: All of it.}\n\n"
        "- {where: Asset._id, what: is gone, reason: Not so.}\n",
        "utf-8",
    )
    assert main(files) == 3
    assert "- Asset._id: is gone" in capsys.readouterr().out
    assert main([*files, "--ci"]) == 3
    assert capsys.readouterr().out.endswith(
        "/known.yaml,line=3,title=stale::Asset._id: is gone matches nothing\n"
    )
    assert main([*files, "--allow-stale"]) == 0


def test_an_entry_may_hold_for_one_operation_alone() -> None:
    known = read_patterns(
        "- {where: Asset._id, what: is no longer required, use: POST /assets 201, reason: R.}"
    )
    assert drift(document(OURS), document(THEIRS), known).stale == known


def test_programs_read_what_differs_where_and_what_is_known(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "known.yaml").write_text(
        "- {where: Asset._id, what: is no longer required, reason: Of no use.}\n"
        "- {where: Gone, what: '*', reason: R.}\n",
        "utf-8",
    )
    assert main([*files, "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    files_beside = {one["file"] for one in found["unknown"][2]["references_beside"]}
    assert files_beside
    assert all((ROOT / file).is_file() for file in files_beside)
    for one in (*found["unknown"], *found["known"][0]["changes"]):
        del one["references"], one["references_beside"]

    def change(line: str, subject: str, use: str, text: str) -> dict[str, object]:
        part, severity = line.split()
        shown = {"severity": severity, "part": part, "subjects": [subject], "text": text}
        return {**shown, "uses": [use], "python": []}

    asset = ("response additive", "GET /assets 200")
    assert found == {
        "ours": files[2],
        "theirs": files[0],
        "unknown": [
            change("request additive", "parameter page", "GET /assets", "minimum 1 is gone"),
            change(asset[0], "Asset.size", asset[1], "new optional field: integer"),
            change(asset[0], "Asset.lost", asset[1], "new optional field: anything"),
        ],
        "known": [
            {
                "reason": "Of no use.",
                "changes": [
                    change("response breaking", "Asset._id", asset[1], "is no longer required")
                ],
            }
        ],
        "stale": [{"where": ["Gone"], "what": ["*"], "reason": "R.", "line": 2}],
        "dangling": ["#/components/schemas/lost"],
    }


def test_github_reads_differences_at_the_line_of_our_contract(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.yaml"
    changed = (ROOT / CONTRACT).read_text("utf-8").replace("maxLength: 255", "maxLength: 99")
    theirs.write_text(changed.replace("maximum: 2147483647", "maximum: 5"), "utf-8")
    assert main([str(theirs), "--ci"]) == 3
    shown = capsys.readouterr().out.splitlines()
    stale = [shown.pop() for one in shown[:] if ",title=stale::" in one]
    numbers = [int(one.split(",line=")[1].split(",")[0]) for one in stale]
    rows = KNOWN.read_text("utf-8").splitlines()
    assert numbers
    assert all(rows[number - 1].startswith("- ") for number in numbers)
    assert all(one.startswith("::error file=openapi/known-differences.yaml,") for one in stale)
    lines = [int(one.split("line=")[1].split(",")[0]) for one in shown]
    text = (ROOT / CONTRACT).read_text("utf-8").splitlines()
    assert {text[line - 1].strip() for line in lines} == {"filename:", "max_sentences:"}


def test_limits_in_words_are_held_against_our_limits_as_data() -> None:
    theirs = load_source(CONTRACT).document().content
    post = theirs["paths"]["/embed-v2"]["post"]
    text = theirs["components"]["schemas"]["AudioInputRequest"]["properties"]["start_sec"]
    post["description"] = (
        "Images have up to 32 MB. Audio has at most 10 minutes, 36 MB in base64. At most 64 MB. "
        "The default is at most 65 MB. There are 66 MB. At most 67 pages. Ratio up to 1:2.4. "
        "Ratio up to 1:2.5. Width at most 9000 px. At most 9000 tokens. At most 1200 seconds."
    )
    post["parameters"] = [{"in": "query", "name": "a", "description": "At most 68 MB."}]
    text["description"] = "At most 69 MB."
    theirs["paths"]["/assets"]["get"]["description"] = "At most 70 MB."
    references = CodeReferences(load_source(CONTRACT).document().content)
    says = [
        (one.place.owner, one.text.partition("“")[2].partition("”")[0])
        for one in unknown_limits(Document("theirs", theirs), references)
        if one.place == Place("prose", one.place.owner, one.place.owner)
        if one.severity == ADDITIVE
    ]
    new = ("64 MB", "9000 tokens", "1200 seconds", "68 MB", "69 MB")
    more = ("Ratio up to 1:2.5.", "Width at most 9000 px.", *(f"At most {one}." for one in new))
    assert sorted(says) == sorted(("POST /embed-v2", one) for one in more)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The arguments that compare the two small documents; known.yaml is to be written."""
    for name, text in (("ours.yaml", OURS), ("theirs.yaml", THEIRS)):
        (tmp_path / name).write_text(text, "utf-8")
    against = ["--against", str(tmp_path / "ours.yaml")]
    return [str(tmp_path / "theirs.yaml"), *against, "--known", str(tmp_path / "known.yaml")]


def test_each_of_our_reasons_is_a_sentence() -> None:
    entries = yaml.safe_load(KNOWN.read_text("utf-8"))
    assert [e for e in entries if not str(e["reason"]).strip().endswith(".")] == []
