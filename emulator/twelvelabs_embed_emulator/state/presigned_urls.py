"""Presigned URLs: each allows to put a chunk, once and without a key, until it expires."""

import hmac
from hashlib import sha256
from secrets import token_hex
from urllib.parse import urlencode


class Signer:
    """Makes and verifies the URLs of the storage host.

    Args:
        base_url: the address of the storage host.
        secret: the key of the signatures.
    """

    def __init__(self, base_url: str, secret: bytes) -> None:
        self._base_url = base_url
        self._secret = secret

    def chunk_url(self, upload_id: str, chunk_index: int, expires_ms: int) -> str:
        """Return the URL to put a chunk to, until `expires_ms`."""
        nonce = token_hex(8)
        signature = self._sign(upload_id, chunk_index, expires_ms, nonce)
        query = urlencode({"expires": expires_ms, "nonce": nonce, "signature": signature})
        return f"{self._base_url}/{upload_id}/{chunk_index}?{query}"

    def is_signed(
        self, upload_id: str, chunk_index: int, expires_ms: int, nonce: str, signature: str
    ) -> bool:
        """Return whether the signature is that of a URL that was made here."""
        expected = self._sign(upload_id, chunk_index, expires_ms, nonce)
        return hmac.compare_digest(expected.encode(), signature.encode())

    def asset_url(self, asset_id: str) -> str:
        """Return the URL of the file of an asset, from which nothing can be fetched."""
        return f"{self._base_url}/assets/{asset_id}"

    def _sign(self, upload_id: str, chunk_index: int, expires_ms: int, nonce: str) -> str:
        text = f"PUT/{upload_id}/{chunk_index}/{expires_ms}/{nonce}"
        return hmac.new(self._secret, text.encode(), sha256).hexdigest()
