"""`twelvelabs-embed report`, as a person sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner import run_here
from tests.report.datasets import Written
from tests.search.part_files import as_item, random_vectors, write_parts


def test_it_says_what_it_wrote(films: Written, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = run_here(
        "report",
        str(films.folder),
        "-o",
        str(page),
        "--query",
        "a dog",
        "--title",
        "T",
        "--emulator",
    )
    assert ran.status == 0, ran.err
    assert page.exists()
    counts = "7 items, 53 segments, 3 pairs of near duplicates, 3 failures"
    assert ran.out.startswith(f"Wrote {page} (")
    assert ran.out.rstrip().endswith(counts)
    assert "“" not in ran.out


def test_without_a_query_no_service_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://127.0.0.1:9")
    for name in ("TWELVE_LABS_API_KEY", "TWELVELABS_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    folder = write_parts(tmp_path / "vectors", [as_item("film.mp4", random_vectors(2))])
    ran = run_here("report", str(folder), "-o", str(tmp_path / "r.html"), "--json")
    assert ran.status == 0, ran.err
    assert ran.json["segments"] == ran.json["all_segments"] == 2
    assert ran.json["path"] == str(tmp_path / "r.html")
    assert "Note: There are no pictures" in ran.err


def test_a_sample_says_so(tmp_path: Path) -> None:
    items = [as_item(f"{place}", random_vectors(2)) for place in range(9)]
    folder = write_parts(tmp_path / "vectors", items)
    ran = run_here("report", str(folder), "-o", str(tmp_path / "r.html"), "--max-segments", "6")
    assert "3 items, 6 of 18 segments" in ran.out


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["missing"], 1, "'missing' is not a folder"),
        (["vectors", "-o", "no/r.html"], 2, "there is no folder 'no'"),
        (["vectors", "-o", "vectors"], 2, "is a folder; give the name of a file in it"),
        (["vectors", "--min-score", "nan"], 2, "0.001 to 1"),
        (["vectors", "--media", "none"], 2, "'none' does not exist"),
    ],
)
def test_what_cannot_be_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], status: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_parts(tmp_path / "vectors", [as_item("film.mp4", random_vectors(2))])
    ran = run_here("report", *words)
    assert ran.status == status
    assert says in " ".join(ran.err.replace("│", " ").split())
