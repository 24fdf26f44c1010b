"""Reports of `scripts/api-diff`: Markdown, JSON and annotations, of changes that are made up."""

from itertools import product

import pytest

from scripts.api_watch.api_report import (
    Report,
    annotations,
    as_json,
    bumped,
    in_message,
    in_property,
    line_of,
    lines,
    markdown,
)
from scripts.api_watch.changes import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    PARTS,
    TOLERATED,
    Change,
    Place,
    Severity,
    merged,
)
from scripts.api_watch.documented_rows import CodeReference
from scripts.api_watch.entries import Entry
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.sources import CONTRACT, ROOT, Source
from scripts.codegen.python_diff import PythonChange
from tests.scripts.small_documents import both_sides, change_lines
from tests.scripts.test_api_diff import NEW, OLD


def test_github_reads_annotations_with_the_line() -> None:
    """Of a file of the repository; the lines of another one would be wrong."""
    changes = merged(compare(Source("old", OLD).document(), Source("new", NEW).document()))
    report = Report("old", "new", tuple(Entry(change) for change in changes))
    inside = Source("new", NEW, file=ROOT / "openapi" / "some,where.yaml")
    assert list(annotations(report, inside)) == [
        "::notice file=openapi/some%2Cwhere.yaml,line=13,title=request%3A Ask.scope"
        "::Ask.scope: also takes `asset` (POST /embed-v2)",
        "::error file=openapi/some%2Cwhere.yaml,line=14,title=response%3A Result.more"
        "::Result.more: field is gone (POST /embed-v2 200)",
    ]
    assert f"file={CONTRACT},line=1," in next(annotations(report, Source("new", NEW)))


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("Ask.scope", 13),
        ("Result.(row, more)", 14),
        ("Old → Ask.(scope, more).none", 11),
        ("POST /embed-v2 200.more", 4),
        ("Nothing", 1),
    ],
)
def test_a_line_is_found_as_well_as_it_can_be(subject: str, line: int) -> None:
    assert line_of(subject, OLD) == line


@pytest.mark.parametrize(
    ("version", "severity", "expected"),
    [
        ("1.4.2", BREAKING, "2.0.0"),
        ("1.4.2", ADDITIVE, "1.5.0"),
        ("1.4.2", COSMETIC, "1.4.3"),
        ("0.4.2", BREAKING, "0.5.0"),
        ("0.4.2", ADDITIVE, "0.4.3"),
        ("0.4.2", COSMETIC, "0.4.3"),
        ("0.4.2", None, "0.4.2"),
    ],
)
def test_a_version_is_suggested(version: str, severity: Severity | None, expected: str) -> None:
    assert bumped(version, severity) == expected


def test_all_that_a_report_can_hold() -> None:
    """Python that breaks breaks even where the wire does not; what is long is shortened."""
    thing, other = merged(
        [
            *(
                Change(TOLERATED, Place("request", f"GET /{n}", f"T{n}", (f"O{n}",)), "is new")
                for n in range(8)
            ),
            Change(COSMETIC, Place("naming", "GET /a", "Old → New"), "is another name"),
        ]
    )
    long, gone, new = (
        PythonChange(f"models.{name}", "changed", breaking, text)
        for name, breaking, text in (
            ("Long", False, "x " * 60), ("Gone", True, "removed"), ("New", False, "")
        )
    )  # fmt: skip
    found = [CodeReference(f"wrapper/{name}.py", 7, "Class.method") for name in "abcde"]
    report = Report(
        "old", "new", (Entry(thing, (long,), tuple(found)), Entry(other, beside=tuple(found[:1]))),
        (gone, new), dangling=("old: #/a", "new: #/b"),
    )  # fmt: skip
    assert report.severity == BREAKING
    assert list(markdown(report, "0.1.0")) == [
        "# What changed from old to new\n",
        "On the wire: 0 breaking for requests, 0 breaking for responses, 1 tolerated, 0 additive, "
        "1 cosmetic, 0 in descriptions.",
        "In Python: 1 names break.",
        "Version: 0.1.0 → **0.2.0** (breaking).",
        "\n## Requests\n",
        "- tolerated `T0`, `T1`, `T2`, `T3`, `T4`, `T5` and 2 more: is new "
        "(GET /0, GET /1, GET /2 and 5 more)",
        f"  - Python: `models.Long` {'x ' * 49}x…",
        "  - See wrapper/a.py:7 Class.method, wrapper/b.py:7 Class.method, "
        "wrapper/c.py:7 Class.method, wrapper/d.py:7 Class.method and 1 more",
        "\n## Names\n",
        "- cosmetic `Old → New`: is another name",
        "  - See beside it wrapper/a.py:7 Class.method",
        "\n## Python names besides\n",
        "- **breaking** `models.Gone` removed",
        "- additive `models.New`",
        "\n## References to nothing\n",
        "- old: #/a",
        "- new: #/b",
    ]
    assert next(lines(report.entries[0], ours=True)).startswith("- tolerated `O0`, `O1`, ")
    assert list(annotations(report, Source("new", NEW)))[1:] == [
        f"::error file={CONTRACT},title=Python::models.Gone: removed"
    ]
    shown = as_json(report, "0.1.0")
    assert (shown["dangling"], shown["python_besides"]) == (
        report.dangling,
        [
            {"name": "models.Gone", "kind": "changed", "breaking": True, "text": "removed"},
            {"name": "models.New", "kind": "changed", "breaking": False, "text": ""},
        ],
    )
    first = shown["changes"][0]
    assert first["references"][0] == {"file": "wrapper/a.py", "line": 7, "what": "Class.method"}
    assert [one["name"] for one in first["python"]] == ["models.Long"]
    assert [len(one["references_beside"]) for one in shown["changes"]] == [0, 1]
    none = Report("old", "new", (), (gone,), no_python="; ".join(["a reason"] * 30))
    assert f"In Python: {none.no_python}." in list(markdown(none, "0.1.0"))


def test_each_part_has_a_heading_and_each_severity_a_word_and_a_count() -> None:
    found = merged(
        Change(severity, Place(part, "", part), "is otherwise")
        for severity, part in product(Severity, PARTS)
    )
    _, counts, *_ = shown = list(markdown(Report("a", "b", tuple(map(Entry, found))), "1.0.0"))
    assert counts == (
        "On the wire: 3 breaking for requests, 1 breaking for responses, 4 tolerated, 4 additive, "
        "4 cosmetic, 4 in descriptions."
    )
    headings = ("Operations", "Requests", "Responses", "Descriptions", "Names")
    badges = ("**breaking**", "tolerated", "additive", "cosmetic")
    assert shown[4:] == [
        line
        for heading, part in zip(headings, PARTS, strict=True)
        for line in (
            f"\n## {heading}\n",
            *(f"- {badge} `{part}`: is otherwise" for badge in badges),
        )
    ]


@pytest.mark.parametrize(
    ("text", "in_a_message", "in_a_property"),
    [("a%b\r\nc", "a%25b%0D%0Ac", "a%25b%0D%0Ac"), ("a: b, c", "a: b, c", "a%3A b%2C c")],
)
def test_workflow_commands_are_escaped(text: str, in_a_message: str, in_a_property: str) -> None:
    assert (in_message(text), in_property(text)) == (in_a_message, in_a_property)


def test_limits_that_say_nothing_new() -> None:
    nothing = "Thing: {minItems: 0, minLength: 0, minProperties: 0, uniqueItems: false}"
    assert change_lines(both_sides("Thing: {}"), both_sides(nothing)) == []
    said = "Thing: {description: At most 36 characters.}"
    stated = both_sides(said.replace("{", "{maxLength: 36, "))
    assert change_lines(both_sides(said), stated) == [
        "request cosmetic POST /embed-v2 body: maxLength 36 is now stated",
        "response cosmetic POST /embed-v2 200: maxLength 36 is now stated",
    ]
