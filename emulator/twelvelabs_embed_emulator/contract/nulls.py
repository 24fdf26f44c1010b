"""Explicit nulls: `null` in an optional property counts as if the property were omitted."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract.strict_json import Json

_Resolve: TypeAlias = Callable[[Json], Json]


def without_nulls(value: Any, schemas: list[Json], resolve: _Resolve) -> Any:
    """Return `value` without the nulls of properties that do not accept null.

    Unknown properties stay, and so does null where the schema accepts it.

    Args:
        value: decoded JSON.
        schemas: those that apply to `value`.
        resolve: returns the schema that a `$ref` refers to.
    """
    known = [one for schema in schemas for one in _applicable(schema, resolve)]
    if isinstance(value, list):
        items = [schema["items"] for schema in known if "items" in schema]
        return [without_nulls(one, items, resolve) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, one in value.items():
        properties = [schema.get("properties", {}) for schema in known]
        own = [found[name] for found in properties if name in found]
        if one is not None or not own or any(_accepts_null(schema, resolve) for schema in own):
            kept[name] = without_nulls(one, own, resolve)
    return kept


def _applicable(schema: Json, resolve: _Resolve) -> Iterator[Json]:
    """Yield a schema and those that it combines."""
    schema = resolve(schema)
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(keyword, ()):
            yield from _applicable(one, resolve)
    for keyword in ("then", "else"):
        if keyword in schema:
            yield from _applicable(schema[keyword], resolve)


def _accepts_null(schema: Json, resolve: _Resolve) -> bool:
    types = [one.get("type", ()) for one in _applicable(schema, resolve)]
    return any("null" in (found if isinstance(found, list) else [found]) for found in types)
