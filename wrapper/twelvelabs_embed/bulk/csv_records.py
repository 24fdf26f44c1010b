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

    Raises:
        QuoteError: a quote that is opened in one line is not closed, or not at the end of a cell
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
    parser, lines, length = _Parser(), [line], len(line)
    number = first
    while not parser.feed(line) and not parser.error:
        number, following_line = next(following, (number, None))
        length += len(following_line or "")
        if following_line is None or length > max_chars:
            raise QuoteError(f"the quote that opens in line {parser.opened_in(first)} has no end")
        line = following_line
        lines.append(line)
    if not parser.error:
        return Record(first, parser.cells, lines=tuple(lines) if len(lines) > 1 else ())
    if len(lines) == 1:
        return Record(first, [], parser.error)
    opened = parser.opened_in(first)
    raise QuoteError(f"the quote that opens in line {opened} ends in line {number}, inside a cell")


class _Parser:
    """Parser of one record, which is given line by line.

    Attributes:
        cells: the cells that are complete
        error: why the record cannot be read
    """

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.error = ""
        self._open: list[str] | None = None  # the parts of a quoted cell without its end
        self._lines = self._opened = 0

    def opened_in(self, first: int) -> int:
        """Return the line in which the last quote opened, if the record starts in `first`."""
        return first + self._opened - 1

    def feed(self, line: str) -> bool:
        """Read a line, with its end; return whether it completes the record."""
        self._lines += 1
        at = 0
        while True:
            if self._open is None and line.startswith('"', at):
                self._open, self._opened, at = [], self._lines, at + 1
            if self._open is None:
                content = line[at:].rstrip("\r\n")
                cell, comma, _ = content.partition(",")
                self.cells.append(cell)
                if not comma:
                    return True
                at += len(cell) + 1
                continue
            end = _closing_quote(line, at)
            self._open.append(line[at:end])
            if end == len(line):
                return False
            self.cells.append("".join(self._open).replace('""', '"'))
            self._open, at = None, end + 1
            rest = line[at:].rstrip("\r\n")
            if not rest:
                return True
            if not rest.startswith(","):
                self.error = _FOLLOWED.format(rest[:1])
                return False
            at += 1


def _closing_quote(line: str, at: int) -> int:
    """Return where a quoted cell ends; the length of the line if it does not."""
    while (end := line.find('"', at)) >= 0:
        if not line.startswith('"', end + 1):
            return end
        at = end + 2
    return len(line)
