"""Session: one call that validates the input, connects, embeds, saves and prints."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from twelvelabs_embed.cli import output_files, rendering
from twelvelabs_embed.cli.options import MediaSettings, Service, Settings
from twelvelabs_embed.cli.progress import Watcher, show_progress
from twelvelabs_embed.errors import (
    ApiConnectionError,
    MissingDependencyError,
    OutcomeUnknownError,
    UploadError,
    WaitTimeoutError,
)
from twelvelabs_embed.inputs import Document, Input, MultiInput, Source, Text
from twelvelabs_embed.inputs.media import Media

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.validation.routing import Route


def run(input: Input, settings: Settings) -> None:
    """Embed an input as the settings say."""
    if settings.emulator and settings.base_url:
        raise typer.BadParameter(
            "it excludes --base-url: give one of them.", param_hint="--emulator"
        )
    if settings.out:
        output_files.require_packages(settings.out)
    route_options = _route_options(settings)
    if settings.check:
        _validate(input, settings, route_options.get("route"))
    label = _label(input)
    # The tasks of an emulator end with it.
    later = None if settings.emulator else partial(typed, settings)
    with connected(settings, emulator=settings.emulator) as client:
        with show_progress(f"Embedding {label}", typed=later) as watcher:
            with reporting_interrupted_uploads(client, watcher, input):
                embeddings = client.embed(
                    input,
                    model=settings.model,
                    check=settings.check,
                    progress=watcher.update,
                    **_vector_options(settings),
                    **route_options,
                )
    deliver(embeddings, label, out=settings.out, json=settings.json)


def _route_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments of `client.embed` for the route; a text has none."""
    if not isinstance(settings, MediaSettings):
        return {}
    return {
        "route": settings.route.value if settings.route else None,
        "keep_asset": settings.keep_asset,
        "wait_sec": settings.wait_sec,
    }


def _vector_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments of `client.embed` for the vectors that were given."""
    options = {
        "dimension": settings.dimension,
        "uncertainty": settings.uncertainty or None,
        "auto_truncate": settings.auto_truncate or None,
    }
    return {name: value for name, value in options.items() if value is not None}


def _label(input: Input) -> str:
    match input:
        case Text():
            return "the text"
        case MultiInput(text=text, sources=sources):
            parts = ["the text"] if text else []
            return " and ".join([*parts, *([_joint(sources)] if sources else [])])
        case _:
            return input.media.label


def _joint(sources: Sequence[Source]) -> str:
    return sources[0].input.media.label if len(sources) == 1 else f"{len(sources)} sources"


def _validate(input: Input, settings: Settings, route: Any) -> None:
    """Raise what the service would reject, and show what may surprise."""
    from twelvelabs_embed.validation.media_probe import inspect_media
    from twelvelabs_embed.validation.planning import PlanOptions, plan_request

    facts = inspect_media(input)
    options = PlanOptions(
        model=settings.model,
        dimension=settings.dimension,
        uncertainty=settings.uncertainty,
        auto_truncate=settings.auto_truncate,
        route=route,
    )
    plan = plan_request(input, facts, options)
    plan.raise_if_invalid()
    if facts.via != "inline":  # nothing is known of links and assets
        return
    for warning in plan.warnings:
        rendering.show_note(warning)
    if route is None and not isinstance(input, Document):  # always a task
        _show_route(plan.route)


def _show_route(route: Route) -> None:
    """Show a note for routes that take a while."""
    if route.name == "task":
        rendering.show_note(f"{route.why}: a task embeds it")
    elif route.name == "asset":
        rendering.show_note(f"{route.why}: it is uploaded first")


def deliver(embeddings: Embeddings, label: str, *, out: Path | None, json: bool) -> None:
    """Save vectors and print them."""
    if out:
        output_files.save(embeddings, out)
        rendering.show_saved(embeddings, out)
    if json:
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
    """After Ctrl-C, show a note that a multipart upload can be resumed."""
    try:
        yield
    except KeyboardInterrupt:
        media = input if isinstance(input, Media) else getattr(input, "media", None)
        if media and _is_resumable(client, media):
            watcher.stop()
            watcher.note(f"{media.label} is partly uploaded; the same command resumes the upload")
        raise


def _is_resumable(client: TwelveLabs, media: Media) -> bool:
    path = str(media.value.resolve()) if isinstance(media.value, Path) else None
    return path in {entry.session.path for entry in client._resume_store().uploads()}


# -------------------------------------------------------------------------------------- connecting


@contextmanager
def connected(service: Service, *, emulator: bool = False) -> Generator[TwelveLabs]:
    """Yield a client of the service, or of an emulator that ends with it."""
    import httpx

    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.retry import RetryPolicy

    with ExitStack() as stack:
        api_key, base_url, http, resume_dir = None, service.base_url, None, None
        if emulator:
            base_url = stack.enter_context(_emulator())
            # No proxy of the environment between a process and itself.
            http = stack.enter_context(httpx.Client(trust_env=False))
            api_key = "emulator"
            # Its state is discarded: nothing can be resumed.
            resume_dir = stack.enter_context(TemporaryDirectory())
        client = TwelveLabs(
            api_key,
            base_url=base_url,
            timeout=service.timeout_sec,
            retry=RetryPolicy(attempts=service.max_retries + 1),
            http_client=http,
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


def require_emulator() -> None:
    """Import the emulator, which has its own import errors.

    Raises:
        MissingDependencyError: a package is missing that the extra `emulator` brings
    """
    import twelvelabs_embed_emulator

    try:
        _ = twelvelabs_embed_emulator.Emulator
    except ModuleNotFoundError as error:
        raise MissingDependencyError(str(error.name), "emulator") from error


@contextmanager
def _emulator() -> Generator[str]:
    require_emulator()
    from twelvelabs_embed_emulator import Emulator

    with Emulator() as emulator:
        yield emulator.base_url
    rendering.show_note("these vectors are from the emulator, and comparable only with its own")
