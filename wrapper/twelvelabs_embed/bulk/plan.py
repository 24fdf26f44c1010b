"""Plan of a run: what it embeds with, stored as `run.json`, so that other settings are rejected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from attrs import asdict, field, frozen

from twelvelabs_embed._files import atomic_write
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.errors import Difference, FolderError, RunChangedError
from twelvelabs_embed.bulk.ids import Shard
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.bulk.task_log import read_tasks
from twelvelabs_embed.validation.options import PlanOptions, VectorOptions

_FORMAT = 1
_FILE = "run.json"


@frozen
class RunPlan:
    """What a run embeds with.

    Attributes:
        model: what embeds
        settings: those that affect the vectors
        root: the folder to which ids are relative
        sources: what was given
        sinks: the addresses of the sinks that have all rows
        shard: which of several parts of the items; empty for all
        run_id: of the first run into the folder
        created_at: of the first run into the folder
    """

    model: str
    settings: Mapping[str, Any]
    root: str
    sources: list[str]
    sinks: list[str] = field(factory=list)
    shard: str = ""
    run_id: str = field(factory=lambda: uuid4().hex)
    created_at: str = ""

    @classmethod
    def of(
        cls, source: Source, options: PlanOptions, defaults: Defaults, shard: Shard = Shard()
    ) -> RunPlan:
        """Return the plan of a run of a source.

        Defaults of the vectors are omitted: folders of earlier versions do not have them, and can
        be resumed.
        """
        given = {name: getattr(options, name) for name in VectorOptions.__struct_fields__}
        vectors = {name: value for name, value in given.items() if value not in (None, False)}
        settings = {**defaults.as_json(), **vectors}
        return cls(
            options.model,
            settings,
            str(source.root),
            source.names,
            shard="" if shard.is_all else str(shard),
        )

    def differences(self, before: RunPlan) -> list[Difference]:
        """Return what makes vectors or ids that do not match those that are there."""
        fields: dict[str, tuple[Any, Any]] = {
            "model": (before.model, self.model),
            "root of ids": (before.root, self.root),
            "shard": (before.shard or None, self.shard or None),
        }
        for name in sorted({*before.settings, *self.settings}):
            fields[name] = (before.settings.get(name), self.settings.get(name))
        return [
            Difference(name, _shown(was), _shown(now))
            for name, (was, now) in fields.items()
            if was != now
        ]


def _shown(value: Any) -> str:
    return "omitted" if value is None else json.dumps(value)


def read_plan(folder: Path) -> RunPlan | None:
    """Read the plan of a folder; None when there is none."""
    path = folder / _FILE
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_bytes())
        if document.pop("format") != _FORMAT:
            raise ValueError("it is of another version")
        del document["version"]
        return RunPlan(**document)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FolderError(f"{path} cannot be read ({error!r}): restore it") from error


def write_plan(folder: Path, plan: RunPlan) -> None:
    """Write the plan of a folder."""
    document = {"format": _FORMAT, "version": VERSION, **asdict(plan)}
    atomic_write(folder / _FILE, (json.dumps(document, indent=2) + "\n").encode())


def check_plan(folder: Path, plan: RunPlan) -> RunPlan | None:
    """Check that a plan matches what is in a folder, and return the plan that is there."""
    before = read_plan(folder)
    if before is None:
        return None
    # As long as there are no vectors and no tasks, every plan matches.
    has_results = part_paths(folder) or read_tasks(folder)
    if has_results and (differences := plan.differences(before)):
        raise RunChangedError(folder, differences)
    return before
