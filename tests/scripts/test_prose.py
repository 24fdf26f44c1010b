"""Statements with numbers in descriptions."""

import pytest

from scripts.api_watch.changes import ADDITIVE, BREAKING, Severity
from scripts.api_watch.prose import (
    changed_statements,
    numbers_in,
    quantities,
    sentences,
    statements,
    unit_of,
)

MB, GB = 2.0**20, 2.0**30
COUNTED = """token character char word page item file image video row source segment chunk request
dimension sentence pair key part result asset embedding option upload attempt frame"""


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("bytes", 1, "byte bytes"),
        ("bytes", 2**10, "kb KiB kilobyte kilobytes"),
        ("bytes", 2**20, "mb MiB megabyte"),
        ("bytes", 2**30, "gb GiB gigabyte"),
        ("bytes", 2**40, "tb TiB terabyte"),
        ("s", 0.001, "ms millisecond"),
        ("s", 1, "s sec secs second"),
        ("s", 60, "min minute minutes"),
        ("s", 3600, "h hr hrs hour"),
        ("s", 86400, "day Days"),
        ("s", 604800, "week"),
        ("months", 1, "month"),
        ("months", 12, "year"),
        ("px", 1, "px pixel pixels"),
        ("percent", 1, "% percent"),
        ("fps", 1, "fps"),
        ("entitys", 1, "entity entities"),
        *((f"{word}s", 1, f"{word} {word}s {word}es") for word in COUNTED.split()),
    ],
)
def test_each_word_for_a_unit(unit: str, value: float, words: str) -> None:
    assert {unit_of(word) for word in words.split()} == {(unit, value)}


def test_numbers_in_words_count_with_times_alone() -> None:
    numbers = {
        "one": 1,
        "Two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "ten": 10,
    }
    for word, value in numbers.items():
        assert list(quantities(f"{word} seconds, {word} months, {word} files, max {word}")) == [
            ("s", value),
            ("months", value),
        ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Maximum file size: 5 MB", [("bytes", 5 * MB)]),
        ("200MB maximum for local files, 4GB for URLs", [("bytes", 200 * MB), ("bytes", 4 * GB)]),
        ("at most 4 GiB (4,294,967,296 bytes)", [("bytes", 4 * GB), ("bytes", 4 * GB)]),
        ("Maximum length: 1,000 tokens", [("tokens", 1000)]),
        ("a 4-hour video", [("s", 4 * 3600)]),
        ("2 to 10 seconds", [("s", 2), ("s", 10)]),
        ("expires after one hour and seven days", [("s", 3600), ("s", 7 * 86400)]),
        ("500 ms", [("s", 0.5)]),
        ("360x360 to 5184 x 2160 pixels", [("px", 360), ("px", 360), ("px", 5184), ("px", 2160)]),
        ("between 1:1 and 1:2.4", [("ratio", 1), ("ratio", 1), ("ratio", 1), ("ratio", 2.4)]),
        ("Default: 10", [("", 10)]),
        ("Max: 50.", [("", 50)]),
        ("between 1 and 255", [("", 1), ("", 255)]),
        ("up to 16 pages for each MB", [("pages", 16)]),
        ("50 % of the time", [("percent", 50)]),
        ("5 GB, 2 or 3 hours", [("bytes", 5 * GB), ("s", 7200), ("s", 10800)]),
        ("10–20 px, 2 x 3", [("px", 2), ("px", 3), ("px", 10), ("px", 20)]),
        ("1 to 5 and 7 files", [("files", 5), ("files", 7)]),
        ("Max 3, 1_000 bytes", [("bytes", 3), ("bytes", 1000)]),
        ("at 1.5:1, 2 MB or 3", [("ratio", 1.5), ("ratio", 1), ("bytes", 2 * MB)]),
        ("The limit is 5. Then 6 boxes", [("", 5)]),
        ("one of the following", []),
        ("marengo3.5, Marengo 3.5 and v1.3", []),
        ("/v1.3/guides/10 since 2026-11-01", []),
        ("RFC 3339, H.264, use start=21", []),
        ("the request fails with 409 Conflict", []),
    ],
)
def test_quantities_have_the_units_of_limits(
    sentence: str, expected: list[tuple[str, float]]
) -> None:
    assert list(quantities(sentence)) == expected


def test_a_description_is_read_without_its_markup() -> None:
    description = (
        "Creates a video,\nup to 10 minutes long. See [the page](/v1.3/limits#5-mb).\n"
        "- **Images**: <b>up to</b> `32 MB`\n"
        "- For example, 5 MB\n"
        "Some words. It will be deprecated soon. One has 7 examples. So does 7 MB, e.g. this."
    )
    assert numbers_in(description) == {600, 32 * MB, 5 * MB, 7 * MB}
    assert [one.text for one in statements(description)] == [
        "Creates a video, up to 10 minutes long.",
        "Images: up to 32 MB",
        "It will be deprecated soon.",
    ]


def test_sentences_lines_and_items_are_told_apart() -> None:
    description = (
        "* One\n+ Two\n  continues here\n• Three; Next part. And more\nheld on\n# Heading\n| a |\n"
        "\tat https://x.example/a <b>bold</b> [a link](/url#5) and **`code`**\n- - \n 5 MB\n"
    )
    assert list(sentences(description)) == [
        "One", "Two continues here", "Three;", "Next part.", "And more held on", "# Heading",
        "| a | at bold a link and code", "5 MB",
    ]  # fmt: skip


def test_each_statement_is_held_against_the_one_that_it_resembles() -> None:
    old = "Audio: up to 10 minutes\nImages: up to 5 MB\nSame: at most 7 pages\nOnly 3 files before"
    new = "Images: up to 8 MB\nSame: at most 7 pages\nAudio: up to 9 minutes\nKept for 2 weeks"
    assert list(changed_statements(old, new)) == [
        (BREAKING, "said “Audio: up to 10 minutes”, says “Audio: up to 9 minutes”"),
        (ADDITIVE, "said “Images: up to 5 MB”, says “Images: up to 8 MB”"),
        (ADDITIVE, "no longer says “Only 3 files before”"),
        (ADDITIVE, "says now “Kept for 2 weeks”"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Between 1 and 50 items.", "Between 2 and 50 items.", [BREAKING]),
        ("Between 1 and 50 items.", "Between 1 and 60 items.", [ADDITIVE]),
        ("At most 5 MB or 10 pages.", "At most 9 MB or 5 pages.", [BREAKING]),
        ("At most 5 MB or 10 pages.", "At most 9 MB or 15 pages.", [ADDITIVE]),
        ("At least 2 seconds, and 3 pages.", "At least 1 second, and 4 pages.", [BREAKING]),
        ("At most 5 MB of this.", "At most 4 MB, 2 hours of this.", [ADDITIVE]),
        ("If absent, it is 5 MB.", "If absent, it is 9 MB.", [BREAKING]),
        ("The default has at most 5 MB.", "The default has at most 9 MB.", [ADDITIVE]),
        ("At most 5 MB.", "At most 32 MB.", [ADDITIVE]),
        ("At most 32 MB.", "At most 5 MB.", [BREAKING]),
        ("At least 2 seconds.", "At least 4 seconds.", [BREAKING]),
        ("At least 4 seconds.", "At least 2 seconds.", [ADDITIVE]),
        ("Between 1 and 50 items.", "Between 1 and 20 items.", [BREAKING]),
        ("Between 1 and 50 items.", "Between 0 and 99 items.", [ADDITIVE]),
        ("The default is 10 items.", "The default is 20 items.", [BREAKING]),
        ("URLs last 1 hour.", "URLs last 2 hours.", [ADDITIVE]),
        ("A video.", "A video of at most 10 minutes.", [ADDITIVE]),
        ("A video of at most 10 minutes.", "A video.", [ADDITIVE]),
        ("At most 10 minutes.", "600 seconds are allowed.", []),
        (
            "Audio: up to 2 GB\nVideo: up to 4 GB",
            "Audio: up to 4 GB\nVideo: up to 4 GB",
            [ADDITIVE],
        ),
        ("A video.", "A video. It will be removed.", [ADDITIVE]),
    ],
)
def test_a_changed_number_has_the_severity_that_its_words_tell(
    old: str, new: str, expected: list[Severity]
) -> None:
    assert [severity for severity, _ in changed_statements(old, new)] == expected
