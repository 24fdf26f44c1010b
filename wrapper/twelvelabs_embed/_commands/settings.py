"""The options that every embedding command has, each declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from attrs import fields_dict, frozen

from twelvelabs_embed._commands.saving import check_target
from twelvelabs_embed.limits import DEFAULT_MODEL

_OUTPUT = "Output"
_SERVICE = "Service"


def _check_timeout(value_sec: float) -> float:
    # Not by `min=`: "nan" is a number that no comparison refuses.
    if not 0 < value_sec <= 86_400:
        raise typer.BadParameter("it is more than 0 and at most 86400 seconds, which is a day.")
    return value_sec


@frozen(kw_only=True)
class Settings:
    """How an input is embedded and what is done with its vectors.

    The defaults of `timeout_sec` and `max_retries` are those of `TwelveLabs`, and a test compares
    them: importing them would make `--help` slow.
    """

    json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON document with the vectors instead of a table.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            callback=check_target,
            help="Also save the vectors: FILE.parquet with their segments, FILE.npy without. "
            "A file that exists is replaced.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    model: Annotated[
        str,
        typer.Option(metavar="NAME", help="The model that embeds.", rich_help_panel=_SERVICE),
    ] = DEFAULT_MODEL
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            help="See first whether the service would refuse the input.",
            rich_help_panel=_SERVICE,
        ),
    ] = True
    emulator: Annotated[
        bool,
        typer.Option(
            "--emulator",
            help="Ask an emulator that runs for this call only: no key, no network.",
            rich_help_panel=_SERVICE,
        ),
    ] = False
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address of the service; otherwise TWELVELABS_BASE_URL in the environment, "
            "otherwise the public one.",
            rich_help_panel=_SERVICE,
        ),
    ] = None
    timeout_sec: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            callback=_check_timeout,
            help="The longest wait for an answer.",
            rich_help_panel=_SERVICE,
        ),
    ] = 300
    max_retries: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="How often to try again when the service cannot be reached or is busy.",
            rich_help_panel=_SERVICE,
        ),
    ] = 7


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `Settings` behind its own.

    typer reads them off the signature; the command's own first parameter is a `Settings`.
    """
    hints = get_type_hints(Settings, include_extras=True)
    shared = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=attribute.default, annotation=hints[name]
        )
        for name, attribute in fields_dict(Settings).items()
    ]
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]

    def run(**values: Any) -> None:
        settings = Settings(**{name: values.pop(name) for name in fields_dict(Settings)})
        command(settings, **values)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {one.name: one.annotation for one in (*own, *shared)}
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    return run
