"""Sources of items: folders, globs, manifests, standard input.

    source = Source("archive")        # a folder: every media file below it
    source = Source("items.jsonl")    # a manifest: .csv, .jsonl, .ndjson or .parquet
    source = Source("s3://media/raw/")  # what is below a prefix; gs:// and az://, too
    source = Source("-")              # standard input, as JSONL
    source.prepare()                  # rejects unknown columns; counts
    for entry in source: ...          # an `Item` or an `InvalidRow`

Items are read lazily: a manifest of a million rows takes no more memory than one of a thousand.
"""

from __future__ import annotations

import logging
import os
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO, TypeAlias

from twelvelabs_embed.bulk.globs import matches, raise_if_exhausted
from twelvelabs_embed.bulk.ids import IdSet
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.links import LinkIds
from twelvelabs_embed.bulk.manifests import (
    check_columns,
    check_encoding,
    check_suffix,
    count_rows,
    invalid_source,
    is_manifest,
    keys_of,
    read_json_lines,
    read_manifest,
)
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.rows import MEDIA_SUFFIXES, Candidate, Entry, RowReader, clean
from twelvelabs_embed.bulk.store_sources import media_objects
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.media import is_store_address
from twelvelabs_embed.limits.file_signatures import HEAD_BYTES, sniff

SourceLike: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""A folder, a glob, a media file, a manifest, `s3://bucket/prefix/` or `-`; or several."""

_STDIN = "-"

_log = logging.getLogger("twelvelabs_embed")


class Source:
    """The items of a run, in an order that stays the same.

    The id of an item is what its row says; otherwise its link, or its path from `root`; otherwise
    the name of the manifest and the number of the row, `texts.csv:17`. Rows count from 1, without
    the header and without empty lines.

    Args:
        given: folders, globs, media files, manifests, or `-` for standard input
        defaults: the settings of audio and video that the source does not give
        out: the folder of the output, which is excluded from the source
        only: the items that it has; all by default

    Attributes:
        names: what was given
        root: the folder to which ids are relative: the only folder that is given; the folder of the
            only manifest; otherwise the working directory
        is_stopped: whether the run is stopped; called while waiting for standard input
        incomplete: the first path that could not be read when the items were listed, so that more
            items may be there

    Raises:
        InvalidInputError: a file does not exist, or a setting is invalid
    """

    def __init__(
        self,
        given: SourceLike,
        defaults: Defaults = Defaults(),
        *,
        out: str | os.PathLike[str] | None = None,
        only: ItemIndex | None = None,
    ) -> None:
        several = [given] if isinstance(given, (str, os.PathLike)) else list(given)
        self.names = [os.path.expanduser(os.fspath(name)) for name in several]
        self._defaults = defaults.as_row()
        self._out = Path(out).resolve() if out else None
        self.is_stopped: Callable[[], bool] = lambda: False
        self.incomplete: str | None = None
        self._only = only
        self._stdin: LineStream | None = None
        self._links = LinkIds()
        if not self.names:
            raise invalid_source("nothing is given", "Name a folder, a file or a manifest")
        for name in self.names:
            if is_store_address(name):
                continue  # listing it shows whether it is there
            if name != _STDIN and next(self._expand(name), None) is None:
                raise invalid_source(
                    f"there is no {name!r}", "Check the path; links go into a manifest"
                )
            if os.path.exists(name):
                check_suffix(name)
        self.root = self._find_root()

    def prepare(self) -> int | None:
        """Check the whole source before anything is sent; return the number of items if known."""
        count, is_unknown = 0, False
        for name in self._paths():
            if name == _STDIN:
                is_unknown = True
                self._stdin = self._read_stdin()
                first, where = self._stdin.peek(), "standard input"
                check_encoding(where, os.fsencode(first[:4]))
                check_columns(where, keys_of(where, first, is_first=True))
            elif is_store_address(name):
                count += sum(1 for _ in media_objects(name))
            elif is_manifest(name):
                count += count_rows(Path(name))
            elif os.path.isdir(name):
                count += sum(1 for _ in _walk(name, self._out))
            else:
                count += 1
        if self._only is not None:
            return len(self._only)
        return None if is_unknown else count

    def __iter__(self) -> Iterator[Entry]:
        return (candidate.read() for candidate in self.candidates())

    def candidates(self) -> Iterator[Candidate]:
        """Yield the rows with their ids, before their media is opened."""
        only = self._only
        if only is None:
            yield from self._candidates()
            return
        found = IdSet()
        for candidate in self._candidates():
            if candidate.id in only:
                found.add(candidate.id)
                yield candidate
        if len(found) < len(only):
            several = f"{len(only) - len(found):,} of {len(only):,} items are"
            _log.warning("%s not in the source any more", several, extra={"is_notice": True})

    def _candidates(self) -> Iterator[Candidate]:
        self._links, self.incomplete = LinkIds(), None
        for name in self._paths():
            if name == _STDIN:
                lines = self._stdin or self._read_stdin()
                yield from read_json_lines(self._reader(Path(), "", _STDIN), lines)
            elif is_store_address(name):
                yield from self._read_store(name)
            elif is_manifest(name):
                yield from self._read_manifest(Path(name))
            elif os.path.isdir(name):
                yield from self._read_folder(Path(name))
            else:
                yield self._reader(Path(), "", "").candidate({"media": Path(name)}, 1)

    def _read_stdin(self) -> LineStream:
        return LineStream(sys.stdin.buffer, lambda: self.is_stopped())

    def _find_root(self) -> Path:
        if all(map(is_store_address, self.names)):
            return Path("/")  # their ids are relative to nothing
        if len(self.names) > 1 or not os.path.exists(self.names[0]):
            return Path.cwd()
        only = Path(self.names[0]).resolve()
        if only.is_dir():
            return only
        return only.parent if is_manifest(only) else Path.cwd()

    def _paths(self) -> Iterator[str]:
        for name in self.names:
            is_path = name != _STDIN and not is_store_address(name)
            yield from self._expand(name) if is_path else [name]

    def _expand(self, name: str) -> Iterator[str]:
        """Yield a name if it exists, otherwise the paths that it matches, in order."""
        return iter([name] if os.path.exists(name) else matches(name, self._out))

    def _reader(self, base: Path, prefix: str, name: str) -> RowReader:
        return RowReader(base, prefix, clean(name), self._defaults, self._links)

    def _read_manifest(self, path: Path) -> Iterator[Candidate]:
        if self._is_root(path.parent):
            reader = self._reader(path.parent, "", path.name)
        else:
            reader = self._reader(path.parent, str(path.parent), str(path))
        yield from read_manifest(reader, path)

    def _read_folder(self, folder: Path) -> Iterator[Candidate]:
        reader = self._reader(folder, "" if self._is_root(folder) else str(folder), "")
        for path in _walk(str(folder), self._out, self._report_incomplete):
            yield reader.candidate({"media": Path(path).relative_to(folder)}, 1)

    def _report_incomplete(self, path: str) -> None:
        self.incomplete = self.incomplete or path

    def _read_store(self, address: str) -> Iterator[Candidate]:
        reader = self._reader(Path(), "", "")
        for one in media_objects(address):
            if isinstance(one, StoreError):
                yield reader.unreadable(one.address, one.what)
            else:
                yield reader.candidate({"media": one}, 1)

    def _is_root(self, folder: Path) -> bool:
        return len(self.names) == 1 and folder.resolve() == self.root


# ----------------------------------------------------------------------------------------- folders


def _walk(
    folder: str, excluded: Path | None, report: Callable[[str], object] = lambda path: None
) -> Iterator[str]:
    """Yield media files below a folder, in order, without hidden ones and the folder `excluded`.

    Links to files are followed, links to folders are not: they may form a cycle. `report` is called
    with each path of which it is not known what it is.
    """
    stack = [_entries(folder)]  # the remaining entries of each folder on the path
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
        elif isinstance(entry, str):
            report(entry)
            yield entry
        elif entry.name.startswith("."):
            continue
        elif entry.is_dir(follow_symlinks=False):
            if excluded is None or Path(entry.path).resolve() != excluded:
                stack.append(_entries(entry.path))  # no recursion: there may be thousands
        elif not _is_file(entry):
            if entry.is_symlink() and not os.path.isdir(entry.path):  # its target is not there
                report(entry.path)
        elif (is_media := _looks_like_media(entry.path)) is None:
            report(entry.path)
        elif is_media:
            yield entry.path


def _entries(folder: str) -> Iterator[os.DirEntry[str] | str]:
    """Return what is in a folder, in order; its own path when it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            return iter(sorted(found, key=lambda entry: entry.name))
    except OSError as error:
        raise_if_exhausted(error)
        return iter([folder])  # as if it were a file: opening it raises the reason


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a cycle of links
        return False


def _looks_like_media(path: str) -> bool | None:
    """Decide by its name or its content; None if it cannot be read.

    What is named like media but is not is to be reported.
    """
    if os.path.splitext(path)[1].lower() in MEDIA_SUFFIXES:
        return True
    try:
        with open(path, "rb") as file:
            form = sniff(file.read(HEAD_BYTES))
    except OSError as error:
        raise_if_exhausted(error)
        return None
    return form is not None and form.kind != "other"


# ---------------------------------------------------------------------------------- standard input


class LineStream:
    """The lines of a stream, until the run is stopped.

    Reading from a pipe blocks until data arrives, and would not notice that. So `is_stopped` is
    called every `_POLL_SEC`.
    """

    _POLL_SEC = 0.2

    def __init__(self, stream: BinaryIO, is_stopped: Callable[[], bool]) -> None:
        self._lines = _decoded(_polled(stream, partial(self._is_ready, stream), is_stopped))
        self._peeked = ""

    def peek(self) -> str:
        """Return the first line that is not empty, and yield it again later; empty at the end."""
        self._peeked = next((line for line in self._lines if line.strip()), "")
        return self._peeked

    def __iter__(self) -> Iterator[str]:
        if self._peeked:
            yield self._peeked
        yield from self._lines

    def _is_ready(self, stream: BinaryIO) -> bool:
        return bool(select.select([stream], [], [], self._POLL_SEC)[0])


def _decoded(lines: Iterator[bytes]) -> Iterator[str]:
    """Decode lines, which may also end in CR; what is not UTF-8 is decoded as for file names."""
    for number, line in enumerate(lines):
        text = line.decode("utf-8" if number else "utf-8-sig", "surrogateescape")
        yield from text.split("\r") if "\r" in text else (text,)


def _polled(
    stream: BinaryIO, is_ready: Callable[[], bool], is_stopped: Callable[[], bool]
) -> Iterator[bytes]:
    try:
        number = stream.fileno()
        is_ready()
    except (OSError, ValueError, UnsupportedOperation):  # no pipe, or a system that cannot poll it
        yield from stream
        return
    rest = b""
    while not is_stopped():
        if not is_ready():
            continue
        data = os.read(number, 1 << 16)
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        if not data:
            yield rest
            return
