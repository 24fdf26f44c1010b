"""Embeddings in a notebook: facts, timeline, heat map and table."""

from __future__ import annotations

import io
import re
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image
from twelvelabs_embed.results.embeddings import Embeddings, Segment

from tests.results.made import NOTHING, make


def test_documents_in_a_notebook(document: Embeddings) -> None:
    html = document._repr_html_()
    assert "marengo3.5 · document · 512 document tokens · cut to fit" in html
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", html)
    assert heads == ["", "option", "scope", "start_page", "end_page", "quadrant", "vector"]


def pixels(html: str) -> Image.Image:
    """The heat map, read by another PNG reader."""
    data = re.search(r"data:image/png;base64,([^\"]+)", html)
    assert data
    return Image.open(io.BytesIO(b64decode(data[1])))


def test_html_has_facts_and_a_table(video: Embeddings) -> None:
    html = video._repr_html_()
    assert "4 × 2 · marengo3.0 · video · dog.mp4" in html
    assert re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", html)[:18] == [
        *("", "option", "scope", "start_sec", "end_sec", "vector"),
        *("0", "visual", "clip", "0", "4", "1.0000, 0.0000"),
        *("1", "visual", "clip", "4", "10", "0.0000, 2.0000"),
    ]
    (row, *_) = re.findall("<tr>(<td.*?)</tr>", html)
    assert re.sub("<[^>]*>", "", row) == "0visualclip041.0000, 0.0000"


def test_the_first_four_numbers_of_a_vector_are_shown() -> None:
    html = make([[1, 2, 3, 4, 5]])._repr_html_()
    assert "<b>Embeddings</b> 1 × 5 · " in html
    assert ">1.0000, 2.0000, 3.0000, 4.0000, …</td>" in html


def test_timeline_is_drawn_to_scale(video: Embeddings) -> None:
    """400 px for 10 s, after 100 px of label: blocks of 4 s and 6 s, and a line for the asset."""
    (svg,) = re.findall("<svg.*</svg>", video._repr_html_())
    tags = re.findall(r' viewBox="[^"]*"|<(?:text|path) [^>]*>[^<]*', svg)
    assert [re.sub("</?", "", tag).strip() for tag in tags] == [
        'viewBox="0 0 500 68"',
        'text x="0" y="14">visual',
        'path d="M100 2h160v15h-160zM100 19h400v2h-400z" fill="#4a90d9"/>',
        'path d="M260 2h240v15h-240z" fill="#4a90d9" fill-opacity="0.55"/>',
        'text x="0" y="40">audio',
        'path d="M100 28h160v15h-160z" fill="#e08a1e"/>',
        'path d="" fill="#e08a1e" fill-opacity="0.55"/>',
        'text x="100" y="64" fill-opacity="0.7">0 s',
        'text x="500" y="64" fill-opacity="0.7" text-anchor="end">10 s',
    ]


def test_long_names_of_lanes_are_cut() -> None:
    names = ["a" * 13, "b" * 14]
    html = make([[1]] * 2, [Segment(name, "clip", 0, 1) for name in names])._repr_html_()
    assert re.findall(r"<text [^>]*>([^<]*)</text>", html)[:2] == ["a" * 13, "b" * 12 + "…"]


def test_each_lane_of_a_timeline_has_a_colour_and_the_fifth_that_of_the_first() -> None:
    html = make([[1]] * 5, [Segment(option, "clip", 0, 1) for option in "abcde"])._repr_html_()
    fills = re.findall(r'<path [^>]*fill="(#[0-9a-f]{6})"', html)
    assert fills[0::2] == fills[1::2]
    *different, fifth = fills[0::2]
    assert (len(set(different)), fifth) == (4, different[0])


def test_timeline_begins_with_the_first_segment_and_shows_the_shortest() -> None:
    spans = [(100.0, 104.0), (104.0, 104.001), (105.0, 110.0)]
    segments = [Segment("visual", "clip", start_sec, end_sec) for start_sec, end_sec in spans]
    html = make([[1]] * 3, segments)._repr_html_()
    assert re.findall(r"<text [^>]*>([^<]*)</text>", html) == ["visual", "100 s", "110 s"]
    assert 'd="M100 2h160v15h-160zM300 2h200v15h-200z"' in html
    assert "M260 2h1v15h-1z" in html


@pytest.mark.parametrize(("rows", "last"), [(8, "0.0000"), (9, "1 more")])
def test_the_table_says_how_many_rows_it_omits(rows: int, last: str) -> None:
    html = make(np.zeros((rows, 1)))._repr_html_()
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html)[-1] == last


def test_a_link_is_named_where_there_is_no_file_name() -> None:
    url = "https://media.example.com/film.mp4"
    assert url in make([[1]], metadata={"input_url": url})._repr_html_()


def test_heat_map_shows_similarity(video: Embeddings) -> None:
    html = video._repr_html_()
    assert '<img width="150" height="150" alt="cosine similarity of rows"' in html
    picture = pixels(html)
    assert picture.size == (4, 4)
    yellow, dark = (253, 231, 37), (68, 1, 84)
    assert picture.getpixel((2, 2)) == yellow
    assert picture.getpixel((0, 3)) == dark
    assert picture.getpixel((3, 0)) == dark


def test_html_of_one_row_shows_its_numbers() -> None:
    html = make([[0, 1, 2, 3, 4]], input_type="text")._repr_html_()
    assert "its 5 numbers" in html
    assert ">0.00 <" in html
    assert " 4.00</div>" in html
    assert '<img width="400" height="24"' in html
    assert np.asarray(pixels(html))[0].tolist() == [
        [68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]
    ]  # fmt: skip
    assert "<svg" not in html
    assert "option" not in html


def test_html_of_nothing() -> None:
    html = NOTHING._repr_html_()
    assert "0 × 0" in html
    assert not re.search("<(svg|img|table)", html)


def test_html_of_zeros() -> None:
    assert pixels(make([[0, 0], [0, 0]])._repr_html_()).size == (2, 2)


def test_html_is_escaped() -> None:
    evil = "<script>alert('&')</script>"
    html = make(
        [[1], [2]],
        [Segment(evil, evil, 0.0, 1.0)] * 2,
        model=evil,
        input_type=evil,
        metadata={"input_filename": evil},
    )._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5


def test_html_of_hours_stays_small() -> None:
    rows = 20_000
    segments = [Segment("visual", "clip", 2.0 * row, 2.0 * row + 2) for row in range(rows)]
    html = make(np.ones((rows, 2)), segments)._repr_html_()
    assert len(html) < 30_000
    assert pixels(html).size == (64, 64)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html)[-1] == "19,992 more"
    assert "64 of the 20,000 rows" in html
