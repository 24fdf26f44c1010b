"""Similarity on the page: queries, the map and timelines, by mouse and by keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import Segment
from twelvelabs_embed.report import write_report
from twelvelabs_embed.search.exact import Hit, search
from twelvelabs_embed_emulator import Emulator, samples

from tests.report.browser import ARIA_VALUE_TEXT, CHOSEN, FIRST_CARD, FOCUSED, STATUS, Page
from tests.report.datasets import NOON, QUERIES, Written
from tests.search.part_files import as_item, random_vectors, write_parts


async def test_the_nearest_to_a_text_are_those_that_search_finds(
    page: Page, films: Written, client: Any
) -> None:
    await page.open(films.page)
    assert await page.run(CHOSEN) == f"“{QUERIES[0]}”"
    groups = await page.run(
        """[...document.querySelectorAll("#cards ol")].map((one) => [
            one.previousElementSibling.textContent,
            [...one.children].map(({innerText}) => innerText),
        ])"""
    )
    kinds = [kind for kind, _ in groups]
    assert set(kinds) >= {"visual", "audio", "image", "text"}
    for option in ("visual", "audio"):
        best: dict[str, float] = {}
        for hit in search(films.folder, QUERIES[0], client=client, option=option, top=1000):
            best.setdefault(hit.id, hit.score)
        shown = dict(groups)[option]
        assert len(shown) == len(best)  # each item once
        for text, (id, score) in zip(shown, best.items(), strict=True):
            assert id in text
            assert f" {option} " in f" {text} ".replace("\n", " ")
            assert text.endswith(f"{score:.2f}".replace("-", "−"))
    await page.choose("query", "1")
    assert QUERIES[1] in await page.run(STATUS)


async def test_a_click_on_a_segment_makes_it_the_query(page: Page, films: Written) -> None:
    await page.open(films.page)
    await page.choose("order", "given")
    # The first lane is 100 pixels from the left; in its middle is the clip of the train.
    _, _, width, _ = await page.box("[data-item='0'] canvas")
    await page.click_on("[data-item='0'] canvas", dx=100 + (width - 100) / 2, dy=8)
    chosen = await page.run(CHOSEN)
    assert re.match(r"film\.mkv · 0:04–0:08 · \w+ · clip", chosen)
    name, part, score = [line for line in await page.run(FIRST_CARD) if line]
    assert name == "copy.mp4"
    assert part.startswith("0:04–0:08")
    assert score == "1.00"
    assert "film.mkv 0:04–0:08" in await page.run(STATUS)


async def test_what_is_nearest_to_a_segment_is_no_other_part_of_its_item(
    page: Page, films: Written, tmp_path: Path
) -> None:
    """Also where nobody asked anything, and the first segment is the query."""
    write_report(films.folder, tmp_path / "report.html", made_at=NOON)
    await page.open(tmp_path / "report.html")
    assert (await page.run(CHOSEN)).startswith("film.mkv")
    names = await page.run("[...document.querySelectorAll('.card-name')].map(one => one.innerText)")
    assert names[0] == "copy.mp4"
    assert "film.mkv" not in names
    assert (await page.run("document.querySelector('#cards h3').textContent")) == (
        (await page.run(CHOSEN)).split(" · ")[2]
    )
    assert "Nearest: copy.mp4" in await page.run(STATUS)


@pytest.mark.parametrize(("start_sec", "tag"), [(0, "img"), (500, "span")])
async def test_a_segment_has_its_own_picture_or_none(
    page: Page, tmp_path: Path, start_sec: float, tag: str
) -> None:
    """Not the nearest one of its file."""
    samples.video(tmp_path / "film.mkv", fps=6)
    near, far = random_vectors(1, 64), random_vectors(1, 64, seed=1)
    clips = [Segment("visual", "clip", at, at + 6) for at in (start_sec, 500 - start_sec)]
    items = [
        as_item("query.mkv", near, segments=[Segment("visual", "clip", 0, 6)]),
        as_item("film.mkv", np.concatenate([near, far]), segments=clips),
    ]
    folder = write_parts(tmp_path / "vectors", items)
    facts = write_report(folder, tmp_path / "report.html", media=tmp_path, made_at=NOON)
    assert facts.thumbnails == 1
    await page.open(tmp_path / "report.html")
    card = await page.run("document.querySelector('.card').innerText")
    assert "film.mkv" in card
    assert await page.run("document.querySelector('.card').firstChild.localName") == tag


async def test_the_map_names_items_and_names_do_not_cover_each_other(
    page: Page, films: Written, many: Written
) -> None:
    labels = "Number(document.getElementById('plane').dataset.labels)"
    await page.open(films.page)
    await page.run("new Promise(requestAnimationFrame)")
    assert 4 <= await page.run(labels) <= 7  # one for each item
    await page.resize(360, 800)
    await page.open(many.page)
    await page.run("new Promise(requestAnimationFrame)")
    assert 3 <= await page.run(labels) <= 12


async def test_similarities_to_a_segment_are_near_the_exact_ones(page: Page, many: Written) -> None:
    await page.open(many.page)
    await page.run("document.getElementById('table-details').open = true")
    hits = search(many.folder, _first_vector(many), top=200)
    exact = {(hit.id, _time(hit), hit.segment.option or "–"): hit.score for hit in hits}
    rows = await page.run(
        """[...document.querySelectorAll("#table tr")].map(
            (row) => [...row.cells].map((cell) => cell.textContent))"""
    )
    found = [(exact.get((id, time, option)), score) for score, id, _, time, option, *_ in rows]
    assert len(rows) == 50
    assert all(score is not None for score, _ in found)  # the same ones, among 10,000
    assert max(abs(score - float(said)) for score, said in found if score) < 0.05


def _first_vector(written: Written) -> np.ndarray:
    from twelvelabs_embed.bulk.part_files import scan, vectors_of

    return vectors_of(next(scan(written.folder)))[0]


def _time(hit: Hit) -> str:
    start_sec, end_sec = hit.segment.start_sec, hit.segment.end_sec
    if start_sec is None or end_sec is None:
        return "–"
    return "–".join(f"{sec // 60:.0f}:{sec % 60:02.0f}" for sec in (start_sec, end_sec))


# ------------------------------------------------------------------------------------- the keyboard


async def test_the_timelines_can_be_gone_through_by_keyboard(page: Page, films: Written) -> None:
    await page.open(films.page)
    await page.choose("order", "given")
    await page.run("document.getElementById('order').focus()")
    await page.press("Tab")
    assert await page.run(f"{FOCUSED}.getAttribute('aria-label')") == "Segments of film.mkv"
    for key in ("ArrowUp", "ArrowUp", "Home"):
        await page.press(key)
    first = await page.run(ARIA_VALUE_TEXT)
    assert "0:00–0:04" in first
    await page.press("ArrowRight")
    assert "0:04–0:08" in await page.run(ARIA_VALUE_TEXT)
    await page.press("ArrowDown")
    other = await page.run(ARIA_VALUE_TEXT)
    assert "0:04–0:08" in other
    assert other.split(" · ")[1] != first.split(" · ")[1]
    await page.press("End")
    assert "asset" in await page.run(ARIA_VALUE_TEXT)
    await page.press("Enter")
    assert "asset" in await page.run(CHOSEN)
    assert await page.run(f"{FOCUSED}.getAttribute('aria-label')") == "Segments of film.mkv"
    assert "the query" in await page.run(ARIA_VALUE_TEXT)


async def test_focus_can_be_seen(page: Page, films: Written) -> None:
    await page.open(films.page)
    for _ in range(30):
        await page.press("Tab")
        seen = await page.run(
            f"""(() => {{
                const style = getComputedStyle({FOCUSED}.closest(".plane") ?? {FOCUSED});
                return [style.outlineStyle, parseFloat(style.outlineWidth)];
            }})()"""
        )
        assert seen[0] != "none"
        assert seen[1] >= 2


async def test_the_map_can_be_clicked_and_gone_through(page: Page, films: Written) -> None:
    await page.open(films.page)
    left, top, width, height = await page.box("#plane")
    await page.run("document.getElementById('plane').focus()")
    await page.press("ArrowRight")
    said = "document.getElementById('map-status').textContent"
    first = await page.run(said)
    assert "similarity" in first
    moved = set()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        await page.press(key)
        moved.add(await page.run(said))
    assert len(moved) > 1
    await page.press("Enter")
    assert "“" not in await page.run(CHOSEN)
    await page.press("+")
    await page.press("0")
    # The query has a ring around its dot: find it, and what is there.
    before = await page.run(CHOSEN)
    await page.choose("query", "0")
    for step in range(400):
        await page.move(
            left + 16 + (step * 37) % (width - 32), top + 16 + (step * 23) % (height - 32)
        )
        if await page.run("!document.getElementById('tip').hidden"):
            break
    name = await page.run("document.querySelector('#tip bdi').textContent")
    await page.click(left + 16 + (step * 37) % (width - 32), top + 16 + (step * 23) % (height - 32))
    assert (await page.run(CHOSEN)).startswith(name), before


@pytest.fixture
def client() -> Any:
    from twelvelabs_embed import TwelveLabs

    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as running:
        yield running
