"""What a report is made of: which items, which pairs, which pictures, how near its numbers are."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from twelvelabs_embed import InvalidInputError, Segment
from twelvelabs_embed.bulk.failures import Failure, write_errors
from twelvelabs_embed.report import write_report
from twelvelabs_embed.report.loader import ReportDataset, Summary, group_failures, load
from twelvelabs_embed.report.thumbnails import make_thumbnails
from twelvelabs_embed.results.vectors import unit
from twelvelabs_embed_emulator import samples

from tests.report.datasets import HOSTILE, NOON, Written, document_of
from tests.search.part_files import as_item, random_vectors, write_parts

# --------------------------------------------------------------------------------- which are shown


def test_load_reads_all_rows(tmp_path: Path) -> None:
    films = [as_item(f"{place}.mp4", random_vectors(3, seed=place)) for place in range(4)]
    text = as_item("words", random_vectors(1), segments=[Segment()], input_type="text")
    dataset = load([write_parts(tmp_path, films[:2], [*films[2:], text])], 100)
    assert list(dataset.ids) == ["0.mp4", "1.mp4", "2.mp4", "3.mp4", "words"]
    assert list(dataset.input_types) == ["video"] * 4 + ["text"]
    assert dataset.item.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]
    assert dataset.option[-2:] == ["visual", None]
    assert dataset.start_sec[:3].tolist() == [0, 6, 12]
    assert np.isnan(dataset.end_sec[-1])
    assert np.linalg.norm(dataset.vectors, axis=1) == pytest.approx(1)
    assert "vectors=array" not in repr(dataset)
    counts = {("visual", "clip"): 12, ("text", None): 1}
    assert dataset.summary == Summary({"video": 4, "text": 1}, 4 * 18, counts)


def test_a_dataset_of_which_everything_failed_is_empty(tmp_path: Path) -> None:
    write_errors(tmp_path, [Failure("a", None, "code", "why", "{}", 1, NOON)])
    dataset = load([tmp_path], 100)
    assert (dataset.model, len(dataset), len(dataset.ids)) == ("", 0, 0)
    assert dataset.vectors.shape == (0, 0)
    assert dataset.summary == Summary({}, 0, {})


def test_the_duration_of_an_item_is_from_its_first_start_to_its_last_end(tmp_path: Path) -> None:
    """Also where only some of its segments have times; what has none, such as a text, has none."""
    spans = [(None, None), (4.0, 6.0), (2.0, 3.0), (None, None)]
    segments = [Segment("visual", "clip", *span) for span in spans]
    text = as_item("words", random_vectors(1), segments=[Segment()], input_type="text")
    films = [as_item(id, random_vectors(4), segments=segments) for id in "ab"]
    folder = write_parts(tmp_path, [films[0], text, films[1]])
    assert load([folder], 100).summary.duration_sec == 2 * 4


def test_a_signature_in_an_id_is_not_shown(tmp_path: Path) -> None:
    link = "https://media.example.com/a.mp4"
    folder = write_parts(tmp_path, [as_item(f"{link}?X-Amz-Signature=5ec", random_vectors(1))])
    (id,) = load([folder], 100).ids
    assert id.startswith(link)
    assert "5ec" not in id


@pytest.mark.parametrize("most", [100, 105])
def test_the_sample_has_whole_items_and_is_reproducible(tmp_path: Path, most: int) -> None:
    items = [as_item(f"{place}", random_vectors(10, seed=place)) for place in range(30)]
    folder = write_parts(tmp_path, items[:15], items[15:])
    dataset = load([folder], most)
    assert len(dataset.ids) == 10
    assert np.bincount(dataset.item).tolist() == [10] * 10
    assert dataset.summary.items == {"video": 30}
    assert sum(dataset.summary.vectors.values()) == 300
    assert load([folder], most).ids == dataset.ids
    places = [int(id) for id in dataset.ids]
    assert places == sorted(places)
    for item, id in enumerate(dataset.ids):
        own = unit(random_vectors(10, seed=int(id)))
        assert np.array_equal(dataset.vectors[dataset.item == item], own)


def test_an_item_across_two_batches_counts_once(tmp_path: Path) -> None:
    """Rows are read 16,384 at a time; items of three rows do not end there."""
    count = 16_384 // 3 + 2
    items = [as_item(f"{place:05}", random_vectors(3, 2, seed=place)) for place in range(count)]
    dataset = load([write_parts(tmp_path, items)], 3 * count)
    assert dataset.summary.items == {"video": count}
    assert len(dataset.ids) == count
    assert np.bincount(dataset.item).tolist() == [3] * count


def test_the_sample_has_at_least_one_item(tmp_path: Path) -> None:
    folder = write_parts(tmp_path, [as_item("long", random_vectors(50))])
    assert len(load([folder], 10)) == 50


@pytest.mark.parametrize("name", ["folder", "path", "media"])
def test_an_empty_path_is_rejected_by_its_name(tmp_path: Path, name: str) -> None:
    folder = write_parts(tmp_path / "vectors", [as_item("a", random_vectors(1))])
    paths = {"folder": folder, "path": tmp_path / "report.html", "media": tmp_path, name: ""}
    with pytest.raises(InvalidInputError) as raised:
        write_report(**paths)
    assert [one.field for one in raised.value.violations] == [name]


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_parts_is_rejected(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInputError, match="Give the folder that a run wrote"):
        write_report(tmp_path / name, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_failures_are_grouped_and_their_number_is_bounded(tmp_path: Path) -> None:
    said = ["one", "two", "two"]
    write_errors(
        tmp_path,
        [Failure(f"{n}", "video", "often", said[n % 3], "{}", 1, NOON) for n in range(300)]
        + [Failure("x", None, "seldom", "three", "{}", 0, NOON)],
    )
    often, seldom = group_failures([tmp_path])
    assert (often.code, often.count, len(often.failures)) == ("often", 300, 200)
    assert often.messages == [("two", 200), ("one", 100)]
    assert (seldom.code, seldom.count) == ("seldom", 1)


# ------------------------------------------------------------------------------------- pictures


def media_dataset(root: Path, *ids: str) -> ReportDataset:
    types = {".jpg": "image", ".png": "image", ".mkv": "video", ".mp4": "video"}
    items = [
        as_item(id, random_vectors(2), input_type=types.get(Path(id).suffix, "image")) for id in ids
    ]
    return load([write_parts(root / "vectors", items)], 100)


def test_videos_have_a_picture_of_each_clip(tmp_path: Path) -> None:
    samples.video(tmp_path / "film.mkv", fps=6)
    dataset = media_dataset(tmp_path, "film.mkv")
    found = make_thumbnails(dataset, tmp_path, max_count=10, max_bytes=100_000)
    assert [one.item for one in found] == [0, 0]
    second, first = (one.time_sec or 0.0 for one in found)  # the middle first
    assert 0 <= first < 6 <= second < 12
    for one in found:
        assert one.jpeg.startswith(b"\xff\xd8\xff")
        assert len(one.jpeg) < 8_000


def test_each_video_has_a_picture_of_a_clip_before_one_has_a_second(tmp_path: Path) -> None:
    spans = [("clip", 0, 6), ("clip", 6, 12), ("asset", 0, 12)]  # those of clips are enough
    segments = [Segment("visual", *span) for span in spans]
    names = ("a.mkv", "b.mkv")
    for name in names:
        samples.video(tmp_path / name, fps=6)
    items = [as_item(name, random_vectors(3), segments=segments) for name in names]
    dataset = load([write_parts(tmp_path / "vectors", items)], 100)
    found = make_thumbnails(dataset, tmp_path, max_count=10, max_bytes=100_000)
    assert [one.item for one in found] == [0, 1, 0, 1]


def test_a_video_whose_title_is_not_utf8_has_a_picture(tmp_path: Path) -> None:
    path = samples.video(tmp_path / "film.mkv", fps=6)
    # What FFmpeg wrote itself with, which is a text of the file as a title is.
    data = path.read_bytes()
    assert data.count(b"Lavf") >= 1
    path.write_bytes(data.replace(b"Lavf", b"\xe9avf"))
    found = make_thumbnails(
        media_dataset(tmp_path, "film.mkv"), tmp_path, max_count=10, max_bytes=100_000
    )
    assert len(found) == 2


def test_only_files_inside_the_folder_are_opened(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    samples.image(tmp_path / "secret.jpg")
    samples.image(media / "own.jpg")
    (media / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    outside = ("../secret.jpg", str(tmp_path / "secret.jpg"), "link.jpg", "a\0b", "x" * 5000)
    dataset = media_dataset(tmp_path, *outside, "own.jpg")
    found = make_thumbnails(dataset, media, max_count=10, max_bytes=100_000)
    assert [dataset.ids[one.item] for one in found] == ["own.jpg"]


def test_unreadable_files_have_no_picture(tmp_path: Path) -> None:
    (tmp_path / "fake.mp4").write_text("no film")
    (tmp_path / "fake.jpg").write_bytes(b"\xff\xd8\xff and no more")
    (tmp_path / "list.mkv").write_text("#EXTM3U\n/etc/hostname\n")
    samples.image(tmp_path / "good.png")
    dataset = media_dataset(tmp_path, "fake.mp4", "fake.jpg", "list.mkv", "good.png")
    found = make_thumbnails(dataset, tmp_path, max_count=10, max_bytes=100_000)
    assert [dataset.ids[one.item] for one in found] == ["good.png"]


def test_pictures_are_bounded_in_number_and_bytes(tmp_path: Path) -> None:
    names = [f"{place}.jpg" for place in range(8)]
    for place, name in enumerate(names):
        samples.image(tmp_path / name, width=200, height=150, scene=place)
    dataset = media_dataset(tmp_path, *names)
    few = make_thumbnails(dataset, tmp_path, max_count=3, max_bytes=100_000)
    assert [one.item for one in few] == [1, 4, 6]  # evenly spread
    small = make_thumbnails(dataset, tmp_path, max_count=8, max_bytes=6_000)
    assert 0 < sum(len(one.jpeg) for one in small) <= 6_000


def test_a_decompression_bomb_is_skipped(tmp_path: Path) -> None:
    Image.new("1", (20_000, 6_000)).save(tmp_path / "large.png")
    dataset = media_dataset(tmp_path, "large.png")
    assert make_thumbnails(dataset, tmp_path, max_count=8, max_bytes=6_000) == []


# ------------------------------------------------------------------------------------- the file


def test_the_page_is_one_file_and_nothing_in_it_ends_its_data_early(films: Written) -> None:
    page = films.page.read_text(encoding="utf-8")
    assert page.count("</script>") == 2  # the data and the program
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page) == []
    assert HOSTILE in [id for id, _, _ in document_of(films.page)["items"]]
    assert "<title>Films &lt;b&gt;" in page
    assert films.facts.size_bytes == films.page.stat().st_size


def test_the_page_is_written_atomically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_parts(tmp_path / "vectors", [as_item("film", random_vectors(2))])
    page = tmp_path / "report.html"
    page.write_text("the one before")

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_report(folder, page)
    assert page.read_text() == "the one before"
    assert sorted(os.listdir(tmp_path)) == ["report.html", "vectors"]


def test_pages_are_reproducible(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "vectors", [as_item("film", random_vectors(9))])
    for name in ("one.html", "two.html"):
        write_report(folder, tmp_path / name, made_at=NOON)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_note_explains_missing_pictures(tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "vectors", [as_item("film.mp4", random_vectors(2))])
    unknown = write_report(folder, tmp_path / "report.html")
    assert unknown.notes == ["There are no pictures: the folder of the media is unknown."]
    (folder / "run.json").write_text(json.dumps({"root": str(tmp_path / "gone")}))
    assert write_report(folder, tmp_path / "report.html").notes == unknown.notes
    elsewhere = write_report(folder, tmp_path / "report.html", media=tmp_path)
    assert "no id is the path of a file" in elsewhere.notes[0]
    texts = write_parts(
        tmp_path / "texts",
        [as_item("a", random_vectors(1), segments=[Segment()], input_type="text")],
    )
    assert write_report(texts, tmp_path / "report.html").notes == []
