"""Files of an index, in the folder `index` beside the parts: which shards hold, and making new
ones.

A shard holds as long as each of its parts is what it was when it was read. Parts that are in no
such shard get a new one, which takes in smaller ones, so that there are few. A writer holds
the lock; a reader does not need it, because shards appear complete and are never changed.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
from attrs import frozen
from filelock import FileLock, Timeout

from twelvelabs_embed._files import sync_folder
from twelvelabs_embed.bulk.errors import DamagedFileError, FolderError
from twelvelabs_embed.search.dataset import PartSource, describe_parts, join_infos
from twelvelabs_embed.search.fingerprints import (
    Fingerprint,
    PartChangedError,
    Stat,
    is_settled,
    read_fingerprint,
    read_stat,
)
from twelvelabs_embed.search.shards import (
    OnProgress,
    Shard,
    ShardFacts,
    open_shard,
    read_facts,
    withdraw,
    write_facts,
    write_shard,
)

INDEX_FOLDER = "index"
_ATTEMPTS = 10  # while parts are replaced
_Stats: TypeAlias = Mapping[Path, Stat]

_log = logging.getLogger("twelvelabs_embed")


@frozen(eq=False)
class OpenParts:
    """Parts with an index of them.

    Attributes:
        source: where they are
        stats: what the file system said of each part, in their order
        shards: the index
        temporary: the folder of the index, when it cannot be beside the parts; removed at the end
    """

    source: PartSource
    stats: _Stats
    shards: Sequence[Shard]
    temporary: tempfile.TemporaryDirectory[str] | None = None

    @property
    def is_current(self) -> bool:
        """Whether the parts are still the same."""
        try:
            return list(_read_stats(self.source).items()) == list(self.stats.items())
        except PartChangedError:
            return False

    def close(self) -> None:
        """Remove a temporary index; what is mapped stays readable where the system allows it."""
        if self.temporary is not None:
            self.temporary.cleanup()


def open_parts(source: PartSource, on_progress: OnProgress | None = None) -> OpenParts:
    """Open the index of some parts; make or renew it if needed.

    Raises:
        InvalidInputError: there are no parts, or one decompresses to much more than its size
        ModelMismatchError: they have different models or dimensions
        DamagedFileError: one cannot be read
        FolderError: the index can be written nowhere
    """
    if source.folder is not None:
        try:
            return _open(source, source.folder / INDEX_FOLDER, on_progress)
        except FolderError:
            raise
        except OSError as error:
            _log.warning(
                "The index of %s is made in a temporary folder, for this process alone, because it "
                "cannot be written beside the parts (%s)",
                source.folder,
                error.strerror or error,
            )
    temporary = tempfile.TemporaryDirectory("-index", "twelvelabs-", ignore_cleanup_errors=True)
    try:
        opened = _open(source, Path(temporary.name), on_progress, temporary)
    except OSError as error:
        temporary.cleanup()
        raise FolderError(f"the index cannot be written ({error.strerror or error})") from error
    except BaseException:
        temporary.cleanup()
        raise
    return opened


def _open(
    source: PartSource,
    folder: Path,
    on_progress: OnProgress | None,
    temporary: tempfile.TemporaryDirectory[str] | None = None,
) -> OpenParts:
    for _ in range(_ATTEMPTS):
        try:
            stats = _read_stats(source)
            known, missing = _match(folder, stats)
            if missing:
                _renew(source, folder, on_progress)
            else:
                shards = [open_shard(path, facts) for path, facts in known.items()]
                if _unused(folder, known):
                    _remove_unused(source, folder)
                return OpenParts(source, stats, shards, temporary)
        except PartChangedError:
            continue
        except FileNotFoundError:  # another process replaced a shard meanwhile
            continue
        except DamagedFileError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                continue
            raise
    raise FolderError(f"{source.folder or folder} changes all the time, so it cannot be searched")


def _read_stats(source: PartSource) -> _Stats:
    return {path: read_stat(path) for path in source.find()}


def _match(folder: Path, stats: _Stats) -> tuple[dict[Path, ShardFacts], list[Path]]:
    """Find the shards that hold, and the parts that are in none."""
    known: dict[Path, ShardFacts] = {}
    missing = {path.name: path for path in stats}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        facts = None if path.name.startswith(".") else read_facts(path)
        if facts is None or not all(part.name in missing for part in facts.parts):
            continue
        parts = [_verified(part, missing[part.name], stats) for part in facts.parts]
        current = [part for part in parts if part is not None]
        if len(current) == len(parts):
            known[path] = facts
            for part in current:
                del missing[part.name]
            if current != facts.parts:
                _write_again(path, msgspec.structs.replace(facts, parts=current))
    return known, list(missing.values())


def _verified(known: Fingerprint, path: Path, stats: _Stats) -> Fingerprint | None:
    """Return the fingerprint of a part that is what it was; None for another."""
    stat = stats[path]
    if is_settled(known, stat):
        return known
    if stat.size_bytes != known.stat.size_bytes:
        return None
    # Copied, or read right after it was written: the content decides.
    now = read_fingerprint(path, rows=known.rows)
    return now if now.digest == known.digest else None


def _write_again(folder: Path, facts: ShardFacts) -> None:
    """Remember that parts were verified; if that is impossible, they are verified each time."""
    try:
        write_facts(folder, facts)
    except OSError:
        return


def _renew(source: PartSource, folder: Path, on_progress: OnProgress | None) -> None:
    """Write a shard of the parts that are in none, and remove shards that do not hold."""
    folder.mkdir(exist_ok=True)
    with FileLock(folder / ".lock"):
        stats = _read_stats(source)
        known, missing = _match(folder, stats)
        if not missing:  # another process has done it
            return
        added = describe_parts(missing)
        total = join_infos([*(facts.info for facts in known.values()), added])
        rows = added.rows
        by_name = {path.name: path for path in stats}
        for path, facts in sorted(known.items(), key=lambda one: one[1].info.rows):
            if facts.info.rows <= rows:
                rows += facts.info.rows
                missing += [by_name[part.name] for part in known.pop(path).parts]
        place = {path: number for number, path in enumerate(stats)}
        report = _Report(on_progress, total.rows - rows, total.rows)
        new = _write(folder, sorted(missing, key=place.__getitem__), report)
        for path in _unused(folder, [*known, new]):
            withdraw(path)


def _unused(folder: Path, used: Collection[Path]) -> list[Path]:
    """Return the shards that are not used, and what a process that died did not finish."""
    return [path for path in folder.iterdir() if path.is_dir() and path not in used]


def _remove_unused(source: PartSource, folder: Path) -> None:
    """Remove what is not used, unless another process is about to make something of it."""
    try:
        with FileLock(folder / ".lock", blocking=False):
            known, missing = _match(folder, _read_stats(source))
            for path in () if missing else _unused(folder, known):
                withdraw(path)
    except (Timeout, OSError):
        return


def _write(folder: Path, paths: Sequence[Path], report: _Report) -> Path:
    name = os.urandom(8).hex()
    temporary, final = folder / f".{name}.tmp", folder / name
    temporary.mkdir()
    try:
        write_shard(temporary, paths, report)
        temporary.rename(final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(folder)
    return final


class _Report:
    """Progress over all rows of a dataset."""

    def __init__(self, on_progress: OnProgress | None, done: int, total: int) -> None:
        self._on_progress, self._done, self._total = on_progress, done, total

    def __call__(self, rows: int) -> None:
        self._done += rows
        if self._on_progress is not None:
            self._on_progress(self._done, self._total)
