"""The tokens that a text counts for, before it is sent."""

from typing import Any

import pytest
from twelvelabs_embed import Audio, Image, Media, Text, TextImage
from twelvelabs_embed.batch.token_count import max_tokens


@pytest.mark.parametrize(
    ("input", "tokens"),
    [
        ("a dog", 5 + 3),
        (Text("ein Rüde"), 10 + 3),  # ü is two bytes, and three when it is taken apart
        ("\ufdfa", 33 + 3),  # one sign of Arabic script, normalized to four words
        ("\u2126", 3 + 3),  # the sign of ohm, normalized to a shorter one
        ("\ud800", 1 + 3),  # half a character, sent as ?
        ("a" * 4000, 500),  # the service takes no more
        (TextImage("a dog", b"..."), 5 + 3),
        (Image(b"..."), 0),
        (Audio("talk.wav"), 0),
        (Media.bytes(b"..."), 0),
    ],
)
def test_max_tokens(input: Any, tokens: int) -> None:
    assert max_tokens(input) == tokens


def test_max_tokens_of_a_model_without_known_limits() -> None:
    assert max_tokens("a" * 4000, "marengo9") == 4003
