"""Ids of links: without the signatures of presigned ones, so that they stay the same and secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import SplitResult, urlsplit

from twelvelabs_embed.bulk.ids import IdSet

# Words in the names of parameters that sign a link or allow access, of object stores and others.
_SECRET_WORDS = re.compile(
    r"sig|token|secret|auth|hmac|hdn|policy|expire|credential|security|session|pass|jwt|key|hash"
    r"|md5|verify|nonce|ticket|pwd|bearer|sessid|^x-(amz|goog|oss|obs|cos|bce|ms)-|^q-|access(key)?id|^wssecret|^wstime"
    r"|^(ex|is|hm|pw|sid|sip|s[erptvi]|st|spr|srt|ss|sdd|ses|scid|sk[a-z]+|saoid|suoid)$",
    re.IGNORECASE,
)
# Schemes whose signature says nothing of the object: its path does.
_OBJECT_STORES = re.compile(
    r"(^|&)(x-(amz|goog|oss|obs|cos|bce)-signature|signature|sig|q-signature)=", re.IGNORECASE
)
_MAX_PLAIN_CHARACTERS = 16
_MARKS_OF_SECRETS = re.compile("[?@#;=]")
_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)\??([^#]*)#?(.*)", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"https?://[^\s'\"<>)\\]+", re.IGNORECASE)


class LinkIds:
    """The ids of the links of a source, which is read once."""

    def __init__(self) -> None:
        self._ids, self._first = IdSet(), IdSet()

    def id_of(self, link: str) -> str:
        """Return the id of a link: without its signature, where that is unique."""
        id = unsigned(link)
        if id == link:
            return link
        query = split_link(link).query
        if self._ids.add(id):
            self._first.add(id, query)
        elif not self._first.has(id, query):  # another object, as far as one can know
            return _with_digest(id, query)
        return id


def unsigned(link: str) -> str:
    """Return a link without what signs it, and without user and password.

    What is left identifies its object: parameters that are no secrets stay, and a digest stands for
    a query that alone says what it leads to. An id that is no link is returned as it is.
    """
    is_link = link[:8].lower().startswith(("http://", "https://"))
    if not is_link or not _MARKS_OF_SECRETS.search(link):
        return link
    url = split_link(link)
    pairs = url.query.split("&") if url.query else []
    plain = [pair for pair in pairs if _is_plain(pair)]
    base = url._replace(
        netloc=url.netloc.rpartition("@")[2],
        path="/".join(_plain_segments(url.path)),
        query="&".join(plain),
        fragment=url.fragment if all(map(_is_plain, url.fragment.split("&"))) else "",
    )
    if len(plain) == len(pairs):
        return base.geturl()
    base = base._replace(fragment="")
    if PurePosixPath(url.path).suffix or _OBJECT_STORES.search(url.query):
        return base.geturl()
    # The query says what the link leads to: what is too long to be shown, or all that there is.
    opaque = [pair for pair in pairs if pair not in plain and not _SECRET_WORDS.search(_name(pair))]
    if plain and not opaque:
        return base.geturl()
    return _with_digest(base.geturl(), "&".join(opaque) if plain else url.query)


def unsigned_location(link: str) -> str:
    """Return a link without what may change although it leads to the same object."""
    found = unsigned(link)
    if found == link:
        return link
    url = split_link(link)
    plain = [pair for pair in url.query.split("&") if pair and _is_plain(pair)]
    netloc = url.netloc.rpartition("@")[2]
    return url._replace(netloc=netloc, query="&".join(plain), fragment="").geturl()


def legacy_ids(id: str) -> list[str]:
    """Return the ids that a link has which stands in an older dataset with its signature."""
    if (found := unsigned(id)) == id:
        return []
    return [found, _with_digest(found, split_link(id).query)]


def mask_links(text: str) -> str:
    """Mask what signs the links in a text."""
    return _LINK.sub(lambda found: _masked(found[0]), text) if "://" in text else text


def mask_row(row: Any) -> Any:
    """Mask what signs the link of a row. A link that is signed anew makes another row."""
    if isinstance(row, str):
        return mask_links(row)
    media = row.get("media")
    return {**row, "media": _masked(media)} if isinstance(media, str) and "://" in media else row


def mask_json(row: str) -> str:
    """Mask what signs the link of a row that is JSON, as older datasets have it."""
    if "://" not in row:
        return row
    try:
        document = json.loads(row)
    except ValueError:
        return mask_links(row)
    if not isinstance(document, dict):
        return mask_links(row)
    return json.dumps(mask_row(document), ensure_ascii=False)


def _masked(link: str) -> str:
    found = unsigned(link)
    query = split_link(link).query if found != link else ""
    if not query or "***" in link:
        return found
    return f"{found}{'&' if '?' in found else '?'}***{_digest(query)}"


def split_link(link: str) -> SplitResult:
    """Split a link, also one that is invalid, which the service or the media's check rejects."""
    try:
        return urlsplit(link)
    except ValueError:  # such as `https://[a`
        match = _PARTS.fullmatch(link)
        assert match is not None
        return SplitResult(*match.groups())


def _is_plain(pair: str) -> bool:
    value = pair.partition("=")[2] if "=" in pair else pair
    return len(value) <= _MAX_PLAIN_CHARACTERS and not _SECRET_WORDS.search(_name(pair))


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _plain_segments(path: str) -> Iterator[str]:
    """Return the segments of a path without parameters that allow access: `;jsessionid=`."""
    for segment in path.split("/"):
        head, parameters = segment.partition(";")[::2]
        if "=" in head and _SECRET_WORDS.search(_name(head)):
            continue
        is_plain = all(map(_is_plain, parameters.split(";")))
        yield segment if is_plain else head


def _with_digest(id: str, query: str) -> str:
    return f"{id}{'&' if '?' in id else '?'}{_digest(query)}"


def _digest(query: str) -> str:
    return blake2b(query.encode(errors="replace"), digest_size=6).hexdigest()
