"""The data in a page: what is counted, linked and named."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from PIL import Image
from twelvelabs_embed import Segment, __version__
from twelvelabs_embed.bulk.failures import Failure, FailureGroup, write_errors
from twelvelabs_embed.bulk.tally import Usage
from twelvelabs_embed.report import ReportFacts, write_report
from twelvelabs_embed.report.loader import ReportDataset, Summary
from twelvelabs_embed.report.page import Query, ReportData, _as_document
from twelvelabs_embed.report.similarity import Compressed, Pair
from twelvelabs_embed.report.thumbnails import Thumbnail

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
    assert facts == ReportFacts(
        path=tmp_path / "report.html",
        size_bytes=facts.path.stat().st_size,
        **{"items": 2, "segments": 4, "all_items": 3, "all_segments": 6},
        **{"pairs": 1, "failures": 6, "thumbnails": 0},
        notes=["There are no pictures: the folder of the media is unknown."],
    )
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


def test_the_pairs_and_the_vectors_of_a_page_are_bounded(tmp_path: Path) -> None:
    near = random_vectors(1, 128) + random_vectors(130, 128) * 1e-3
    items = [as_item(f"{n}", near[n : n + 1]) for n in range(130)]
    facts = write_report(write_parts(tmp_path / "vectors", items), tmp_path / "report.html")
    document = document_of(facts.path)
    assert len(document["pairs"]) == facts.pairs == 100
    assert len(b64decode(document["rows"]["vectors"])) == 130 * 112


@pytest.mark.parametrize("is_noise", [False, True])
def test_the_pictures_of_a_page_are_bounded(tmp_path: Path, is_noise: bool) -> None:
    """In number, and in bytes."""
    picture = np.zeros((120, 160), np.uint8)
    if is_noise:
        picture += np.random.default_rng(0).integers(0, 256, picture.shape, np.uint8)
    Image.fromarray(picture).save(tmp_path / "a.png")
    names = [f"{n}.png" for n in range(310)]
    for name in names:
        (tmp_path / name).symlink_to("a.png")
    items = [as_item(name, random_vectors(1), input_type="image") for name in names]
    folder = write_parts(tmp_path / "vectors", items)
    facts = write_report(folder, tmp_path / "report.html", media=tmp_path)
    (size_bytes,) = {len(b64decode(data)) for *_, data in document_of(facts.path)["thumbnails"]}
    assert facts.thumbnails == min(300, 700_000 // size_bytes)
    assert (facts.thumbnails < 300) == is_noise


def unpacked(text: str, kind: str) -> list[float]:
    return np.frombuffer(b64decode(text), kind).tolist()


def test_all_that_a_page_has_of_a_dataset() -> None:
    """Integers are rounded, of the width that the page reads; scores and places fill theirs."""
    dataset = ReportDataset(
        model="marengo3.5",
        ids=["a.mp4", "words"],
        input_types=["video", "text"],
        item=np.array([0, 0, 1]),
        option=["visual", "audio", None],
        scope=["clip", "asset", None],
        start_sec=np.array([0.0, 1.5, np.nan]),
        end_sec=np.array([1.5, 3.0, np.nan]),
        vectors=np.eye(3, 4, dtype=np.float32),
        summary=Summary(
            {"text": 1, "video": 1}, 3.00049, {("visual", "clip"): 2, ("text", None): 1}
        ),
    )
    numbers = np.array([[127, -127], [0, 1], [2, 3]], np.int8)
    failure = Failure("b.mp4", None, "code", "why", "{}", 2, NOON)
    data = ReportData(
        title="films",
        made_at=NOON.replace(microsecond=9),
        dataset=dataset,
        compressed=Compressed(numbers, np.array([0.5, 0.25], np.float32), 0.01),
        places=np.array([[0, 1, 0.5], [1, 0, 0.25]], np.float32),
        queries=[Query("a dog", np.array([1, -1, 0.5], np.float32))],
        pairs=[Pair(0, 1, 0.987654, 3, 4)],
        min_score=0.9,
        thumbnails=[Thumbnail(0, 1.25, b"jpeg"), Thumbnail(1, None, b"png")],
        links={0: "../a.mp4"},
        failures=[FailureGroup("code", 7, [failure], [("why", 7)])],
        notes=["a note"],
        usage=Usage(
            runs=1, requests=2, retries=3, media_sec=4.5, tokens=5, waited_sec=6.5, run_sec=7.5
        ),
    )
    document = _as_document(data)
    rows, queries = document.pop("rows"), document.pop("queries")
    assert document == {
        "title": "films",
        "version": __version__,
        "madeAt": NOON.isoformat(timespec="seconds"),
        "model": "marengo3.5",
        "dimensions": 4,
        "summary": {
            "items": [("text", 1), ("video", 1)],
            "durationSec": 3.0,
            "vectors": [["text", "", 1], ["visual", "clip", 2]],
        },
        "error": 0.01,
        "notes": ["a note"],
        "items": [["a.mp4", "video", "../a.mp4"], ["words", "text", None]],
        "minScore": 0.9,
        "pairs": [[0, 1, 0.9877, 3, 4]],
        "thumbnails": [[0, 1.25, "anBlZw=="], [1, None, "cG5n"]],
        "failures": [
            {
                "code": "code",
                "count": 7,
                "messages": [["why", 7]],
                "items": [["b.mp4", "why", 2, NOON.isoformat(timespec="seconds")]],
            }
        ],
        "usage": {
            **{"runs": 1, "requests": 2, "retries": 3, "media_sec": 4.5, "tokens": 5},
            **{"waited_sec": 6.5, "run_sec": 7.5},
        },
    }
    assert rows.pop("count") == 3
    assert (rows.pop("options"), rows.pop("scopes")) == (["audio", "visual"], ["asset", "clip"])
    kinds = {"item": "<u4", "option": "u1", "scope": "u1", "x": "<u2", "y": "<u2"}
    kinds |= {"start": "<f4", "end": "<f4", "vectors": "i1", "steps": "<f4"}
    found = {name: unpacked(text, kinds[name]) for name, text in rows.items()}
    assert [np.isnan(found[name].pop()) for name in ("start", "end")] == [True, True]
    assert found == {
        "item": [0, 0, 1],
        "option": [1, 0, 255],
        "scope": [1, 0, 255],
        "start": [0, 1.5],
        "end": [1.5, 3],
        "x": [0, 65_535, 32_768],
        "y": [65_535, 0, 16_384],
        "vectors": [127, -127, 0, 1, 2, 3],
        "steps": [0.5, 0.25],
    }
    assert [query["text"] for query in queries] == ["a dog"]
    assert unpacked(queries[0]["scores"], "<i2") == [32_767, -32_767, 16_384]
    assert _as_document(evolve(data, usage=None))["usage"] is None
