"""Options shared by several commands, each declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum, StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_type_hints

import typer
from attrs import fields_dict, frozen, has

from twelvelabs_embed.cli.output_files import check_vectors_file
from twelvelabs_embed.inputs import Dynamic, Fixed
from twelvelabs_embed.limits import (
    DEFAULT_MODEL,
    ChoiceName,
    InputType,
    LimitName,
    all_choices,
    find_limit,
)
from twelvelabs_embed.retry import RetryPolicy
from twelvelabs_embed.validation.options import PlanOptions

VECTORS, ROUTE, OUTPUT, SERVICE = "Vectors", "Route", "Output", "Service"

_DAY_SEC = 86_400


class Kind(StrEnum):
    """The input type of a file, and the type of an asset."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


class RouteWord(StrEnum):
    """The routes of media; the values are those of `RouteName`."""

    INLINE = "inline"
    URL = "url"
    ASSET = "asset"
    TASK = "task"


# --------------------------------------------------------------------------- declaring an option


def option(help: str, metavar: str, *names: str, panel: str | None = None, **more: Any) -> Any:
    """Declare an option with a value."""
    return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=panel, **more)


def flag(name: str, help: str, *, panel: str | None = None) -> Any:
    """Declare an option without a value: `--yes`, or `--check/--no-check`."""
    return typer.Option(*name.split(), help=help, rich_help_panel=panel)


def number(
    help: str,
    metavar: str = "N",
    *,
    low: float,
    high: float | None = None,
    panel: str | None = None,
) -> Any:
    """Declare an option for a number with bounds, which are validated here.

    The errors of typer's own `min` and `max` are worded differently from version to version, and
    they accept "nan".
    """
    allowed = f"{low:,} or more" if high is None else f"{low:,} to {high:,}"

    def check(value: float | None) -> float | None:
        if value is None or low <= value <= (inf if high is None else high):
            return value
        raise typer.BadParameter(f"it is {allowed}.")

    return option(f"{help} [{allowed}]", metavar, panel=panel, callback=check)


def choices(name: ChoiceName, input_type: InputType, help: str, default: str = "all") -> Any:
    """Declare an option that may be repeated and takes the choices of the contract.

    The builder validates them: it finds all violations, and the closest match.
    """
    words = all_choices(name, input_type)

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    text = f"{help}: {', '.join(words)}. May be repeated. [default: {default}]"
    return option(text, "WORD", autocompletion=complete)


def wait_option(help: str) -> Any:
    """Declare `--wait-sec`, up to a week: so long the service keeps vectors."""
    return number(help, "SECONDS", low=0, high=7 * _DAY_SEC, panel=ROUTE)


def _range(low: LimitName, high: LimitName) -> str:
    limits = (find_limit(low, "video"), find_limit(high, "video"))
    return " to ".join(f"{one.value:g}" for one in limits if one)


def excludes(name: str, other: str) -> typer.BadParameter:
    """Return the error of two options that exclude each other."""
    return typer.BadParameter(f"it excludes {other}: give one of them.", param_hint=name)


# ---------------------------------------------------------------------------------- single options

AsJson: TypeAlias = Annotated[
    bool, flag("--json", "Print one JSON document instead of text.", panel=OUTPUT)
]
Limit: TypeAlias = Annotated[int, number("How many at most.", low=1)]
KeepAsset: TypeAlias = Annotated[
    bool,
    flag(
        "--keep-asset",
        "Keep a file that is uploaded for this request; otherwise it is deleted afterwards.",
        panel=ROUTE,
    ),
]
VideoOptions: TypeAlias = Annotated[
    list[str] | None, choices("options", "video", "What the vectors describe")
]

# ------------------------------------------------------------------------------- groups of options


@frozen(kw_only=True)
class Output:
    """The output of vectors."""

    json: Annotated[
        bool,
        flag(
            "--json", "Print one JSON document with the vectors instead of a table.", panel=OUTPUT
        ),
    ] = False
    out: Annotated[
        Path | None,
        option(
            "Also save the vectors: FILE.parquet with their segments, FILE.npy without. "
            "An existing file is replaced.",
            "FILE",
            panel=OUTPUT,
            callback=check_vectors_file,
        ),
    ] = None


@frozen(kw_only=True)
class Segments:
    """What is embedded of audio and video, and as which segments."""

    start_sec: Annotated[
        float | None, option("Where to start. [default: the beginning]", "SECONDS")
    ] = None
    end_sec: Annotated[float | None, option("Where to end. [default: the end]", "SECONDS")] = None
    fixed_sec: Annotated[
        int | None,
        option(
            f"Segments of this length, {_range('min_fixed_sec', 'max_fixed_sec')} seconds. "
            "[default: 6 for audio with marengo3.0, otherwise it is dynamic]",
            "SECONDS",
        ),
    ] = None
    dynamic_min_sec: Annotated[
        int | None,
        option(
            "Segments that follow the scenes, none shorter than this: "
            f"{_range('min_dynamic_sec', 'max_dynamic_sec')} seconds. Not together with "
            "--fixed-sec; for audio only with marengo3.5.",
            "SECONDS",
        ),
    ] = None
    scope: Annotated[
        list[str] | None,
        choices(
            "scopes",
            "video",
            "A vector for each segment, or one for the whole file",
            "clip and asset",
        ),
    ] = None

    def __attrs_post_init__(self) -> None:
        if self.fixed_sec is not None and self.dynamic_min_sec is not None:
            raise excludes("--dynamic-min-sec", "--fixed-sec")

    def segmentation(self) -> Fixed | Dynamic | None:
        """Return the segmentation that is given, if any."""
        if self.fixed_sec is not None:
            return Fixed(self.fixed_sec)
        return None if self.dynamic_min_sec is None else Dynamic(self.dynamic_min_sec)


@frozen(kw_only=True)
class Service:
    """The address of the service, timeout and retries."""

    base_url: Annotated[
        str | None,
        option(
            "The address of the service. [default: TWELVELABS_BASE_URL in the environment, "
            "otherwise the public address]",
            "URL",
            panel=SERVICE,
        ),
    ] = None
    # The default of `TwelveLabs`, and a test compares them: importing it would make `--help` slow.
    timeout_sec: Annotated[
        float,
        number(
            "The maximum wait for a response.", "SECONDS", low=0.001, high=_DAY_SEC, panel=SERVICE
        ),
    ] = 300
    max_retries: Annotated[
        int,
        number("How often to retry when the service is unreachable or busy.", low=0, panel=SERVICE),
    ] = RetryPolicy().attempts - 1


@frozen(kw_only=True)
class ServiceOrEmulator(Service):
    """The service, or an emulator."""

    emulator: Annotated[
        bool,
        flag(
            "--emulator",
            "Use an emulator that runs for this command only: no key, no network. Its vectors are "
            "comparable only with vectors of emulators.",
            panel=SERVICE,
        ),
    ] = False

    def __attrs_post_init__(self) -> None:
        if self.emulator and self.base_url:
            raise excludes("--emulator", "--base-url")


@frozen(kw_only=True)
class Settings(ServiceOrEmulator):
    """How an input is embedded."""

    model: Annotated[str, option("The model.", "NAME", panel=SERVICE)] = DEFAULT_MODEL
    dimension: Annotated[
        int | None,
        option(
            "How many dimensions a vector has: 128, 256 or 512; needs marengo3.5. [default: 512]",
            "N",
            panel=VECTORS,
        ),
    ] = None
    uncertainty: Annotated[
        bool,
        flag(
            "--uncertainty",
            "Also request how uncertain each number is; needs marengo3.5. --json prints it.",
            panel=VECTORS,
        ),
    ] = False
    auto_truncate: Annotated[
        bool,
        flag(
            "--auto-truncate",
            "Truncate a text that is too long instead of rejecting it; needs marengo3.5.",
            panel=VECTORS,
        ),
    ] = False
    check: Annotated[
        bool, flag("--check/--no-check", "Validate the input before sending it.", panel=SERVICE)
    ] = True

    def plan_options(self) -> PlanOptions:
        """Return the options that decide whether and how an input is sent."""
        names = PlanOptions.__struct_fields__
        given = self.arguments()
        return PlanOptions(**{name: value for name, value in given.items() if name in names})

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `client.embed` and `client.bulk.run`."""
        own = fields_dict(type(self)).keys() - fields_dict(ServiceOrEmulator).keys()
        values = {name: getattr(self, name) for name in own}
        return {name: one.value if isinstance(one, Enum) else one for name, one in values.items()}


@frozen(kw_only=True)
class MediaSettings(Settings):
    """The same for inputs with media, with their route."""

    route: Annotated[
        RouteWord | None,
        option(
            "inline (inside the request), url, asset (uploaded) or task (for long media). "
            "[default: by size and duration]",
            "WORD",
            panel=ROUTE,
        ),
    ] = None
    keep_asset: KeepAsset = False
    wait_sec: Annotated[
        float, wait_option("The maximum wait for an upload to be ready, and for a task.")
    ] = 7200


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the groups that are its parameters.

    typer reads options from the signature. Those of groups follow the own ones, in the order of
    the groups, those of subclasses first.
    """
    parameters = inspect.signature(command, eval_str=True).parameters.values()
    groups = {one.name: one.annotation for one in parameters if has(one.annotation)}
    names = {
        group: list(dict.fromkeys(name for part in kind.__mro__ for name in _annotated(part)))
        for group, kind in groups.items()
    }
    declared = [one for one in parameters if one.name not in groups]
    for group, kind in groups.items():
        hints, fields = get_type_hints(kind, include_extras=True), fields_dict(kind)
        declared += [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=fields[name].default,
                annotation=hints[name],
            )
            for name in names[group]
        ]

    def run(**values: Any) -> None:
        made = {
            group: kind(**{name: values.pop(name) for name in names[group]})
            for group, kind in groups.items()
        }
        command(**made, **values)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {one.name: one.annotation for one in declared}
    run.__signature__ = inspect.Signature(declared)  # type: ignore[attr-defined]
    return run


def _annotated(kind: type) -> list[str]:
    return list(vars(kind).get("__annotations__", {}))
