"""How something that is to go is told: what to use instead, since when, and until when it works.

Versions are semantic. What is public stays for at least one minor version after it was marked.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["deprecated", "warn_deprecated"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def deprecated(
    *, instead: str, since: str, until: str
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Mark a function or a method, so that each call of it is told of where it is made.

        @deprecated(instead="client.embed", since="0.4", until="1.0")
        def embed_text(self, text: str) -> Embeddings: ...

    Args:
        instead: what does the same, as people would write it
        since: the version that marked it
        until: the version that will no longer have it
    """

    def mark(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @functools.wraps(function)
        def marked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            name = f"{function.__qualname__}()"
            warn_deprecated(name, instead=instead, since=since, until=until, stacklevel=3)
            return function(*args, **kwargs)

        return marked

    return mark


def warn_deprecated(
    what: str, *, instead: str, since: str, until: str, stacklevel: int = 3
) -> None:
    """Tell of a use of something else than a function, such as an argument or a value.

    Args:
        what: what is to go, as people write it: `embed(timeout_sec=)`
        instead, since, until: as for `deprecated`
        stacklevel: whose line is shown: 2 is that of the function that calls this one, 3 that of
            the caller of that function, which is a user's when a public function calls this one
    """
    message = f"{what} is deprecated since {since} and goes with {until}. Use {instead} instead."
    warnings.warn(message, DeprecationWarning, stacklevel=stacklevel)
