"""Errors of runs, which say the same in another process, however they are made."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import ApiConnectionError
from twelvelabs_embed.bulk import errors

LOST = ApiConnectionError("reset")
CHANGES = (errors.Difference("model", "a", "b"), errors.Difference("dimension", "1", "2"))


@pytest.mark.parametrize(
    ("kind", "arguments", "text"),
    [
        (
            errors.DamagedFileError,
            {"path": Path("a.parquet"), "error": OSError(5, "Input/output error")},
            "a.parquet cannot be read (OSError: Input/output error). Restore it, or move it away: "
            "the next run embeds its items again",
        ),
        (
            errors.DamagedFileError,
            {"path": Path("a.parquet"), "error": ValueError("no footer\nat all")},
            "a.parquet cannot be read (ValueError: no footer). Restore it, or move it away: the "
            "next run embeds its items again",
        ),
        (
            errors.FolderInUseError,
            {"folder": Path("out")},
            "another run is writing to out: wait for its end, or use another folder",
        ),
        (
            errors.NoResponseError,
            {"in_a_row": 3, "failure": LOST},
            "3 items in a row failed, so the run has ended (reset)",
        ),
        (
            errors.PruneError,
            {"count": 1000, "total": 2000, "reason": "it is half", "hint": "Look"},
            "1,000 of 2,000 items are gone from the source, and were not removed: it is half. Look",
        ),
        (
            errors.RunChangedError,
            {"folder": Path("out"), "differences": CHANGES},
            "out was started with other settings: model was a, now it is b; dimension was 1, now "
            "it is 2. Take another folder",
        ),
    ],
)
def test_an_error_of_a_run_says_the_same_in_another_process(
    kind: Any, arguments: dict[str, Any], text: str
) -> None:
    error = kind(**arguments)
    for one in (error, kind(*arguments.values()), pickle.loads(pickle.dumps(error))):
        assert (type(one), str(one), vars(one).keys()) == (kind, text, vars(error).keys())
    for name, value in vars(error).items():
        assert value is arguments[name], name
