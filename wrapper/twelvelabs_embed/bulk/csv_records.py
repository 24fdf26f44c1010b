"""CSV records: RFC 4180, read strictly, so that a wrong quote never joins rows without notice.

Python's `csv` module is not used: it accepts a quote that is never closed, and rejects the whole
file for one cell of more than 131,072 characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

_FOLLOWED = "a closing quote is followed by {0!r}: write quotes inside a quoted cell twice"


class QuoteError(ValueError):
    """A quote joins several lines, and the result is no record: where rows start is unknown."""


@frozen
class Record:
    """A record of a CSV file.

    Attributes:
        line: the number of its first line, from 1
        cells: its cells; empty when they cannot be read
        error: why they cannot be read; empty otherwise
        lines: the lines of which it consists, if more than one
    """

    line: int
    cells: list[str]
    error: str = ""
    lines: tuple[str, ...] = ()


def read_records(lines: Iterable[str | None], max_chars: int) -> Iterator[Record]:
    """Yield the records of a file, without empty lines.

    Args:
        lines: the lines, with their ends; None for one that is too long
        max_chars: the length of the longest record, in characters
    """
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        if line is None:
            yield Record(number, [], f"the row is longer than {max_chars:,} characters")
        elif '"' not in line:
            if content := line.rstrip("\r\n"):
                yield Record(number, content.split(","))
        else:
            yield _read_quoted(number, line, numbered, max_chars)


def _read_quoted(
    first: int, line: str, following: Iterator[tuple[int, str | None]], max_chars: int
) -> Record:
    """Read the record that starts with a line that has quotes, and perhaps more lines."""
    cells: list[str] = []
    lines, length, number, at = [line], len(line), first, 0
    while True:
        if line.startswith('"', at):
            opened, parts, at = number, list[str](), at + 1
            while (end := _closing_quote(line, at)) == len(line):
                parts.append(line[at:])
                number, more = next(following, (number, None))
                length += len(more or "")
                if more is None or length > max_chars:
                    raise QuoteError(f"the quote that opens in line {opened} has no end")
                line, at = more, 0
                lines.append(line)
            cells.append("".join([*parts, line[at:end]]).replace('""', '"'))
            at = end + 1
            rest = line[at:].rstrip("\r\n")
            if rest and rest[0] != ",":
                if len(lines) == 1:
                    return Record(first, [], _FOLLOWED.format(rest[0]))
                end_of = f"the quote that opens in line {opened} ends in line {number}"
                raise QuoteError(f"{end_of}, inside a cell")
        else:
            rest = line[at:].rstrip("\r\n")
            cells.append(rest.partition(",")[0])
            at, rest = at + len(cells[-1]), rest[len(cells[-1]) :]
        if not rest:
            return Record(first, cells, lines=tuple(lines) if len(lines) > 1 else ())
        at += 1


def _closing_quote(line: str, at: int) -> int:
    """Return where a quoted cell ends; the length of the line if it does not."""
    while (end := line.find('"', at)) >= 0:
        if not line.startswith('"', end + 1):
            return end
        at = end + 2
    return len(line)
