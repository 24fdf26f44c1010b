"""Options shared by several commands, each declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_type_hints

import typer
from attrs import fields_dict, frozen

from twelvelabs_embed.cli.output_files import check_target
from twelvelabs_embed.limits.tables import DEFAULT_MODEL

_VECTORS = "Vectors"
_ROUTE = "Route"
_OUTPUT = "Output"
_SERVICE = "Service"

_DAY_SEC = 86_400


class RouteWord(StrEnum):
    """The routes of media; the values are those of `RouteName`."""

    INLINE = "inline"
    URL = "url"
    ASSET = "asset"
    TASK = "task"


def _check_timeout(value_sec: float) -> float:
    # Not with `min=`: comparisons do not reject "nan".
    if not 0 < value_sec <= _DAY_SEC:
        raise typer.BadParameter("it is more than 0 and at most 86400 seconds, which is a day.")
    return value_sec


def _check_wait(value_sec: float) -> float:
    # The service keeps vectors for seven days.
    if not 0 <= value_sec <= 7 * _DAY_SEC:
        raise typer.BadParameter("it is 0 to 604800 seconds, which is a week.")
    return value_sec


def number_option(
    *,
    low: float,
    high: float | None = None,
    metavar: str = "N",
    help: str,
    rich_help_panel: str | None = None,
) -> Any:
    """Declare an option for a number with bounds, which are validated here.

    The errors of typer's own `min` and `max` are worded differently from version to version, and
    they accept "nan".
    """
    wanted = f"{low:g} or more" if high is None else f"{low:g} to {high:g}"

    def check(value: float | None) -> float | None:
        if value is None or low <= value <= (inf if high is None else high):
            return value
        raise typer.BadParameter(f"it is {wanted}.")

    return typer.Option(
        metavar=metavar,
        callback=check,
        help=f"{help} [{wanted}]",
        rich_help_panel=rich_help_panel,
    )


def wait_option(help: str) -> Any:
    """The option `--wait-sec`, which has a different default for each thing to wait for."""
    return typer.Option(
        metavar="SECONDS",
        callback=_check_wait,
        help=help,
        rich_help_panel=_ROUTE,
        show_default=True,
    )


Out: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        callback=check_target,
        help="Also save the vectors: FILE.parquet with their segments, FILE.npy without. "
        "An existing file is replaced.",
        rich_help_panel=_OUTPUT,
    ),
]
VectorsAsJson: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print one JSON document with the vectors instead of a table.",
        rich_help_panel=_OUTPUT,
    ),
]
AsJson: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON document instead of text.", rich_help_panel=_OUTPUT
    ),
]
KeepAsset: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--keep-asset",
        help="Keep a file that is uploaded for this request; otherwise it is deleted afterwards.",
        rich_help_panel=_ROUTE,
    ),
]


Limit: TypeAlias = Annotated[int, number_option(low=1, help="How many at most.")]


@frozen(kw_only=True)
class Service:
    """The address of the service, timeout and retries.

    The defaults of `timeout_sec` and `max_retries` are those of `TwelveLabs`, and a test compares
    them: importing them would make `--help` slow.
    """

    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address of the service. [default: TWELVELABS_BASE_URL in the environment, "
            "otherwise the public address]",
            rich_help_panel=_SERVICE,
        ),
    ] = None
    timeout_sec: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            callback=_check_timeout,
            help="The maximum wait for a response.",
            rich_help_panel=_SERVICE,
        ),
    ] = 300
    max_retries: Annotated[
        int,
        number_option(
            low=0,
            help="How often to retry when the service is unreachable or busy.",
            rich_help_panel=_SERVICE,
        ),
    ] = 7


Dimension: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="How many dimensions a vector has; needs marengo3.5. [default: 512]",
        rich_help_panel=_VECTORS,
    ),
]
Uncertainty: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--uncertainty",
        help="Also request how uncertain each number is; needs marengo3.5. --json prints it.",
        rich_help_panel=_VECTORS,
    ),
]
AutoTruncate: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--auto-truncate",
        help="Truncate a text that is too long instead of rejecting it; needs marengo3.5.",
        rich_help_panel=_VECTORS,
    ),
]


@frozen(kw_only=True)
class Settings(Service):
    """How an input is embedded, and the output of its vectors."""

    json: VectorsAsJson = False
    out: Out = None
    model: Annotated[
        str,
        typer.Option(metavar="NAME", help="The model.", rich_help_panel=_SERVICE),
    ] = DEFAULT_MODEL
    dimension: Dimension = None
    uncertainty: Uncertainty = False
    auto_truncate: AutoTruncate = False
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            help="Validate the input before sending it.",
            rich_help_panel=_SERVICE,
        ),
    ] = True
    emulator: Annotated[
        bool,
        typer.Option(
            "--emulator",
            help="Use an emulator that runs for this command only: no key, no network.",
            rich_help_panel=_SERVICE,
        ),
    ] = False


@frozen(kw_only=True)
class MediaSettings(Settings):
    """The same for inputs with media, with their route."""

    route: Annotated[
        RouteWord | None,
        typer.Option(
            metavar="WORD",
            help="inline (inside the request), url, asset (uploaded) or task (for long media). "
            "[default: by size and duration]",
            rich_help_panel=_ROUTE,
        ),
    ] = None
    keep_asset: KeepAsset = False
    wait_sec: Annotated[
        float, wait_option("The maximum wait for an upload to be ready, and for a task.")
    ] = 7200


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the settings class of its first parameter.

    typer reads them from the signature. They follow the own options, subclasses first.
    """
    first, *own = inspect.signature(command, eval_str=True).parameters.values()
    settings: type[Service] = first.annotation
    hints = get_type_hints(settings, include_extras=True)
    attributes = fields_dict(settings)
    names = [name for part in settings.__mro__[:-1] for name in part.__annotations__]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=attributes[name].default,
            annotation=hints[name],
        )
        for name in names
    ]

    def run(**values: Any) -> None:
        command(settings(**{name: values.pop(name) for name in names}), **values)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {one.name: one.annotation for one in (*own, *shared)}
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    return run
