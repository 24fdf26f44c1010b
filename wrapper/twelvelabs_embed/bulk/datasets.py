"""Datasets as sources: the items of a folder that a run wrote, to embed them anew."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from twelvelabs_embed._files import expand_path
from twelvelabs_embed.bulk.manifests import is_manifest
from twelvelabs_embed.bulk.part_files import read_parts
from twelvelabs_embed.bulk.plan import RunPlan, read_plan
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.sources import Source, SourceLike
from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = ["Dataset"]


@frozen
class Dataset:
    """A source: the items that have vectors in a folder, from where they came from, with their ids.

        client.bulk.run(Dataset("vectors"), "vectors-3.5", model="marengo3.5")

    The settings with which the folder was written count where no others are given: `start`, `end`,
    `segmentation`, `options` and `scopes`.

    Attributes:
        folder: the folder that a run wrote
    """

    folder: str | os.PathLike[str]


def open_source(
    given: SourceLike | Dataset, defaults: Defaults, out: Path | None
) -> tuple[Source, Defaults]:
    """Open a source, and return it with the settings of the run."""
    if not isinstance(given, Dataset):
        return Source(given, defaults, out=out), defaults
    folder = expand_path(given.folder, "source")
    plan = read_plan(folder) if folder.is_dir() else None
    if plan is None:
        hint = "Give the folder that a run wrote"
        raise _invalid(f"{str(folder)!r} has no run.json", hint)
    names = Defaults.__struct_fields__
    before = {name: plan.settings[name] for name in names if name in plan.settings}
    now = {name: one for name in names if (one := getattr(defaults, name)) is not None}
    settings = Defaults(**{**before, **now})
    items = read_parts(folder).items
    return Source(_names(plan, folder), settings, out=out, only=items), settings


def _names(plan: RunPlan, folder: Path) -> list[str]:
    """Return the names of the sources as they are found from here."""
    root, names = Path(plan.root), plan.sources
    if "-" in names:
        raise _invalid(f"{str(folder)!r} has items of standard input", "Give its lines again")
    if root.resolve() == Path.cwd().resolve():
        return names
    if len(names) == 1:
        name = Path(names[0])
        if is_manifest(name) and (root / name.name).is_file():
            return [str(root / name.name)]
        # Of one folder, the root is the folder itself.
        if root.is_dir() and not is_manifest(name) and name.name in (root.name, "", "..", "."):
            return [str(root)]
    hint = f"Run it in {root}, to which the ids are relative"
    raise _invalid(f"{str(folder)!r} was written from {', '.join(names)}", hint)


def _invalid(value: str, hint: str) -> InvalidInputError:
    allowed = "a dataset is embedded anew from the files that it was made of"
    return InvalidInputError([Violation("source", value, allowed, hint)])
