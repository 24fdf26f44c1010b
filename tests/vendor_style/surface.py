"""The walk over the public surface of the vendor's SDK: what is missing or different here.

python -m tests.vendor_style.surface prints it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import twelvelabs
import twelvelabs_embed
from twelvelabs.base_client import AsyncBaseClient, BaseClient

AREAS = ("embed", "assets", "multipart_upload")
"""The parts of the vendor's client that this package has, too."""

_MODULES = ("assets", "core", "embed", "errors", "multipart_upload", "types", "wrapper", "client")
_ROOT = Path(str(twelvelabs.__file__)).parent


def differences() -> dict[str, str]:
    """Every public name of the vendor's SDK that goes with our operations, and is not the same."""
    return {
        **dict(_clients()),
        **dict(_errors()),
        **dict(_types()),
        **dict(_modules()),
    }


# --- clients ----------------------------------------------------------------------------------


def _clients() -> Iterator[tuple[str, str]]:
    for name, base in {"TwelveLabs": BaseClient, "AsyncTwelveLabs": AsyncBaseClient}.items():
        theirs, ours = getattr(twelvelabs, name), getattr(twelvelabs_embed, name)
        if why := _signature_difference(base, ours):
            yield f"{name}(...)", why
        yield from _attributes("client", theirs(api_key="k"), ours("k"))


def _attributes(path: str, theirs: Any, ours: Any) -> Iterator[tuple[str, str]]:
    for name in _public(theirs):
        where = f"{path}.{name}"
        value = getattr(theirs, name)
        if not hasattr(ours, name):
            yield where, "missing"
        elif callable(value) and not type(value).__module__.startswith("twelvelabs"):
            if why := _signature_difference(value, getattr(ours, name)):
                yield where, why
        elif path != "client" or name in AREAS:
            yield from _attributes(where, value, getattr(ours, name))


def _public(thing: Any) -> list[str]:
    return [name for name in dir(thing) if not name.startswith("_")]


def _signature_difference(theirs: Any, ours: Any) -> str:
    if inspect.iscoroutinefunction(theirs) != inspect.iscoroutinefunction(ours):
        return "one is awaited and the other is not"
    before, after = _parameters(theirs), _parameters(ours)
    if missing := [name for name in before if name not in after]:
        return f"without {', '.join(missing)}"
    by_position = [name for name, one in before.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    if [*after][: len(by_position)] != by_position:
        return "other positions"
    if more := [
        name for name, one in after.items() if one.default is one.empty and name not in before
    ]:
        return f"needs {', '.join(more)}"
    if required := [
        name
        for name, one in before.items()
        if after[name].default is one.empty and one.default is not one.empty
    ]:
        return f"{', '.join(required)} cannot be omitted"
    return ""


def _parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    parameters = inspect.signature(function).parameters
    return {name: one for name, one in parameters.items() if one.kind is not one.VAR_KEYWORD}


# --- errors and types -------------------------------------------------------------------------


def _errors() -> Iterator[tuple[str, str]]:
    from twelvelabs.core.api_error import ApiError
    from twelvelabs_embed import errors

    for theirs in (ApiError, *(getattr(twelvelabs, name) for name in twelvelabs.errors.__all__)):
        name = f"errors.{theirs.__name__}"
        ours = getattr(errors, theirs.__name__, None)
        if ours is None or not issubclass(ours, errors.ApiError):
            yield name, "missing"
        elif why := _signature_difference(theirs, ours):
            yield name, why


def _types() -> Iterator[tuple[str, str]]:
    ours_types = importlib.import_module("twelvelabs_embed.types")
    for name, module in sorted(type_names().items()):
        theirs = getattr(importlib.import_module(module), name)
        ours = getattr(ours_types, name, None)
        if ours is None or not hasattr(twelvelabs_embed, name):
            yield f"types.{name}", "missing"
        elif hasattr(theirs, "model_fields"):
            if why := _fields_difference(theirs, ours):
                yield f"types.{name}", why
        elif missing := _literals(theirs) - _literals(ours):
            yield f"types.{name}", f"without {', '.join(sorted(missing))}"


def _fields_difference(theirs: Any, ours: Any) -> str:
    after = _parameters(ours)
    fields = {
        name: one for name, one in theirs.model_fields.items() if not _is_fixed(one.annotation)
    }
    if missing := [name for name in fields if name not in after]:
        return f"without {', '.join(missing)}"
    if needed := [
        name
        for name, one in after.items()
        if one.default is one.empty and name in fields and not fields[name].is_required()
    ]:
        return f"{', '.join(needed)} cannot be omitted"
    if free := [
        name
        for name, one in fields.items()
        if one.is_required() and after[name].default is not inspect.Parameter.empty
    ]:
        return f"{', '.join(free)} can be omitted"
    return ""


def _is_fixed(annotation: Any) -> bool:
    """Whether a field has only one value, such as the `strategy` of a segmentation."""
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def _literals(annotation: Any) -> set[str]:
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    if get_origin(annotation) is Union:
        return set().union(*map(_literals, get_args(annotation)))
    return set()


def type_names() -> dict[str, str]:
    """The types that requests and responses of our operations consist of, and their modules."""
    found: dict[str, str] = {}
    seen: set[Path] = set()
    for path in ("embed/v_2", "embed/v_2/tasks", "assets", "multipart_upload"):
        _collect(_ROOT / path / "client.py", found, seen)
        _collect(_ROOT / path / "raw_client.py", found, seen)
    return found


def _collect(path: Path, found: dict[str, str], seen: set[Path]) -> None:
    if path in seen:
        return
    seen.add(path)
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.ImportFrom) and node.level and node.module):
            continue
        target = path.parents[node.level - 1].joinpath(*node.module.split("."))
        file = target.with_suffix(".py")
        parts = target.relative_to(_ROOT).parts
        if "types" in parts[:-1] and file.exists():
            found |= {alias.name: ".".join(("twelvelabs", *parts)) for alias in node.names}
            _collect(file, found, seen)


# --- modules ----------------------------------------------------------------------------------


def _modules() -> Iterator[tuple[str, str]]:
    needed = {module.rpartition(".")[2] for module in type_names().values()}
    for info in pkgutil.walk_packages([str(_ROOT)], "twelvelabs."):
        _, area, *below = info.name.split(".")
        if area not in _MODULES or (area == "types" and below and below[-1] not in needed):
            continue
        try:
            importlib.import_module(info.name.replace("twelvelabs", "twelvelabs_embed", 1))
        except ImportError:
            yield info.name, "missing"


if __name__ == "__main__":
    for where, why in differences().items():
        print(f"{where:60} {why}")
