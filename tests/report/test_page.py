"""The page in a real browser: its contents, filters, sizes and looks."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from twelvelabs_embed.report import write_report

from tests.report.browser import ARIA_VALUE_TEXT, CHOSEN, FOCUSED, ITEMS, STATUS, Page
from tests.report.datasets import HOSTILE, NOON, Written, write_failures
from tests.search.part_files import as_item, random_vectors, write_parts

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

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
    await page.choose("option", "audio")
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


# ------------------------------------------------------------------------- filters, pages, sections


async def test_filters_choose_segments(page: Page, films: Written) -> None:
    await page.open(films.page)
    await page.choose("option", "visual")
    await page.choose("scope", "asset")
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
    await page.choose("order", "given")
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
    await page.choose("order", "given")
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


async def test_a_dataset_in_which_everything_failed(page: Page, tmp_path: Path) -> None:
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
