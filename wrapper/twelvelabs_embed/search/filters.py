"""Filters of a search: by option, scope, input type, id and time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite

from attrs import frozen

from twelvelabs_embed._text import closest_match, sql_list, sql_text
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.search.dataset import DatasetInfo
from twelvelabs_embed.search.options import SearchOptions


@frozen(kw_only=True)
class Filters:
    """What a row must have to be found.

    Attributes:
        values: the allowed values of columns
        id_prefixes: how its id may start; empty for any
        start_sec, end_sec: the range of time that it must overlap; None is open
    """

    values: Mapping[str, list[str]]
    id_prefixes: tuple[str, ...] = ()
    start_sec: float | None = None
    end_sec: float | None = None

    def as_sql(self) -> str:
        """Return the condition for a database; empty when all rows are allowed."""
        prefixes = [f"starts_with(id, {sql_text(one)})" for one in self.id_prefixes]
        conditions = [
            *(f"{name} IN {sql_list(allowed)}" for name, allowed in self.values.items()),
            *([f"({' OR '.join(prefixes)})"] if prefixes else []),
            *([f"end_sec > {self.start_sec}"] if self.start_sec is not None else []),
            *([f"start_sec < {self.end_sec}"] if self.end_sec is not None else []),
        ]
        return " AND ".join(conditions)


def as_filters(info: DatasetInfo, options: SearchOptions) -> Filters:
    """Validate filters: some segment must have each of the values.

    Raises:
        InvalidInputError: with every value that no segment has, and a range without any time
    """
    present = {"option": info.options, "scope": info.scopes, "input_type": info.input_types}
    values = {
        name: _listed(allowed)
        for name in present
        if (allowed := getattr(options, name)) is not None
    }
    violations = [
        unknown_value(name, value, present[name])
        for name, allowed in values.items()
        for value in allowed
        if value not in present[name]
    ]
    start_sec, end_sec = options.start_sec, options.end_sec
    for name, value in {"start_sec": start_sec, "end_sec": end_sec}.items():
        if value is not None and not isfinite(value):
            violations.append(Violation(name, str(value), "a number of seconds", "Omit it"))
    if start_sec is not None and end_sec is not None and end_sec <= start_sec:
        violations.append(
            Violation(
                "end_sec",
                f"{end_sec:g} is not after start_sec, {start_sec:g}",
                "a range ends after its start",
                "Give a later end, or omit one of them",
            )
        )
    if violations:
        raise InvalidInputError(violations)
    return Filters(
        values=values,
        id_prefixes=tuple(_listed(options.id_prefix or [])),
        start_sec=start_sec,
        end_sec=end_sec,
    )


def _listed(allowed: str | Collection[str]) -> list[str]:
    return [allowed] if isinstance(allowed, str) else list(allowed)


def unknown_value(name: str, value: str, present: Collection[str]) -> Violation:
    """Describe a value that no segment has."""
    near = closest_match(value, present)
    if not present:
        return Violation(name, f"no segment has {value!r}", f"no segment has any {name}", "Omit it")
    return Violation(
        name,
        f"no segment has {value!r}",
        f"there is {', '.join(dict.fromkeys(present))}",
        f"Did you mean {near}?" if near else "Use one of these, or omit it to search all segments",
    )
