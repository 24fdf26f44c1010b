"""What is to go says what to use instead, at the line that uses it."""

import inspect

import pytest
from twelvelabs_embed._deprecation import deprecated, warn_deprecated


class Client:
    @deprecated(instead="client.embed()", since="0.4", until="1.0")
    def embed_text(self, text: str) -> str:
        """Embed a text."""
        return text.upper()

    @deprecated(instead="client.embed()", since="0.4", until="1.0")
    async def embed_later(self, text: str) -> str:
        return text.upper()


def test_a_call_is_told_of_where_it_is_made() -> None:
    message = (
        r"^Client.embed_text\(\) is deprecated since 0.4 and goes with 1.0. "
        r"Use client.embed\(\) instead.$"
    )
    with pytest.warns(DeprecationWarning, match=message) as told:
        assert Client().embed_text("a dog") == "A DOG"
    assert (told[0].filename, told[0].lineno) == (__file__, here() - 1)


async def test_so_is_an_awaited_one() -> None:
    with pytest.warns(DeprecationWarning, match="embed_later") as told:
        assert await Client().embed_later("a dog") == "A DOG"
    assert (told[0].filename, told[0].lineno) == (__file__, here() - 1)


def test_it_looks_as_before() -> None:
    assert list(inspect.signature(Client.embed_text).parameters) == ["self", "text"]
    assert Client.embed_text.__doc__ == "Embed a text."


def test_an_argument_is_told_of_where_it_is_given() -> None:
    def embed(timeout_sec: float | None = None) -> None:
        if timeout_sec is not None:
            warn_deprecated("embed(timeout_sec=)", instead="timeout", since="0.4", until="1.0")

    embed()
    with pytest.warns(DeprecationWarning, match="timeout_sec=") as told:
        embed(timeout_sec=3)
    assert (told[0].filename, told[0].lineno) == (__file__, here() - 1)


def here() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno
