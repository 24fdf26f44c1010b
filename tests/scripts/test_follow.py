"""`scripts/follow`: its report and exit status, and the workflow that runs it."""

import sys
from pathlib import Path

import pytest
import yaml

from scripts.api_watch import follow
from scripts.api_watch.follow import Command, Following, main, markdown, newest_followed, shortened
from scripts.api_watch.sources import CONTRACT, ROOT, Source, load_source

NEWEST = newest_followed()
KNOWN = ROOT / "openapi" / "known-differences.yaml"


def followed(document: str, *commands: list[str]) -> Following:
    sources = load_source(document), load_source(NEWEST), load_source(CONTRACT)
    return follow.follow(*sources, KNOWN, commands)


@pytest.fixture
def lifted(tmp_path: Path) -> str:
    """The newest document with a longer file name."""
    text = Path(NEWEST).read_text("utf-8").replace('"maxLength":255', '"maxLength":300')
    (tmp_path / "next.json").write_text(text, "utf-8")
    return str(tmp_path / "next.json")


def test_nothing_is_left_to_do_for_the_newest_document() -> None:
    found = followed(NEWEST, ["-c", "print('done')"])
    assert found.status == 0
    text = "\n".join(markdown(found))
    assert "## To do" not in text
    assert "0 differences to decide, 0 stale entries" in text
    assert text.endswith("```text\ndone\n```")


def test_a_new_document_is_a_list_of_what_to_do_with_places(lifted: str) -> None:
    found = followed(lifted)
    assert found.status == 3
    text = "\n".join(markdown(found))
    assert "- [ ] additive `CreateAssetRequest.filename`" in text
    contract = (ROOT / CONTRACT).read_text("utf-8").splitlines()
    line = int(text.split(f"  - Contract {CONTRACT}:")[1].split("\n")[0])
    assert contract[line - 1].strip() == "filename:"
    assert "\n## What the vendor changed\n" in text
    assert "\n### Requests\n" in text


def test_a_failed_command_fails_and_shows_its_end() -> None:
    found = followed(NEWEST, ["-c", "import sys; print('a test failed'); sys.exit(1)"])
    assert found.status == 1
    text = "\n".join(markdown(found))
    assert "failed (1)." in text
    assert "a test failed" in text


def test_commands_run_in_the_checkout_with_this_python() -> None:
    code = "import os, sys; print(os.getcwd(), sys.executable)"
    assert follow.run(["-c", code]).output.split() == [str(ROOT), sys.executable]


def test_the_report_is_written_and_a_document_that_cannot_be_read_is_an_error(
    lifted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(follow, "run", lambda one: ran.append(one[1]) or Command(one[1], 0, ""))
    report = tmp_path / "report.md"
    assert main([lifted, "--report", str(report), "--no-tests"]) == 3
    assert report.read_text("utf-8") == capsys.readouterr().out
    assert ran == ["scripts.codegen.regenerate"]
    assert main([str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.startswith("scripts/follow: ")


def test_a_report_fits_a_pull_request() -> None:
    text = shortened("a line\n" * 20_000)
    assert len(text) < 65_536
    assert text.endswith("`scripts/follow` shows it.\n")


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
