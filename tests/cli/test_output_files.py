"""Files that commands write."""

import os
from pathlib import Path

import numpy as np
import pytest
import typer
from twelvelabs_embed import Embeddings
from twelvelabs_embed.cli.output_files import check_file, save


def test_what_cannot_be_written_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert check_file(Path("~/a.npy")) == tmp_path / "a.npy"
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "a.npy", tmp_path / "none" / "a.npy"):
        with pytest.raises(typer.BadParameter):
            check_file(path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(typer.BadParameter):
        check_file(tmp_path / "a.npy")


def test_a_write_that_fails_leaves_the_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: object, vectors: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.npy"
    path.write_bytes(b"before")
    monkeypatch.setattr(np, "save", fail)
    vectors = np.zeros((0, 2), np.float32)
    with pytest.raises(OSError, match="No space"):
        save(Embeddings(vectors, [], model="m", input_type="text"), path)
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.npy"]
