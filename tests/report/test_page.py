"""The page in a real browser: looked at, clicked, and gone through with the keyboard."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import Segment
from twelvelabs_embed.report import write_report
from twelvelabs_embed.search.exact import Hit, search
from twelvelabs_embed_emulator import Emulator, samples

from tests.report.browser import Page
from tests.report.datasets import HOSTILE, NOON, QUERIES, Written, write_failures
from tests.search.part_files import as_item, random_vectors, write_parts

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

STATUS = "document.getElementById('status').textContent"
CHOSEN = "document.getElementById('query').selectedOptions[0].textContent"
FIRST_CARD = "document.querySelector('.card').innerText.split('\\n')"
FOCUSED = "document.activeElement"
ARIA_VALUE_TEXT = f"{FOCUSED}.getAttribute('aria-valuetext')"
ITEMS = "[...document.querySelectorAll('#items h3')].map(one => one.textContent)"


async def choose(page: Page, id: str, value: str) -> None:
    await page.run(
        f"""(() => {{
            const select = document.getElementById({id!r});
            select.value = {value!r};
            select.dispatchEvent(new Event("change"));
        }})()"""
    )


# ------------------------------------------------------------------------------------- what it is


async def test_the_page_says_what_it_shows(page: Page, films: Written) -> None:
    await page.open(films.page)
    assert await page.run("document.querySelector('h1').textContent") == "Films <b>"
    facts = await page.run("document.getElementById('facts').textContent")
    assert facts == "marengo3.0 · 22 November 2026"
    tiles = await page.run("[...document.querySelectorAll('.tile')].map(one => one.innerText)")
    figures = dict(tile.split("\n")[:2] for tile in (re.sub(r"\n+", "\n", one) for one in tiles))
    assert figures.pop("items") == "7"
    assert figures.pop("audio and video") == "1 min"
    assert figures.keys() >= {"visual vectors", "audio vectors", "image vectors", "text vectors"}
    assert sum(map(int, figures.values())) == films.facts.segments
    assert await page.run(STATUS) != ""
    assert len(await page.run(ITEMS)) == 7


async def test_it_is_one_file_that_asks_no_network(page: Page, films: Written) -> None:
    await page.open(films.page)
    assert page.requests == [films.page.resolve().as_uri()]
    fetched = await page.run("fetch('http://127.0.0.1:9/').then(() => 'sent', String)")
    assert "Failed to fetch" in fetched
    assert any("Content Security Policy" in failure for failure in page.failures)
    page.failures.clear()  # that was asked for


async def test_segments_can_be_played_where_their_files_are(page: Page, films: Written) -> None:
    await page.open(films.page)
    await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    await choose(page, "option", "audio")
    links = await page.run(
        "[...document.querySelectorAll('#table a')].map(one => one.getAttribute('href'))"
    )
    assert "media/waves.wav#t=0,6" in links
    assert "media/film.mkv#t=4,8" in links
    assert await page.run("document.getElementById('query-play').hidden")
    await page.run("document.querySelector('.card').click()")
    assert await page.run("document.getElementById('query-play').getAttribute('href')") in links


async def test_names_of_files_are_texts_whatever_they_hold(page: Page, films: Written) -> None:
    await page.open(films.page)
    await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert await page.run("typeof hacked") == "undefined"
    assert await page.run("document.title") == "Films <b> – dataset report"
    names = await page.run(ITEMS)
    shown = HOSTILE.replace("\n", "⏎").replace("\u202e", "\\u202e")
    assert shown in names
    assert shown in await page.run("document.getElementById('failures').textContent")
    assert await page.run("document.querySelectorAll('script').length") == 2


async def test_a_script_that_got_in_would_not_run(page: Page, films: Written) -> None:
    altered = films.page.with_name("altered.html")
    source = films.page.read_text(encoding="utf-8")
    altered.write_text(source.replace("<main>", "<main><script>hacked = 1</script>"))
    await page.open(altered)
    assert await page.run("typeof hacked") == "undefined"
    assert len(page.failures) == 1
    page.failures.clear()


# -------------------------------------------------------------------------------------- similarity


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
    await choose(page, "query", "1")
    assert QUERIES[1] in await page.run(STATUS)


async def test_a_click_on_a_segment_makes_it_the_query(page: Page, films: Written) -> None:
    await page.open(films.page)
    await choose(page, "order", "given")
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
    await choose(page, "order", "given")
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
    await choose(page, "query", "0")
    for step in range(400):
        await page.move(
            left + 16 + (step * 37) % (width - 32), top + 16 + (step * 23) % (height - 32)
        )
        if await page.run("!document.getElementById('tip').hidden"):
            break
    name = await page.run("document.querySelector('#tip bdi').textContent")
    await page.click(left + 16 + (step * 37) % (width - 32), top + 16 + (step * 23) % (height - 32))
    assert (await page.run(CHOSEN)).startswith(name), before


# ------------------------------------------------------------------------- filters, pages, sections


async def test_filters_choose_segments(page: Page, films: Written) -> None:
    await page.open(films.page)
    await choose(page, "option", "visual")
    await choose(page, "scope", "asset")
    assert (await page.run(STATUS)).startswith(f"3 of {films.facts.segments} segments")
    await page.run("document.getElementById('text').focus()")
    await page.type("LONG")
    assert (await page.run(STATUS)).startswith("1 of ")
    assert await page.run(ITEMS) == ["long.mkv"]
    await page.type("er than any")
    assert (await page.run(STATUS)).startswith("0 of ")
    assert "No segment matches" in await page.run("document.getElementById('items').textContent")


async def test_what_does_not_fit_is_turned_to(page: Page, many: Written) -> None:
    await page.open(many.page)
    first = await page.run(ITEMS)
    assert len(first) == 20
    await page.click_on("#items-pager button:last-child")
    second = await page.run(ITEMS)
    assert not set(first) & set(second)
    assert "21–40 of 1,250 items" in await page.run(
        "document.getElementById('items-pager').textContent"
    )
    assert await page.run(f"{FOCUSED}.textContent") == "Next"


async def test_the_timeline_of_the_query_is_found_on_its_page(page: Page, many: Written) -> None:
    await page.open(many.page)
    await choose(page, "order", "given")
    await page.run("document.querySelector('.card').focus()")
    await page.press("Enter")
    assert await page.run(f"{FOCUSED}.id") == "query"  # the card was made anew
    item = (await page.run(CHOSEN)).partition(" · ")[0]
    await page.run("document.getElementById('text').focus()")
    await page.type("nothing has this in its id")
    assert await page.run(ITEMS) == []
    await page.click_on("#query-timeline")
    assert await page.run(f"{FOCUSED}.getAttribute('aria-label')") == f"Segments of {item}"
    assert "the query" in await page.run(ARIA_VALUE_TEXT)


async def test_near_duplicates_are_shown_side_by_side(page: Page, films: Written) -> None:
    await page.open(films.page)
    pair = await page.run("document.querySelector('.pair').innerText")
    assert "film.mkv" in pair
    assert "copy.mp4" in pair
    assert re.search(r"1\.000.* (\d+) of \1 segments similar", pair.replace("\n", " "))


async def test_failures_are_grouped(page: Page, films: Written) -> None:
    await page.open(films.page)
    summaries = await page.run(
        "[...document.querySelectorAll('#failures summary')].map(one => one.textContent)"
    )
    assert summaries == ["video_duration_too_short 2 items", "bad_row 1 item"]
    assert await page.run("document.getElementById('failures-count').textContent") == "3"


async def test_messages_stand_above_the_table_only_where_they_are_repeated(
    page: Page, films: Written
) -> None:
    await page.open(films.page)
    lists = "[...document.querySelectorAll('#failures details')].map("
    lists += "one => one.querySelectorAll('.messages li').length)"
    assert sorted(await page.run(lists)) == [0, 1]


async def test_names_break_before_their_suffix(page: Page, films: Written) -> None:
    await page.open(films.page)
    names = await page.run("[...document.querySelectorAll('#items h3 .id')].map(e => e.innerHTML)")
    files = [name for name in names if re.search(r"\.\w{1,5}$", name)]
    assert files
    assert all("<wbr>." in name for name in files)


async def test_thumbnails_are_of_their_segments(page: Page, films: Written) -> None:
    await page.open(films.page)
    assert films.facts.thumbnails >= 3 + 3 + 2
    # A clip of the beach is shown by a picture that is blue at the top, as the sky is.
    await choose(page, "order", "given")
    await page.run("document.querySelector(\"[data-item='4'] canvas\").focus()")
    await page.press("Enter")
    assert (await page.run(CHOSEN)).startswith("beach.jpg")
    colour = await page.run(
        """(async () => {
            const image = document.getElementById("query-picture");
            await image.decode();
            const context = new OffscreenCanvas(8, 8).getContext("2d");
            context.drawImage(image, 0, 0, 8, 8);
            return [...context.getImageData(1, 1, 1, 1).data];
        })()"""
    )
    red, _, blue, _ = colour
    assert blue > red + 30


# ---------------------------------------------------------------------------- looks, sizes, readers


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_nothing_is_wider_than_the_window(page: Page, films: Written, width: int) -> None:
    await page.resize(width, 800)
    await page.open(films.page)
    await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert await page.run("document.documentElement.scrollWidth") <= width


async def test_both_themes_are_drawn(page: Page, films: Written) -> None:
    brightness = {}
    for theme in ("light", "dark"):
        await page.show_theme(theme)
        await page.open(films.page)
        brightness[theme] = await page.run(
            """(() => {
                const canvas = document.querySelector("#items canvas");
                const data = canvas.getContext("2d").getImageData(0, 0, 60, 20).data;
                let text = 0;
                for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) text = data[at];
                return text;
            })()"""
        )
    assert brightness["dark"] > brightness["light"] + 50  # the names of lanes


async def test_it_prints_without_controls(page: Page, films: Written) -> None:
    await page.open(films.page)
    pdf = await page.send("Page.printToPDF", printBackground=True)
    assert len(pdf["data"]) > 20_000
    await page.send("Emulation.setEmulatedMedia", media="print")
    shown = "getComputedStyle(document.querySelector('{}')).display"
    assert await page.run(shown.format(".pager")) == "none"
    assert await page.run(shown.format(".item")) != "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_stands_in_the_way_of_a_screen_reader(
    page: Page, films: Written, theme: str
) -> None:
    if not AXE.exists() and shutil.which("npm") is None:
        pytest.skip("axe-core is a node package, and node is not installed")
    assert AXE.exists(), "axe-core is not installed: run scripts/setup, which takes it from npm"
    await page.show_theme(theme)
    await page.open(films.page)
    await page.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    await page.run(AXE.read_text(encoding="utf-8") + "; 0")
    violations = await page.run(
        """axe.run().then(({ violations }) => violations.map(({ id, help, nodes: [first] }) =>
            [id, help, first.html.slice(0, 200), first.failureSummary]))"""
    )
    assert violations == []


async def test_ten_thousand_segments_make_a_small_page(page: Page, many: Written) -> None:
    assert many.facts.segments == 10_000
    assert many.facts.size_bytes < 2_300_000
    await page.open(many.page)
    await page.run("document.getElementById('table-details').open = true")
    assert await page.run("document.querySelectorAll('*').length") < 4_000
    await page.click_on(".card")
    assert await page.run("document.querySelectorAll('*').length") < 4_000


async def test_an_archive_in_which_everything_failed(page: Page, tmp_path: Path) -> None:
    write_failures(tmp_path)
    write_report(tmp_path, tmp_path / "report.html", made_at=NOON)
    await page.open(tmp_path / "report.html")
    assert "no segments" in await page.run(STATUS)
    assert await page.run("document.querySelectorAll('#failures summary').length") == 2


async def test_one_segment_is_enough(page: Page, tmp_path: Path) -> None:
    folder = write_parts(tmp_path, [as_item("one.mp4", random_vectors(1))])
    write_report(folder, tmp_path / "report.html", made_at=NOON)
    await page.open(tmp_path / "report.html")
    assert (await page.run(STATUS)).startswith("1 of 1 segment, compared with one.mp4")


@pytest.fixture
def client() -> Any:
    from twelvelabs_embed import TwelveLabs

    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as running:
        yield running
