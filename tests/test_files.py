"""Paths of users, and files that appear complete or not at all."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO
from unittest.mock import Mock

import pytest
from twelvelabs_embed import InvalidInputError
from twelvelabs_embed._files import (
    UnsyncedNameError,
    atomic_path,
    atomic_write,
    expand_path,
    open_to_append,
    remove_temporary_files,
    sync,
    sync_folder,
)

needs_posix = pytest.mark.skipif(os.name == "nt", reason="of POSIX")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_home_is_expanded_and_an_empty_path_is_rejected() -> None:
    assert expand_path("~/films", "path") == Path.home() / "films"
    with pytest.raises(InvalidInputError) as caught:
        expand_path("", "resume_dir")
    assert caught.value.violations[0].field == "resume_dir"


def test_a_file_is_replaced_by_bytes_or_by_what_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic_write(path, b"one")
    atomic_write(path, lambda file: file.write(b"two"), mode=0o600)
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["a.json"]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_file_and_nothing_else(tmp_path: Path) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise RuntimeError

    def fail_beside(path: Path) -> None:
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            fail(file)

    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError):
        atomic_write(path, fail)
    with pytest.raises(RuntimeError):
        fail_beside(path)
    assert (path.read_bytes(), names(tmp_path)) == (b"before", ["a.json"])


def test_a_file_that_cannot_be_opened_is_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not that there is no temporary file to remove."""

    def fail(*args: object) -> int:
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        with pytest.raises(OSError, match="too many open files"):
            atomic_write(tmp_path / "a.json", b"one")
    assert names(tmp_path) == []


@needs_posix
def test_a_name_that_cannot_be_flushed_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, flushed = os.fsync, []

    def fail_for_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, "the disk fails")
        flush(handle)
        flushed.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    with pytest.raises(UnsyncedNameError) as caught:
        atomic_write(tmp_path / "a.json", b"whole")
    assert caught.value.errno == errno.EIO
    assert (tmp_path / "a.json").read_bytes() == b"whole"
    assert flushed == [5]  # when all of it was written


@needs_posix
def test_links_are_kept_by_atomic_path_and_not_followed_by_append(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"before")
    link.symlink_to(target)
    with atomic_path(link) as temporary:
        temporary.write_bytes(b"after")
    assert link.is_symlink()
    assert target.read_bytes() == b"after"
    with pytest.raises(OSError, match="link"):
        open_to_append(link)
    for line in (b"1", b"2"):
        with open_to_append(tmp_path / "log") as file:
            file.write(line)
    assert (tmp_path / "log").read_bytes() == b"12"
    assert names(tmp_path) == ["link", "log", "target"]


def test_temporary_files_of_a_name_are_removed(tmp_path: Path) -> None:
    for name in (".a.1f.tmp", ".a.tmp", ".ab.1f.tmp", "a.tmp", ".a.1f.part"):
        (tmp_path / name).touch()
    remove_temporary_files(tmp_path, "a")
    assert names(tmp_path) == [".a.1f.part", ".ab.1f.tmp", "a.tmp"]


@needs_posix
def test_only_what_cannot_be_flushed_at_all_counts_as_flushed(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    sync(writing)  # a pipe has no disk
    os.close(reading)
    os.close(writing)
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        sync(writing)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "none")


def test_a_folder_that_was_flushed_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that may not be opened counts as flushed."""
    handles = list[int]()

    def open_folder(path: Path, flags: int) -> int:
        handles.append(os_open(path, flags))
        return handles[-1]

    os_open = os.open
    monkeypatch.setattr(os, "open", open_folder)
    sync_folder(tmp_path)
    for number in (errno.EACCES, errno.EPERM, errno.EISDIR):
        monkeypatch.setattr(os, "open", Mock(side_effect=OSError(number, "no")))
        sync_folder(tmp_path)
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        os.fstat(*handles)


@needs_posix
def test_no_file_is_written_through_a_link_of_its_temporary_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"before")
    monkeypatch.setattr(os, "urandom", bytes)
    (tmp_path / f".a.{bytes(8).hex()}.tmp").symlink_to(target)
    with pytest.raises(FileExistsError):
        atomic_write(tmp_path / "a", b"after")
    assert target.read_bytes() == b"before"
