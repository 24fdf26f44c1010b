"""One call: check the input, connect, embed, save and show."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import typer

from twelvelabs_embed._commands import saving, showing
from twelvelabs_embed._commands.settings import Settings
from twelvelabs_embed.errors import ApiConnectionError, InvalidInputError
from twelvelabs_embed.inputs import Input, Text

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs


def run(input: Input, settings: Settings) -> None:
    """Embed an input as the settings say."""
    if settings.emulator and settings.base_url:
        raise typer.BadParameter(
            "the emulator has an address of its own: give one of the two.", param_hint="--emulator"
        )
    if settings.out:
        saving.require_parts(settings.out)
    label = "the text" if isinstance(input, Text) else input.media.label
    if settings.check:
        _check(input, settings.model)
    with _connected(settings) as client, showing.waiting(f"Embedding {label}"):
        embeddings = client.embed(input, model=settings.model, check=False)
    if settings.out:
        saving.save(embeddings, settings.out)
        showing.show_saved(embeddings, settings.out)
    if settings.json:
        showing.print_json(showing.as_document(embeddings))
    else:
        showing.show_embeddings(embeddings, label)


def _check(input: Input, model: str) -> None:
    """Refuse what the service would refuse, and tell what may surprise."""
    from twelvelabs_embed.checks import examine, notes, problems

    facts = examine(input)
    if found := problems(input, facts, model=model):
        raise InvalidInputError(found)
    if facts.route == "inline":  # of links and assets nothing is known, which surprises nobody
        for note in notes(input, facts, model=model):
            showing.show_note(note)


@contextmanager
def _connected(settings: Settings) -> Generator[TwelveLabs]:
    """A client of the service, or of an emulator that lives as long."""
    import httpx

    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.retry import RetryPolicy

    with ExitStack() as stack:
        api_key, base_url, http = None, settings.base_url, None
        if settings.emulator:
            base_url = stack.enter_context(_emulator())
            # No proxy of the environment stands between two ends of one process.
            http = stack.enter_context(httpx.Client(trust_env=False))
            api_key = "emulator"
        client = TwelveLabs(
            api_key,
            base_url=base_url,
            timeout=settings.timeout_sec,
            retry=RetryPolicy(attempts=settings.max_retries + 1),
            http_client=http,
        )
        try:
            yield stack.enter_context(client)
        except ApiConnectionError as error:
            error.add_note(client.base_url)
            raise


@contextmanager
def _emulator() -> Generator[str]:
    from twelvelabs_embed_emulator import Emulator

    with Emulator() as emulator:
        yield emulator.base_url
    showing.show_note("these vectors come from the emulator and mean nothing outside it")
