"""Cases from recordings: requests that were sent once, and the status that they got."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twelvelabs_embed_emulator.conformance.cases import SUBSETS, Case, Subset
from twelvelabs_embed_emulator.conformance.judge import Json, Judge
from twelvelabs_embed_emulator.conformance.session import Session
from twelvelabs_embed_emulator.contract.loader import load_yaml

_PREFIX = "/v1.3"
_GONE = re.compile(r"sha256 [0-9a-f]{64}|http://|[0-9a-f]{24}")
"""What a request cannot be sent again with: hashes of media, hosts and ids of another day."""


def cases_of(folder: Path | None, document: Json, subset: Subset) -> Iterator[Case]:
    """Yield a case for each recorded request that can be sent again, equal ones once."""
    if folder is None:
        return
    judge, wanted = Judge(document), SUBSETS[: SUBSETS.index(subset) + 1]
    seen = set[str]()
    for file in sorted(folder.glob("**/*.yaml")):
        for one in load_yaml(file)["interactions"]:
            request, status = one["request"], one["response"]["status"]["code"]
            found = _operation(judge, request["method"], urlsplit(request["uri"]).path)
            text = f"{request['method']} {request['uri']} {request['body']}"
            if found is None or text in seen or _GONE.search(str(request["body"])):
                continue
            seen.add(text)
            is_read = request["method"] == "GET"
            # Requests of the recordings with the wrong key have no key of their own.
            if ("read" if is_read else "cheap") in wanted and status != 401:
                query = parse_qsl(urlsplit(request["uri"]).query)
                body = json.loads(request["body"]) if request["body"] else None
                send = partial(_send, id=found, status=status, query=query, body=body)
                yield Case(f"recorded: {file.stem} {found}", "cheap", send)


def _send(session: Session, id: str, status: int, query: Any, body: Any) -> None:
    dimension = body.get("embedding_dimension", 512) if isinstance(body, dict) else 512
    session.send(id, expected=status, query=query, json=body, dimension=dimension)


def _operation(judge: Judge, method: str, path: str) -> str | None:
    """Return the operation, if it takes JSON and its path has no ids."""
    if method not in ("GET", "POST") or not path.startswith(_PREFIX):
        return None
    name = f"{method} {path.removeprefix(_PREFIX)}"
    ids = (id for id, known in judge.operations.items() if known == name)
    # Creating tasks, assets and uploads again would leave something behind.
    found = next(ids, None)
    return None if found in ("create_task", "create_asset", "create_multipart_upload") else found
