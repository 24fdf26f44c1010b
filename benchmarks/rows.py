"""A row of the table: two figures, what they are to each other, and what they must be."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Unit = Literal["sec", "bytes", "calls/s", "calls"]
MB = 1_000_000


@frozen
class Must:
    """A target: a factor by which ours must be better, or a value that it must keep to.

    Attributes:
        text: the target in words
        factor: how many times better than theirs
        value: at most, or at least where more is better, in the row's unit
    """

    text: str
    factor: float | None = None
    value: float | None = None


@frozen
class Row:
    """A row of the table.

    Attributes:
        line: its line in DESIGN.md's table, from 1
        work: what is done
        install: `core` or `[fast]`; what else is measured has its own name
        unit: of `ours` and `theirs`
        ours: None where it cannot be measured on this system
        theirs: the same for what ours is measured against
        must: the target, if there is one
        against: what `theirs` is
    """

    line: int
    work: str
    install: str
    unit: Unit
    ours: float | None
    theirs: float | None
    must: Must | None = None
    against: str = "SDK"

    @property
    def less_is_better(self) -> bool:
        return self.unit in ("sec", "bytes")

    @property
    def factor(self) -> float | None:
        """How many times better ours is; below 1 it is worse."""
        if not self.ours or not self.theirs:
            return None
        return self.theirs / self.ours if self.less_is_better else self.ours / self.theirs

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none or it cannot be measured here."""
        if self.must is None:
            return None
        if self.must.factor is not None:
            return None if self.factor is None else self.factor >= self.must.factor
        assert self.must.value is not None
        if self.ours is None:
            return None
        if self.less_is_better:
            return self.ours <= self.must.value
        return self.ours >= self.must.value


def times(factor: float) -> Must:
    """So many times better than theirs."""
    return Must(f"at least {factor:g}x", factor=factor)


def share(part: float) -> Must:
    """At most this part of theirs."""
    return Must(f"at most {part:g}x of theirs", factor=1 / part)


def at_max_mb(limit_mb: float) -> Must:
    """At most this much memory."""
    return Must(f"at most {limit_mb:g} MB", value=limit_mb * MB)


def shown(value: float | None, unit: Unit) -> str:
    """Return a figure as people read it."""
    match unit:
        case _ if value is None:
            return "-"
        case "bytes":
            return f"{value / MB:,.1f} MB"
        case "calls/s":
            return f"{value:,.0f}/s"
        case "calls":
            return f"{value:g}"
        case "sec" if value >= 10:
            return f"{value:,.1f} s"
        case "sec" if value >= 0.1:
            return f"{value * 1e3:,.0f} ms"
        case "sec" if value >= 0.01:
            return f"{value * 1e3:.1f} ms"
        case _:
            return f"{value * 1e6:,.0f} us"
