"""`scripts/api-drift`: our contract against a document in the vendor's style."""

from pathlib import Path

import pytest
import yaml

from scripts.api_watch.api_drift import KNOWN, drift, main
from scripts.api_watch.openapi_loader import LoadError
from scripts.api_watch.patterns import like, read_patterns
from scripts.api_watch.sources import CONTRACT, load_source
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
    "entry",
    [
        "{where: Asset, what: '*'}",
        "{what: '*', reason: r}",
        "{where: Asset, what: '*', reason: ''}",
    ],
)
def test_a_known_difference_needs_its_place_its_words_and_its_reason(entry: str) -> None:
    with pytest.raises(LoadError, match=r"^entry 1 lacks (reason|where|a reason)$"):
        read_patterns(f"[{entry}]")


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


def test_our_list_speaks_of_what_our_contracts_have() -> None:
    """A name that is gone from the contract leaves an entry that never matches again."""
    schemas = set[str]()
    for name in ("openapi/history/2026-02.yaml", CONTRACT):
        schemas |= load_source(name).document().content["components"]["schemas"].keys()
    subjects = [where for entry in read_patterns(KNOWN.read_text("utf-8")) for where in entry.where]
    names = {where.split(".")[0].split("[")[0] for where in subjects}
    plain = {name for name in names if not set(name) & set("* /")}
    assert plain
    assert plain <= schemas


def test_each_of_our_reasons_is_a_sentence() -> None:
    entries = yaml.safe_load(KNOWN.read_text("utf-8"))
    assert [e for e in entries if not str(e["reason"]).strip().endswith(".")] == []
