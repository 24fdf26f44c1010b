"""Session: one call that validates the input, connects, embeds, saves and prints."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from twelvelabs_embed.cli import output_files, rendering
from twelvelabs_embed.cli.options import Output, Service, ServiceOrEmulator, Settings
from twelvelabs_embed.cli.progress import Watcher, show_progress
from twelvelabs_embed.errors import (
    ApiConnectionError,
    InvalidInputError,
    MissingDependencyError,
    OutcomeUnknownError,
    UploadError,
    Violation,
    WaitTimeoutError,
)
from twelvelabs_embed.inputs import Document, Input, MultiInput, Text
from twelvelabs_embed.inputs.media import Media

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.results.embeddings import Embeddings


def parse_text(argument: str) -> str:
    """Return the text of an argument; `-` reads it from standard input."""
    if argument != "-":
        return argument
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        value = f"standard input is not UTF-8 (byte {error.start})"
        hint = "Convert it first, for example: iconv -f latin1 -t utf-8"
        violation = Violation("text", value, "a text is read as UTF-8", hint)
        raise InvalidInputError([violation]) from error
    # `echo` and editors add a line end that is not part of the text.
    return text.removesuffix("\n").removesuffix("\r")


def parse_media(argument: str) -> str | Media:
    """Parse a path, a link or `asset:ID`."""
    scheme, colon, asset_id = argument.partition(":")
    return Media.asset(asset_id) if colon and scheme == "asset" else argument


def confirm(question: str) -> None:
    """Ask on a terminal whether to go ahead; without a terminal, `--yes` is needed."""
    if not sys.stdin.isatty():
        raise typer.BadParameter("without a terminal, add --yes.", param_hint="--yes")
    if not typer.confirm(question, err=True):
        raise typer.Exit(0)


def run(input: Input, settings: Settings, output: Output) -> None:
    """Embed an input as the settings say."""
    output_files.require_packages(output.out)
    if settings.check:
        _validate(input, settings)
    label = _label(input)
    # The tasks of an emulator end with it.
    later = None if settings.emulator else partial(typed, settings)
    with connected(settings) as client, show_progress(f"Embedding {label}", typed=later) as watcher:
        with reporting_interrupted_uploads(client, watcher, input):
            embeddings = client.embed(input, progress=watcher.update, **settings.arguments())
    deliver(embeddings, label, output)


def _label(input: Input) -> str:
    match input:
        case Text():
            return "the text"
        case MultiInput(text=text, sources=sources):
            several = f"{len(sources)} sources"
            media = sources[0].input.media.label if len(sources) == 1 else several
            return " and ".join(["the text"] * bool(text) + [media] * bool(sources))
        case _:
            return input.media.label


def _validate(input: Input, settings: Settings) -> None:
    """Raise what the service would reject, and show what may surprise."""
    from twelvelabs_embed.validation.media_probe import inspect_media
    from twelvelabs_embed.validation.planning import plan_request

    options = settings.plan_options()
    facts = inspect_media(input)
    plan = plan_request(input, facts, options)
    plan.raise_if_invalid()
    if facts.via != "inline":  # nothing is known of links and assets
        return
    for warning in plan.warnings:
        if warning not in plan.advice:  # which the library logs, and progress shows
            rendering.show_note(warning)
    if options.route is None and not isinstance(input, Document):  # always a task
        if plan.route.name == "task":
            rendering.show_note(f"{plan.route.why}: a task embeds it")
        elif plan.route.name == "asset":
            rendering.show_note(f"{plan.route.why}: it is uploaded first")


def deliver(embeddings: Embeddings, label: str, output: Output) -> None:
    """Save vectors and print them."""
    if output.out:
        output_files.save(embeddings, output.out)
        rendering.show_saved(embeddings, output.out)
    if output.json:
        rendering.print_json(rendering.as_document(embeddings))
    else:
        rendering.show_embeddings(embeddings, label)


# ------------------------------------------------------------------------------------ interruption


def typed(service: Service, *words: str) -> str:
    """Return a command to type, with the address if it was given."""
    return shlex.join(["twelvelabs-embed", *words, *_address(service)])


def _address(service: Service) -> list[str]:
    return ["--base-url", service.base_url] if service.base_url else []


@contextmanager
def reporting_interrupted_uploads(
    client: TwelveLabs, watcher: Watcher, input: Input | Media
) -> Generator[None]:
    """Show a note after Ctrl-C that a multipart upload can be resumed."""
    try:
        yield
    except KeyboardInterrupt:
        media = input if isinstance(input, Media) else getattr(input, "media", None)
        if media and isinstance(media.value, Path):
            path = str(media.value.resolve())
            if any(path == entry.session.path for entry in client._resume_store().uploads()):
                watcher.stop()
                text = f"{media.label} is partly uploaded; the same command resumes the upload"
                watcher.note(text)
        raise


# -------------------------------------------------------------------------------------- connecting


@contextmanager
def connected(service: Service) -> Generator[TwelveLabs]:
    """Yield a client of the service, or of an emulator that ends with it."""
    import httpx

    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.retry import RetryPolicy

    with ExitStack() as stack:
        api_key, base_url, http, resume_dir = None, service.base_url, None, None
        if isinstance(service, ServiceOrEmulator) and service.emulator:
            base_url = stack.enter_context(_emulator())
            # No proxy of the environment between a process and itself.
            http = stack.enter_context(httpx.Client(trust_env=False))
            api_key = token_hex(16)  # any key will do, but a word would be masked in messages
            # Its state is discarded: nothing can be resumed.
            resume_dir = stack.enter_context(TemporaryDirectory())
        client = TwelveLabs(
            api_key,
            base_url=base_url,
            timeout=service.timeout_sec,
            retry=RetryPolicy(attempts=service.max_retries + 1),
            httpx_client=http,
            resume_dir=resume_dir,
        )
        try:
            yield stack.enter_context(client)
        except ApiConnectionError as error:
            error.add_note(client.base_url)
            raise
        except (WaitTimeoutError, OutcomeUnknownError, UploadError) as error:
            for word in _address(service):
                error.add_note(shlex.quote(word))
            raise


@contextmanager
def _emulator() -> Generator[str]:
    import twelvelabs_embed_emulator

    try:
        emulator = twelvelabs_embed_emulator.Emulator()
    except ModuleNotFoundError as error:
        raise MissingDependencyError(str(error.name), "emulator") from error
    with emulator:
        yield emulator.base_url
    rendering.show_note("these vectors are from the emulator, and comparable only with its own")
