"""Authentication of operations: what a request must carry, whatever its scheme is called.

Documents declare it as security schemes or as a header parameter. Both are resolved to the
same words, such as `header x-api-key`, so that another name of a scheme is no change.
"""

from collections.abc import Iterable, Mapping

from scripts.api_watch.schemas import Json

# Headers with the API key, where a document has them as parameters or does not define the scheme.
KEY_HEADERS = ("x-api-key", "authorization")

Alternatives = frozenset[frozenset[str]]
"""Each alternative is all that one request carries; one of them is enough."""


def authentication(
    requirements: Json, schemes: Mapping[str, Json], headers: Iterable[str]
) -> Alternatives:
    """Resolve what an operation requires.

    Args:
        requirements: `security` of the operation, or else of the document; None if absent
        schemes: the security schemes, resolved, by name
        headers: the names of its header parameters

    Returns:
        The alternatives; empty when the document does not say.
    """
    parameters = {f"header {name}" for name in headers if name in KEY_HEADERS}
    if requirements is None:
        named = parameters or {word for s in schemes.values() for word in carried(s, ())}
        return frozenset(frozenset({one}) for one in named)
    return frozenset(
        frozenset(parameters).union(
            *(
                carried(schemes.get(name) or undefined(name), scopes or ())
                for name, scopes in alternative.items()
            )
        )
        for alternative in requirements or [{}]
    )


def undefined(name: str) -> Json:
    """Return the scheme of a name alone: a document that was cut does not define it."""
    if name.lower() in KEY_HEADERS:
        return {"type": "apiKey", "in": "header", "name": name}
    return {"type": f"scheme {name}"}


def carried(scheme: Json, scopes: Iterable[str]) -> set[str]:
    kind = str(scheme.get("type"))
    if kind == "apiKey":
        name, place = str(scheme.get("name")), str(scheme.get("in"))
        return {f"{place} {name.lower() if place == 'header' else name}"}
    if kind == "http":
        return {f"{str(scheme.get('scheme')).lower()} token"}
    return {kind, *(f"scope {scope}" for scope in scopes)}


def words(alternatives: Alternatives) -> str:
    return " or ".join(sorted(" and ".join(sorted(one)) or "none" for one in alternatives))


def still_works(old: Alternatives, new: Alternatives) -> bool:
    """Return whether each way to authenticate is still enough. To send more does no harm."""
    return all(any(needed <= sent for needed in new) for sent in old)
