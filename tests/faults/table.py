"""Writes docs/faults.md from the data that the tests hold the library to.

python -m tests.faults.table
"""

from __future__ import annotations

from pathlib import Path

from twelvelabs_embed_emulator.faults.script import KINDS

from tests.faults.expected_outcomes import ROWS
from tests.faults.operations import CALLS, CREATES, EMPTY

FILE = Path(__file__).parents[2] / "docs" / "faults.md"

_TEXT = """\
# When requests fail

<!-- Written by `python -m tests.faults.table`; tests/faults holds the library to it. -->

The result of a call when a request fails, for both clients. A number is how many requests are sent:
"done, 2" means that the first one failed and its retry succeeded. Errors are those of
`twelvelabs_embed`; after the last attempt the error of that attempt is raised.

- *Reads* return something and are idempotent: {reads}.
- *Changes* return nothing (no body) and are idempotent: {changes}. An asset that is gone when its
  deletion is retried counts as deleted, if the service says so; half a response or a proxy's page
  proves nothing, so the deletion is sent again.
- *Creates* make something with each request: {creates}. They are sent once, unless it is certain
  that nothing was made; `OutcomeUnknownError` says how to look it up.
- *Always* is `create_embeddings` with `RetryPolicy(attempts=3)` when every attempt has the fault.

The faults are described below, in [Trying it](#trying-it).

| fault | reads | changes | creates | always |
|---|---|---|---|---|
{rows}

Three things are not in the table:

- A connection that is reset while a file is sent (`reset-before`, `reset-during`): when the last
  byte was not handed over yet, the service cannot have acted on it, so `create_asset` is retried.
- `short-length`: the blocking client needs one attempt more, because httpx reads the rest of the
  response as the next response.
- The timeout is for each wait for data, in both directions. A server that sends something now and
  then keeps a call waiting (`slow-head`, `slow-body`); one that stops does not.

## Trying it

The emulator injects all of these faults on demand. A script has one step for each request; requests
after its end pass.

| script | meaning |
|---|---|
| `503*2,reset,pass` | two responses 503, then a response that is lost; all further requests pass |
| `429:3` | a response 429 with `Retry-After: 3` |
| `pass*4,503,repeat` | every fifth request fails |
| `faults.json` | a file: a list of such words, or of objects with `kind`, `value` and `times` |

| kind | value | what happens |
|---|---|---|
{kinds}
"""


def write_table() -> str:
    """The whole file."""
    reads = [name for name in CALLS if name not in CREATES + EMPTY]
    return _TEXT.format(
        reads=_names(reads),
        changes=_names(EMPTY),
        creates=_names(CREATES),
        rows="\n".join(map(_row, ROWS)),
        kinds="\n".join(
            f"| {_word(name)} | {kind.value} | {kind.description} |" for name, kind in KINDS.items()
        ),
    )


def _word(name: str) -> str:
    return "a status, such as `503`" if name == "STATUS" else f"`{name}`"


def _names(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _row(script: str) -> str:
    row = ROWS[script]
    cells = (f"`{script}`", row.reads, row.changes, row.created_resource, row.for_ever)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    FILE.write_text(write_table())
