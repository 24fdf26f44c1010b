"""Files that commands write: `--out`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings


def check_file(path: Path) -> Path:
    """Validate that a file can be written, before anything is sent and charged."""
    path = Path(os.path.expanduser(path))
    if path.is_dir():
        raise typer.BadParameter(f"{str(path)!r} is a folder; give the name of a file in it.")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {str(path.parent)!r}.")
    if not os.access(path.parent, os.W_OK):
        raise typer.BadParameter(f"the folder {str(path.parent)!r} may not be written to.")
    return path


def check_vectors_file(path: Path | None) -> Path | None:
    """Validate that a file for vectors has a known format and can be written."""
    if path is None:
        return None
    if path.suffix.lower() not in (".parquet", ".npy"):
        raise typer.BadParameter(f"{path.name!r} ends neither in .parquet nor in .npy.")
    return check_file(path)


def require_packages(path: Path | None) -> None:
    """Import the packages that write the file.

    Raises:
        MissingDependencyError: one is missing; the message names the extra that brings it.
    """
    from twelvelabs_embed._extras import import_extra

    if path and path.suffix.lower() == ".parquet":
        import_extra("pyarrow.parquet", "arrow")


def save(embeddings: Embeddings, path: Path) -> None:
    """Write the vectors; a Parquet file also has their segments."""
    if path.suffix.lower() == ".parquet":
        embeddings.to_parquet(path)
        return
    import numpy as np

    from twelvelabs_embed._files import atomic_path

    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.save(file, embeddings.vectors)  # to a path, numpy would append .npy
