"""Globs: the paths that a pattern matches.

The standard library's `glob` follows links to folders in `**`, round and round where a link leads
to a parent. Here `**` does not follow them.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path

from twelvelabs_embed.errors import files_exhausted

_SEPARATORS = re.escape(os.sep + (os.altsep or ""))
_RECURSIVE = re.compile(
    rf"(?P<before>(?:.*?[{_SEPARATORS}])??)\*\*(?:[{_SEPARATORS}]+(?P<after>.*))?", re.DOTALL
)


def matches(pattern: str, excluded: Path | None = None) -> list[str]:
    """Return the paths that a pattern matches, in order, without hidden ones.

    Args:
        pattern: as for `glob.glob` with `recursive`; a `**` at its end matches files
        excluded: a resolved folder that is omitted, with everything in it
    """
    found = sorted(set(_matches(pattern)))
    if excluded is None:
        return found
    resolved = {folder: Path(folder).resolve() for folder in map(os.path.dirname, found)}
    return [
        path
        for path in found
        if not (resolved[os.path.dirname(path)] / os.path.basename(path)).is_relative_to(excluded)
    ]


def _matches(pattern: str) -> Iterator[str]:
    match = _RECURSIVE.fullmatch(pattern)
    if match is None:
        yield from glob.iglob(pattern)
        return
    before, after = match["before"], match["after"]
    for base in glob.iglob(before) if glob.has_magic(before) else [before]:
        for folder, folders, files in os.walk(base or ".", onerror=raise_if_exhausted):
            folders[:] = [name for name in folders if not name.startswith(".")]
            inside = os.path.relpath(folder, base or ".")
            prefix = base if inside == "." else os.path.join(base, inside)
            if after:
                yield from _matches(os.path.join(glob.escape(prefix), after))
            else:
                yield from (os.path.join(prefix, name) for name in files if name[0] != ".")


def key_pattern(pattern: str) -> re.Pattern[str]:
    """Return the expression of the keys of objects that a glob matches; `/` separates folders."""
    expression, position = "", 0
    for match in re.finditer(r"\*\*/?|\*|\?|\[!?\]?[^\]]*\]", pattern):
        expression += re.escape(pattern[position : match.start()])
        position, sign = match.end(), match[0]
        if sign.startswith("**"):
            expression += "(?:.*/)?" if sign.endswith("/") else ".*"
        elif sign.startswith("["):
            # Between `(?s:` and `)\Z` (`)\z` from Python 3.14 on): a set, also an empty one.
            expression += "(?!/)" + fnmatch.translate(sign)[len("(?s:") : -len(r")\Z")]
        else:
            expression += "[^/]*" if sign == "*" else "[^/]"
    return re.compile(expression + re.escape(pattern[position:]), re.DOTALL)


def raise_if_exhausted(error: OSError) -> None:
    """Raise where a lack of file descriptors would make files look as if they were not there."""
    if (exhausted := files_exhausted(error)) is not None:
        raise exhausted from error
