"""Options shared by several commands, each declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum, StrEnum
from math import inf
from pathlib import Path
from typing import Any, cast, dataclass_transform, get_type_hints

import typer
from attrs import Attribute, asdict, field, fields, frozen, has
from typer.models import OptionInfo

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

# Each returns the default of a parameter of a command, or of a field of a group.


def option(
    help: str, metavar: str, *names: str, default: Any = None, panel: str | None = None, **more: Any
) -> Any:
    """Declare an option with a value; it is required if the default is `...`."""
    return typer.Option(default, *names, help=help, metavar=metavar, rich_help_panel=panel, **more)


def flag(name: str, help: str, *, default: bool = False, panel: str | None = None) -> Any:
    """Declare an option without a value: `--yes`, or `--check/--no-check`."""
    return typer.Option(default, *name.split(), help=help, rich_help_panel=panel)


def number(
    help: str, metavar: str = "N", *, low: float, high: float | None = None, **more: Any
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

    return option(f"{help} [{allowed}]", metavar, callback=check, **more)


def choices(name: ChoiceName, input_type: InputType, help: str, default: str = "all") -> Any:
    """Declare an option that may be repeated and takes the choices of the contract.

    The builder validates them: it finds all violations, and the closest match.
    """
    words = all_choices(name, input_type)

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    text = f"{help}: {', '.join(words)}. May be repeated. [default: {default}]"
    return option(text, "WORD", autocompletion=complete)


def wait_option(help: str, default: float) -> Any:
    """Declare `--wait-sec`, up to a week: so long the service keeps vectors."""
    return number(help, "SECONDS", low=0, high=7 * _DAY_SEC, default=default, panel=ROUTE)


def _range(low: LimitName, high: LimitName) -> str:
    limits = (find_limit(low, "video"), find_limit(high, "video"))
    return " to ".join(f"{one.value:g}" for one in limits if one)


def excludes(name: str, other: str) -> typer.BadParameter:
    """Return the error of two options that exclude each other."""
    return typer.BadParameter(f"it excludes {other}: give one of them.", param_hint=name)


# ---------------------------------------------------------------------------------- single options

AS_JSON = flag("--json", "Print one JSON document instead of text.", panel=OUTPUT)
LIMIT = number("How many at most.", low=1, default=20)
KEEP_ASSET = flag(
    "--keep-asset",
    "Keep a file that is uploaded for this request; otherwise it is deleted afterwards.",
    panel=ROUTE,
)
VIDEO_OPTIONS = choices("options", "video", "What the vectors describe")

# ------------------------------------------------------------------------------- groups of options


@dataclass_transform(frozen_default=True, kw_only_default=True)
class OptionGroup:
    """A group of options, which are its fields. `panel` is where the help has them.

    A command has the options of the groups that are its parameters; see `with_groups`.
    """

    def __init_subclass__(cls, panel: str | None = None) -> None:
        for name, value in list(vars(cls).items()):
            if isinstance(value, OptionInfo):
                value.rich_help_panel = value.rich_help_panel or panel
                setattr(cls, name, field(default=value.default, metadata={"option": value}))
        frozen(kw_only=True, slots=False)(cls)

    def values(self) -> dict[str, Any]:
        """Return the values by the names of the options."""
        return asdict(cast(Any, self))


class Output(OptionGroup, panel=OUTPUT):
    """The output of vectors."""

    json: bool = flag("--json", "Print one JSON document with the vectors instead of a table.")
    out: Path | None = option(
        "Also save the vectors: FILE.parquet with their segments, FILE.npy without. "
        "An existing file is replaced.",
        "FILE",
        callback=check_vectors_file,
    )


class Segments(OptionGroup):
    """What is embedded of audio and video, and as which segments."""

    start_sec: float | None = option("Where to start. [default: the beginning]", "SECONDS")
    end_sec: float | None = option("Where to end. [default: the end]", "SECONDS")
    fixed_sec: int | None = option(
        f"Segments of this length, {_range('min_fixed_sec', 'max_fixed_sec')} seconds. "
        "[default: 6 for audio with marengo3.0, otherwise it is dynamic]",
        "SECONDS",
    )
    dynamic_min_sec: int | None = option(
        "Segments that follow the scenes, none shorter than this: "
        f"{_range('min_dynamic_sec', 'max_dynamic_sec')} seconds. Not together with "
        "--fixed-sec; for audio only with marengo3.5.",
        "SECONDS",
    )
    scope: list[str] | None = choices(
        "scopes", "video", "A vector for each segment, or one for the whole file", "clip and asset"
    )

    def __attrs_post_init__(self) -> None:
        if self.fixed_sec is not None and self.dynamic_min_sec is not None:
            raise excludes("--dynamic-min-sec", "--fixed-sec")

    def segmentation(self) -> Fixed | Dynamic | None:
        """Return the segmentation that is given, if any."""
        if self.fixed_sec is not None:
            return Fixed(self.fixed_sec)
        return None if self.dynamic_min_sec is None else Dynamic(self.dynamic_min_sec)


class Service(OptionGroup, panel=SERVICE):
    """The address of the service, timeout and retries."""

    base_url: str | None = option(
        "The address of the service. [default: TWELVELABS_BASE_URL in the environment, "
        "otherwise the public address]",
        "URL",
    )
    # The default of `TwelveLabs`, and a test compares them: importing it would make `--help` slow.
    timeout_sec: float = number(
        "The maximum wait for a response.", "SECONDS", low=0.001, high=_DAY_SEC, default=300
    )
    max_retries: int = number(
        "How often to retry when the service is unreachable or busy.",
        low=0,
        default=RetryPolicy().attempts - 1,
    )


class ServiceOrEmulator(Service, panel=SERVICE):
    """The service, or an emulator."""

    emulator: bool = flag(
        "--emulator",
        "Use an emulator that runs for this command only: no key, no network. Its vectors are "
        "comparable only with vectors of emulators.",
    )

    def __attrs_post_init__(self) -> None:
        if self.emulator and self.base_url:
            raise excludes("--emulator", "--base-url")


class Settings(ServiceOrEmulator, panel=VECTORS):
    """How an input is embedded."""

    model: str = option("The model.", "NAME", default=DEFAULT_MODEL, panel=SERVICE)
    dimension: int | None = option(
        "How many dimensions a vector has: 128, 256 or 512; needs marengo3.5. [default: 512]", "N"
    )
    uncertainty: bool = flag(
        "--uncertainty",
        "Also request how uncertain each number is; needs marengo3.5. --json prints it.",
    )
    auto_truncate: bool = flag(
        "--auto-truncate",
        "Truncate a text that is too long instead of rejecting it; needs marengo3.5.",
    )
    check: bool = flag(
        "--check/--no-check", "Validate the input before sending it.", default=True, panel=SERVICE
    )

    def plan_options(self) -> PlanOptions:
        """Return the options that decide whether and how an input is sent."""
        names = PlanOptions.__struct_fields__
        given = self.arguments()
        return PlanOptions(**{name: value for name, value in given.items() if name in names})

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `client.embed` and `client.bulk.run`."""
        of_service = _fields_of(ServiceOrEmulator)
        values = {name: one for name, one in self.values().items() if name not in of_service}
        return {name: one.value if isinstance(one, Enum) else one for name, one in values.items()}


class MediaSettings(Settings, panel=ROUTE):
    """The same for inputs with media, with their route."""

    route: RouteWord | None = option(
        "inline (inside the request), url, asset (uploaded) or task (for long media). "
        "[default: by size and duration]",
        "WORD",
    )
    keep_asset: bool = KEEP_ASSET
    wait_sec: float = wait_option(
        "The maximum wait for an upload to be ready, and for a task.", 7200
    )


def _fields_of(kind: type) -> dict[str, Attribute[Any]]:
    """Return the fields of a group by name: first its own, then those of its base classes."""
    bases = [part for part in kind.__mro__ if has(part)]
    return {one.name: one for part in bases for one in fields(part) if not one.inherited}


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the groups that are its parameters.

    typer reads options from the signature. Those of groups follow the own ones, in the order of
    the groups, those of subclasses first.
    """
    parameters = inspect.signature(command, eval_str=True).parameters.values()
    groups = {one.name: one.annotation for one in parameters if has(one.annotation)}
    declared = [one for one in parameters if one.name not in groups]
    for kind in groups.values():
        hints = get_type_hints(kind)
        declared += [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=one.metadata["option"],
                annotation=hints[name],
            )
            for name, one in _fields_of(kind).items()
        ]

    def run(**values: Any) -> None:
        made = {
            group: kind(**{name: values.pop(name) for name in _fields_of(kind)})
            for group, kind in groups.items()
        }
        command(**made, **values)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {one.name: one.annotation for one in declared}
    run.__signature__ = inspect.Signature(declared)  # type: ignore[attr-defined]
    return run
