"""The data in a page: what is counted, linked and named."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import pytest
from twelvelabs_embed import Segment
from twelvelabs_embed.bulk.failures import Failure, write_errors
from twelvelabs_embed.report import write_report

from tests.report.datasets import NOON, document_of
from tests.search.part_files import as_item, random_vectors, write_parts


def test_facts_are_of_the_whole_dataset_also_of_what_a_sample_omits(tmp_path: Path) -> None:
    same = random_vectors(2)
    folders = []
    for name in "abc":
        folders.append(write_parts(tmp_path / name, [as_item(f"{name}.mp4", same)]))
        failures = [Failure(f"{name}{n}", None, "code", "why", "{}", 1, NOON) for n in range(2)]
        write_errors(folders[-1], failures)
    facts = write_report(folders, tmp_path / "report.html", max_segments=4)
    assert (facts.items, facts.segments, facts.all_items, facts.all_segments) == (2, 4, 3, 6)
    assert (facts.pairs, facts.failures) == (1, 6)
    document = document_of(facts.path)
    assert (len(document["items"]), len(document["pairs"])) == (2, 1)
    assert [group["count"] for group in document["failures"]] == [6]


def test_a_page_links_to_the_media_of_a_run_relative_to_itself(tmp_path: Path) -> None:
    names = ["a film.mp4", "a#1.wav", "beach.jpg", "gone.mp4"]
    types = ["video", "audio", "image", "video"]
    media = tmp_path / "media"
    media.mkdir()
    for name in names[:3]:
        (media / name).write_bytes(b"-")
    items = [as_item(n, random_vectors(1), input_type=t) for n, t in zip(names, types, strict=True)]
    folder = write_parts(tmp_path / "vectors", items)
    (folder / "run.json").write_text(json.dumps({"root": str(media)}))
    (tmp_path / "pages").mkdir()
    facts = write_report(folder, tmp_path / "pages" / "report.html")
    links = [link for _, _, link in document_of(facts.path)["items"]]
    assert links == ["../media/a%20film.mp4", "../media/a%231.wav", None, None]


def test_a_page_is_called_after_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_parts(tmp_path / "films", [as_item("a", random_vectors(1))])
    monkeypatch.chdir(folder)
    assert document_of(write_report(".", "report.html").path)["title"] == "films"


def test_more_labels_than_a_byte_numbers_are_none(tmp_path: Path) -> None:
    segments = [Segment(f"option-{number:03}", "clip", number, number + 1) for number in range(300)]
    items = [as_item("film", random_vectors(300), segments=segments)]
    items.append(as_item("a", random_vectors(1), segments=[Segment()], input_type="text"))
    facts = write_report(write_parts(tmp_path / "vectors", items), tmp_path / "report.html")
    rows = document_of(facts.path)["rows"]
    assert rows["options"] == [f"option-{number:03}" for number in range(255)]
    assert list(b64decode(rows["option"])) == [*range(255), *[255] * 46]
    assert rows["scopes"] == ["clip"]


def test_the_most_frequent_input_types_come_first(tmp_path: Path) -> None:
    kinds = ["audio", "video", "video", "image"]
    items = [as_item(f"{n}", random_vectors(1), input_type=t) for n, t in enumerate(kinds)]
    facts = write_report(write_parts(tmp_path / "vectors", items), tmp_path / "report.html")
    counts = [["video", 2], ["audio", 1], ["image", 1]]
    assert document_of(facts.path)["summary"]["items"] == counts
