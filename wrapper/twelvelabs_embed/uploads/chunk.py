"""Chunks of a file, and whether storage received what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import md5

from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.uploads.resume_store import Session

_READ_BYTES = 384 * 1024


class Chunk:
    """A chunk of a file, hashed while it is read."""

    def __init__(self, media: Media, session: Session, index: int) -> None:
        self.index = index
        self.length_bytes = session.length_bytes(index)
        self._offset_bytes = (index - 1) * session.chunk_bytes
        self.is_remote = media.kind == "object"
        self._media = media

    def read(self) -> Iterator[bytes]:
        self._digest = md5(usedforsecurity=False)
        for chunk in self._media.iter_range(self._offset_bytes, self.length_bytes, _READ_BYTES):
            self._digest.update(chunk)
            yield chunk

    @property
    def md5(self) -> str:
        """Of the last reading, in hexadecimal digits."""
        return self._digest.hexdigest()


def find_mismatch(etag: str, headers: Mapping[str, str], sent_md5: str) -> str:
    """Say what is wrong with the response to a chunk; empty if nothing is."""
    if not etag:
        return "storage responded without an ETag, which proves that it is there"
    # An ETag is the MD5 of what was received, unless encrypted with a key of the customer.
    is_encrypted = headers.get("x-amz-server-side-encryption", "").startswith("aws:kms")
    is_encrypted |= "x-amz-server-side-encryption-customer-algorithm" in headers
    is_md5 = re.fullmatch(r"[0-9a-f]{32}", etag.lower()) and not is_encrypted
    if is_md5 and etag.lower() != sent_md5:
        return f"storage got something else (MD5 {etag}) than was sent ({sent_md5})"
    return ""
