"""Links that lead to a page of a well-known site and not to a file."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Source: the reference page, `MediaSource.url`.
_NO_DIRECT_LINKS = frozenset(
    {
        "1drv.ms",
        "app.box.com",
        "dailymotion.com",
        "docs.google.com",
        "drive.google.com",
        "dropbox.com",
        "facebook.com",
        "fb.watch",
        "icloud.com",
        "instagram.com",
        "loom.com",
        "mega.nz",
        "onedrive.live.com",
        "sharepoint.com",
        "tiktok.com",
        "twitch.tv",
        "twitter.com",
        "vimeo.com",
        "we.tl",
        "wetransfer.com",
        "x.com",
        "youtu.be",
        "youtube.com",
    }
)
"""Well-known sites whose links lead to a page with a player or a download button."""
# Of these sites, what does lead to a file.
_DIRECT_LINKS = frozenset({"player.vimeo.com"})
_DIRECT_DROPBOX = re.compile(r"(?:^|&)(?:dl|raw)=1(?:&|$)")


def link_advice(url: str) -> str:
    """Say that a link leads to a page of a well-known site and not to a file; empty otherwise."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.hostname or ""
    # Also hosts below: www.youtube.com, someone.sharepoint.com.
    site = next((one for one in _NO_DIRECT_LINKS if host == one or host.endswith(f".{one}")), None)
    if site is None or host in _DIRECT_LINKS:
        return ""
    if site == "dropbox.com" and _DIRECT_DROPBOX.search(parts.query):
        return ""
    return (
        f"a link to {site} leads to a page and not to a file; the service fetches direct links "
        "only. Download the file and give its path"
    )
