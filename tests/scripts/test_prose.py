"""Statements with numbers in descriptions."""

import pytest

from scripts.api_watch.changes import ADDITIVE, BREAKING, Severity
from scripts.api_watch.prose import changed_statements, quantities, statements

MB, GB = 2.0**20, 2.0**30


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
        "Some words. It will be deprecated soon."
    )
    assert [one.text for one in statements(description)] == [
        "Creates a video, up to 10 minutes long.",
        "Images: up to 32 MB",
        "It will be deprecated soon.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
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
