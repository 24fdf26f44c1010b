"""What users can see of the packages: their public modules, and what those offer."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any

import twelvelabs_embed
import twelvelabs_embed_emulator
from twelvelabs_embed import MissingDependencyError
from twelvelabs_embed.embed import AsyncEmbed, Embed


@cache
def modules() -> tuple[ModuleType, ...]:
    """Modules with `__all__` and no underscore in their path, without those of missing extras.

    Of the emulator, only the package itself and `samples` are public.
    """
    found: list[ModuleType] = [twelvelabs_embed_emulator]
    package = twelvelabs_embed
    names = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for name in (*names, "twelvelabs_embed_emulator.samples"):
        if not any(part.startswith("_") for part in name.split(".")):
            with suppress(MissingDependencyError):
                module = importlib.import_module(name)
                if hasattr(module, "__all__"):
                    found.append(module)
    return tuple(found)


@dataclass(frozen=True)
class Thing:
    """A public class, function, method or property of our packages.

    Attributes:
        name: where it is: `twelvelabs_embed.client.TwelveLabs.close`
        value: the class or the function; of a property, its getter
        owner: the class that has it
    """

    name: str
    value: Any
    owner: type | None = None

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.value) or ""

    @property
    def is_class(self) -> bool:
        return isinstance(self.value, type)

    def parameters(self) -> list[inspect.Parameter]:
        """What one gives it; of a frozen class with fields, those."""
        try:
            found = inspect.signature(self.value).parameters.values()
        except (TypeError, ValueError):
            return []
        return [one for one in found if one.name not in ("self", "cls")]


@cache
def things() -> tuple[Thing, ...]:
    """All of them, each once, in order."""
    found = {thing.value: thing for thing in reversed(tuple(_things()))}
    return tuple(sorted(found.values(), key=lambda thing: thing.name))


def _things() -> Iterator[Thing]:
    # Users do not import these two: they are `client.embed`.
    for cls in (Embed, AsyncEmbed):
        yield from _members(cls)
    for module in modules():
        for name in module.__all__ if hasattr(module, "__all__") else ():
            value = getattr(module, name)
            if isinstance(value, type) and _is_ours(value):
                yield Thing(f"{value.__module__}.{name}", value)
                yield from _members(value)
            elif inspect.isfunction(value) and _is_ours(value):
                yield Thing(f"{value.__module__}.{name}", value)


def _members(owner: type) -> Iterator[Thing]:
    """What a class has besides what it inherits from others' classes."""
    for base in owner.__mro__:
        if not _is_ours(base):
            continue
        for name, value in vars(base).items():
            if name.startswith("_") and name != "__call__":
                continue
            if isinstance(value, property):
                value = value.fget
            elif isinstance(value, cached_property):
                value = value.func
            elif isinstance(value, (classmethod, staticmethod)):
                value = value.__func__
            if inspect.isfunction(value) and getattr(owner, name, None) is not None:
                yield Thing(f"{owner.__module__}.{owner.__qualname__}.{name}", value, owner)


def _is_ours(value: Any) -> bool:
    module = value.__module__.partition(".")[0]
    return module in ("twelvelabs_embed", "twelvelabs_embed_emulator")
