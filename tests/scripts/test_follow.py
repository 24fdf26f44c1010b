"""`scripts/follow`: its report and exit status, and the workflow that runs it."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from scripts.api_watch import follow
from scripts.api_watch.follow import Command, Following, main, markdown, newest_followed, shortened
from scripts.api_watch.sources import CONTRACT, ROOT, Source, load_source

NEWEST = newest_followed()
KNOWN = ROOT / "openapi" / "known-differences.yaml"


def followed(document: str, *commands: list[str], known: Path = KNOWN) -> Following:
    sources = load_source(document), load_source(NEWEST), load_source(CONTRACT)
    return follow.follow(*sources, known, commands)


@pytest.fixture
def lifted(tmp_path: Path) -> str:
    """The newest document with a longer file name."""
    text = Path(NEWEST).read_text("utf-8").replace('"maxLength":255', '"maxLength":300')
    (tmp_path / "next.json").write_text(text, "utf-8")
    return str(tmp_path / "next.json")


def test_nothing_is_left_to_do_for_the_newest_document() -> None:
    found = followed(NEWEST, ["-c", r"print('  done\n\n')"])
    assert found.status == 0
    assert (found.since.old, found.since.new, found.ours.old, found.ours.new) == (
        NEWEST,
        NEWEST,
        "HEAD",
        CONTRACT,
    )
    title, ours, *others = markdown(found)
    assert title == f"# Following {found.drift.theirs}\n"
    assert re.fullmatch(
        r"- Our contract: 0 differences to decide, 0 stale entries, [1-9]\d+ known.", ours
    )
    command = r"""python -c 'print('"'"'  done\n\n'"'"')'"""
    changed = (
        others.index("\n## What our contract changes for users, since the last commit\n")
        if (found.ours.entries)
        else len(others)
    )
    assert others[:changed] == [
        f"- The vendor since {found.since.old}: 0 changes.",
        f"- `{command}`: passed.",
        f"\n## `{command}`\n\n```text",
        "  done",
        "```",
    ]


def test_a_new_document_is_a_list_of_what_to_do_with_places(lifted: str, tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    known.write_text(KNOWN.read_text("utf-8") + "- {where: Gone, what: '*', reason: R.}\n", "utf-8")
    found = followed(lifted, ["-c", "print(1); print(2); import sys; sys.exit(1)"], known=known)
    assert found.status == 1
    assert (found.since.no_python, found.ours.no_python) == ("", "not requested")
    assert replace(found, commands=()).status == 3
    text = "\n".join(markdown(found))
    assert ": 1 differences to decide, 1 stale entries, " in text
    assert (
        ": 1 changes.\n- `python -c 'print(1); print(2); import sys; sys.exit(1)'`: failed (1).\n"
        in text
    )
    to_do = text.partition("\n## To do\n\n")[2].partition("\n\n## ")[0].splitlines()
    assert to_do[:2] == [
        f"Change {CONTRACT}, or write it down in openapi/known-differences.yaml.",
        "",
    ]
    assert to_do[2].startswith("- [ ] additive `CreateAssetRequest.filename`, ")
    contract = (ROOT / CONTRACT).read_text("utf-8").splitlines()
    line = int(to_do[3].removeprefix(f"  - Contract {CONTRACT}:"))
    assert contract[line - 1].strip() == "filename:"
    assert to_do[4].startswith("  - See ")
    last = len(known.read_text("utf-8").splitlines())
    assert to_do[5:] == [f"- [ ] known-differences.yaml:{last} matches nothing: Gone: *"]
    assert "\n```text\n1\n2\n```\n" in text
    assert "\n## What the vendor changed\n" in text
    assert "\n### Requests\n" in text


def test_commands_run_in_the_checkout_with_this_python() -> None:
    code = "import os, sys; print(os.getcwd(), sys.executable, file=sys.stderr); sys.exit(7)"
    shown = f"python -c '{code}'"
    assert follow.run(["-c", code]) == Command(shown, 7, f"{ROOT} {sys.executable}\n")


def test_the_report_is_written_and_a_document_that_cannot_be_read_is_an_error(
    lifted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(follow, "run", lambda one: ran.append(" ".join(one)) or Command("", 0, ""))
    report = tmp_path / "report.md"
    assert main([lifted, "--report", str(report), "--no-tests"]) == 3
    assert report.read_text("utf-8") == capsys.readouterr().out
    assert main([lifted, "--tests", "tests/a 'tests/b c'", "--since", lifted]) == 3
    assert f"- The vendor since {lifted}: 0 changes.\n" in capsys.readouterr().out
    regenerate = "-m scripts.codegen.regenerate"
    assert ran == [regenerate, regenerate, "-m pytest -q tests/a tests/b c"]
    assert main([str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.startswith("scripts/follow: ")


def test_a_report_fits_a_pull_request() -> None:
    lines = "a line\n" * 20_000
    rest = "\n\nThe rest is omitted; `scripts/follow` shows it.\n"
    assert shortened(lines) == "a line\n" * 8570 + "a line" + rest
    assert shortened(lines[:60_000]) == lines[:60_000]


def test_the_workflow_runs_it_on_a_schedule_without_an_address_of_its_own() -> None:
    text = (ROOT / ".github/workflows/follow.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow[True]["schedule"]  # `on` is a truth value in YAML
    assert "scripts/follow " in text
    assert "vars.VENDOR_DOCUMENT" in workflow["jobs"]["follow"]["if"]
    assert "://" not in text


def test_the_newest_document_that_was_followed_is_the_last_by_name() -> None:
    assert Source(NEWEST, "").date == max(
        Source(file.name, "").date for file in (ROOT / "openapi/vendor").iterdir()
    )
