"""Signatures of everything public: parameters with their defaults, and what classes do.

Those of commands are their arguments and options. `python -m tests.package.signatures` writes them
to signatures.txt, which shows in a review what changes for users.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
import msgspec

from tests.package.surface import Thing, things

FILE = Path(__file__).with_name("signatures.txt")


def lines() -> list[str]:
    """A line for each class, function, method and property."""
    return [
        f"{thing.name}({', '.join(_parameters(thing))}){_returned(thing)}{_flags(thing)}"
        for thing in things()
        if _is_ours(thing.value)
    ]


def _is_ours(value: Any) -> bool:
    return str(getattr(value, "__module__", "twelvelabs_embed")).startswith("twelvelabs_embed")


def _parameters(thing: Thing) -> Iterator[str]:
    if thing.is_class and (issubclass(thing.value, Enum) or not _is_ours(thing.value.__init__)):
        return  # which depend on the version of Python or of another package
    prefixes = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    is_keyword = False
    for one in thing.parameters():
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not is_keyword:
            yield "*"
        is_keyword = one.kind in (
            inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_POSITIONAL
        )  # fmt: skip
        name = prefixes.get(one.kind, "") + one.name
        yield name if one.default is one.empty else f"{name}={_shown(one.default)}"


def _shown(value: Any) -> str:
    if inspect.isroutine(value):
        return str(value.__name__)
    return re.sub(r" at 0x\w+", "", repr(value))


def _returned(thing: Thing) -> str:
    """What a method returns whose signature is made of that of its flow."""
    made = getattr(thing.value, "__signature__", None)
    is_made = inspect.isfunction(thing.value) and made is not None
    return f" -> {made.return_annotation}" if is_made else ""


def _flags(thing: Thing) -> str:
    """Whether instances change, and which fields are neither compared nor shown."""
    if thing.is_class and issubclass(thing.value, msgspec.Struct):
        config = thing.value.__struct_config__
        return f" frozen={config.frozen}, eq={config.eq}, gc={config.gc}"
    if not (thing.is_class and attrs.has(thing.value)):
        return ""
    fields, own = attrs.fields(thing.value), vars(thing.value)
    flags = [f"frozen={thing.value.__setattr__ is not object.__setattr__}", f"eq={'__eq__' in own}"]
    for what in ("eq", "repr"):
        hidden = [one.name for one in fields if not getattr(one, what)]
        flags += [f"no {what}: {' '.join(hidden)}"] if hidden else []
    return " " + ", ".join(flags)


def command_lines() -> list[str]:
    """A line for each argument and option of each command; none without the extra `cli`."""
    if find_spec("typer") is None:
        return []
    import typer.main
    from twelvelabs_embed.cli.app import app

    return [*_params(typer.main.get_group(app), "twelvelabs-embed")]


def _params(command: Any, name: str) -> Iterator[str]:
    for word, one in getattr(command, "commands", {}).items():
        yield from _params(one, f"{name} {word}")
    for param in command.params:
        if "completion" in str(param.name):
            continue  # by typer
        bounds = re.findall(r"\[(?!default)[^]]*\]$", getattr(param, "help", None) or "")
        words = [*param.opts, *param.secondary_opts, str(param.metavar or ""), *bounds]
        more = [param.required and "required", param.nargs != 1 and "several"]
        more += [getattr(param, "multiple", False) and "repeated", param.hidden and "hidden"]
        # Versions of click differ in what stands for none.
        is_none = not param.default or isinstance(param.default, Enum)
        default = "" if is_none else f"={_shown(param.default)}"
        yield " ".join(filter(None, [name, *words, default, *more]))


if __name__ == "__main__":
    FILE.write_text("\n".join([*lines(), *command_lines()]) + "\n", encoding="utf-8")
