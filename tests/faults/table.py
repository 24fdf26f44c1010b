"""Writes docs/faults.md from the data that the tests hold the library to.

python -m tests.faults.table
"""

from __future__ import annotations

from pathlib import Path

from twelvelabs_embed_emulator._faults import KINDS

from tests.faults.operations import CALLS, CREATES, EMPTY
from tests.faults.outcomes import ROWS

FILE = Path(__file__).parents[2] / "docs" / "faults.md"

_TEXT = """\
# When requests fail

<!-- Written by `python -m tests.faults.table`; tests/faults holds the library to it. -->

What comes of a call when a request fails, blocking and awaited alike. A number is how many requests
are sent: "done, 2" means that the first one failed and the second was answered. Errors are those of
`twelvelabs_embed`; after the last attempt the error of that attempt is raised.

- *Reads* answer with something, and doing them twice does no harm: {reads}.
- *Changes* answer with nothing (204), and doing them twice does no harm: {changes}. An asset that
  is gone when its deletion is sent again counts as deleted, if the service says so; half an answer
  or a proxy's page says nothing, so it is asked again.
- *Creates* make something with each request: {creates}. They are sent once, unless it is certain
  that nothing was made; `OutcomeUnknownError` says how to look.
- *For ever* is `create_embeddings` with `RetryPolicy(attempts=3)` when each attempt fails alike.

What each fault is stands below, in [Trying it](#trying-it).

| fault | reads | changes | creates | for ever |
|---|---|---|---|---|
{rows}

Three things are not in the table:

- A connection that is reset while a file is sent (`reset-before`, `reset-during`): when the last
  byte was not handed over yet, nobody can have acted on it, so `create_asset` is sent again.
- `short-length`: the blocking client needs one attempt more, because httpx takes what is left of
  the answer for the next answer.
- The timeout is for each wait for data, in both directions. A server that sends something now and
  then keeps a call waiting (`slow-head`, `slow-body`); one that stops does not.

## Trying it

The emulator does all of this on demand. A script says what happens to one request after the other;
what comes after its end passes.

| script | meaning |
|---|---|
| `503*2,reset,pass` | two answers 503, then an answer that is lost; all that follows passes |
| `429:3` | an answer 429 with `Retry-After: 3` |
| `pass*4,503,repeat` | of five requests the last one fails, for ever |
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
            f"| {_word(name)} | {kind.takes} | {kind.says} |" for name, kind in KINDS.items()
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
