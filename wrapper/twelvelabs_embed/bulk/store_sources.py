"""Sources in object stores: `s3://bucket/prefix/`, an object, or a glob of keys.

Objects are listed, which gives their sizes and versions, and not read. So their names say what they
are: what has no suffix of media is omitted. So is `.ts`; a manifest can name it.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import PurePosixPath

from twelvelabs_embed.bulk.globs import key_pattern
from twelvelabs_embed.bulk.manifests import invalid_source
from twelvelabs_embed.bulk.rows import MEDIA_SUFFIXES
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.object_stores import StoredObject, list_objects, split_address


def media_objects(address: str) -> Iterator[StoredObject | StoreError]:
    """Yield the media at an address, in the order of keys, and what cannot be listed.

    The address is of an object; of a prefix, with everything below it; or has `*`, `?`, `[...]` and
    `**` as in globs. Hidden objects are omitted, unless they are named.
    """
    try:
        yield from _at(address)
    except StoreError as error:
        allowed = "a store is listed to be embedded"
        hint = "Check the bucket, the credentials in the environment and the bucket's policy"
        raise InvalidInputError([Violation("source", error.what, allowed, hint)]) from None


def _at(address: str) -> Iterator[StoredObject | StoreError]:
    scheme, bucket, key = split_address(address)
    if key and not key.endswith("/") and (found := _find(address)) is not None:
        yield found
        return
    is_pattern = glob.has_magic(key)
    prefix = _fixed_prefix(key) if is_pattern else f"{key.rstrip('/')}/" if key else ""
    matches = key_pattern(key if is_pattern else "**")
    is_empty = True
    for one in list_objects(scheme, bucket, prefix):
        is_match = isinstance(one, StoreError) or bool(matches.fullmatch(one.key))
        is_empty = is_empty and not is_match
        if is_match and (isinstance(one, StoreError) or _is_media(one.key, prefix)):
            yield one
    if is_empty:
        raise invalid_source(f"there is nothing at {address}", "Check the bucket and the key")


def _find(address: str) -> StoredObject | None:
    """Return the object of exactly this address."""
    try:
        found = StoredObject.parse(address)
        found.stat()
    except (StoreError, InvalidInputError):  # listing says why
        return None
    return found


def _fixed_prefix(pattern: str) -> str:
    """Return the folders of a pattern before the first special sign."""
    folders = pattern.split("/")[:-1]
    fixed = next((i for i, name in enumerate(folders) if glob.has_magic(name)), len(folders))
    return "".join(f"{name}/" for name in folders[:fixed])


def _is_media(key: str, prefix: str) -> bool:
    below = key.removeprefix(prefix)
    if any(segment.startswith(".") for segment in below.split("/")):
        return False
    return PurePosixPath(key).suffix.lower() in MEDIA_SUFFIXES
