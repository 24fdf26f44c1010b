"""The cases of the contract tests: what is sent, and what the documents say of the response.

A case is in the cheapest subset that it fits: `read` changes nothing and costs nothing, `cheap`
embeds short texts and sends what is rejected, `all` embeds media and makes assets, uploads and
tasks. What it makes it deletes.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, get_args

from twelvelabs_embed_emulator.conformance.judge import Json
from twelvelabs_embed_emulator.conformance.session import Session, StopCaseError

Subset: TypeAlias = Literal["read", "cheap", "all"]
SUBSETS: tuple[Subset, ...] = get_args(Subset)

OLD, NEW = "marengo3.0", "marengo3.5"
TEXT: Json = {"input_type": "text", "model_name": OLD, "text": {"input_text": "a dog"}}
TEXT_OF_NEW: Json = {
    "input_type": "multi_input",
    "model_name": NEW,
    "multi_input": {"input_text": "a dog"},
}
NO_ID = "0123456789abcdef01234567"
ROW = tuple(
    f"data[].{name}"
    for name in ("embedding", "embedding_option", "embedding_scope", "start_sec", "end_sec")
)
PLACE = tuple(
    f"data[].{name}" for name in ("start_page_number", "end_page_number", "quadrant", "chunk_index")
)
ASSET = ("_id", "method", "status", "filename", "file_type", "created_at")
PAGE = tuple(
    f"page_info.{name}" for name in ("limit_per_page", "page", "total_page", "total_results")
)
TIMED = tuple(
    f"metadata.{name}"
    for name in ("input_type", "embedding_options", "embedding_scopes", "duration")
)


@dataclass(frozen=True)
class Case:
    """A case.

    Attributes:
        name: what it is about.
        subset: the cheapest subset that has it.
        send: sends its requests.
    """

    name: str
    subset: Subset
    send: Callable[[Session], object]


def cases_of(document: Json, subset: Subset = "all") -> list[Case]:
    """Return the cases of a subset and of those that are cheaper, for a contract."""
    wanted = SUBSETS[: SUBSETS.index(subset) + 1]
    cases = [*_READ, *_CHEAP, *_rejected(), *_examples(document), *_ALL]
    return [case for case in cases if case.subset in wanted]


# -------------------------------------------------------------------------------------------- read


def _lists(session: Session, id: str) -> None:
    page = session.send(id, expected=200, has=("data", *PAGE), query={"page": 1, "page_limit": 2})
    items = page.get("data") or []
    session.expect(id, len(items) <= 2, f"{len(items)} items, and page_limit is 2", "data")
    limit = (page.get("page_info") or {}).get("limit_per_page")
    session.expect(id, limit == 2, f"{limit}, and page_limit is 2", "page_info.limit_per_page")
    session.send(id, expected=400, query={"page_limit": 51})


def _first_items(session: Session) -> None:
    tasks = session.send("list_tasks", expected=200, query={"status": "ready", "page_limit": 1})
    for task in tasks.get("data") or []:
        session.send("retrieve_task", expected=200, has=("_id", "status"), task_id=task["_id"])
    assets = session.send("list_assets", expected=200, query={"page_limit": 1})
    for asset in assets.get("data") or []:
        session.send("retrieve_asset", expected=200, has=ASSET, asset_id=asset["_id"])
        for id in ("list_indexed_assets", "list_entities"):
            session.send(id, expected=200, has=("data", *PAGE), asset_id=asset["_id"])
        session.send("retrieve_transcription", expected=(200, 404), asset_id=asset["_id"])


def _unknown_ids(session: Session) -> None:
    session.send("retrieve_task", expected=404, task_id=NO_ID)
    for id in ("retrieve_asset", "retrieve_transcription"):
        # Some services check the form of an id first.
        session.send(id, expected=(400, 404), asset_id=NO_ID)
    session.send("get_upload_status", expected=(400, 404), upload_id=NO_ID)


def _wrong_key(session: Session) -> None:
    for id in ("list_tasks", "list_assets", "list_incomplete_uploads"):
        session.send(id, expected=(401, 403), headers={"x-api-key": "no-key"})


_READ = [
    Case("list tasks", "read", partial(_lists, id="list_tasks")),
    Case("list assets", "read", partial(_lists, id="list_assets")),
    Case("list uploads", "read", partial(_lists, id="list_incomplete_uploads")),
    Case("fetch what is listed", "read", _first_items),
    Case("unknown ids", "read", _unknown_ids),
    Case("wrong key", "read", _wrong_key),
]

# ------------------------------------------------------------------------------------------- cheap


def _text(session: Session) -> None:
    document = session.send("create_embeddings", expected=200, has=ROW, json=TEXT)
    _expect_rows(session, document, 1)
    _expect_null(session, document, ROW[1:])


def _text_of_new_model(session: Session, dimension: int | None = None) -> None:
    body = dict(TEXT_OF_NEW)
    if dimension is not None:
        body["embedding_dimension"] = dimension
    has = [*ROW, *PLACE, "metadata.input_type", "metadata.embedding_dimension", "usage.truncated"]
    if dimension == 256:
        body["embedding_uncertainty"] = True
        has.append("data[].embedding_uncertainty")
    wanted = dimension or 512
    document = session.send("create_embeddings", expected=200, has=has, dimension=wanted, json=body)
    _expect_rows(session, document, 1)
    _expect_null(session, document, [*ROW[1:], *PLACE])
    found = (document.get("metadata") or {}).get("embedding_dimension")
    text = f"{found}, and {wanted} was asked for"
    session.expect("create_embeddings", found == wanted, text, "metadata.embedding_dimension")


def _expect_rows(session: Session, document: Json, count: int) -> None:
    found = len(document.get("data") or ())
    session.expect("create_embeddings", found == count, f"{found} rows, not {count}", "data")


def _expect_null(session: Session, document: Json, paths: Any) -> None:
    for row in document.get("data") or ():
        for path in paths:
            name = path.rpartition(".")[2]
            value = row.get(name)
            session.expect(
                "create_embeddings", value is None, f"{value!r} and not null", f"data[0].{name}"
            )


_CHEAP = [
    Case("a text", "cheap", _text),
    Case("a text with marengo3.5", "cheap", _text_of_new_model),
    *(
        Case(f"a text as {size} numbers", "cheap", partial(_text_of_new_model, dimension=size))
        for size in (128, 256, 512)
    ),
]


def _rejected() -> Iterator[Case]:
    link = {"media_source": {"url": "https://media.example.com/a.pdf"}}
    document: Json = {"input_type": "document", "model_name": NEW, "document": link}
    local = {"embedding_option": ["text"], "embedding_scope": ["local"]}
    requests: list[tuple[str, str, Json]] = [
        ("no model", "create_embeddings", _without(TEXT, "model_name")),
        ("no text", "create_embeddings", _without(TEXT, "text")),
        ("an unknown field", "create_embeddings", {**TEXT, "colour": "red"}),
        ("an unknown input type", "create_embeddings", {**TEXT, "input_type": "smell"}),
        ("a text for marengo3.5", "create_embeddings", {**TEXT, "model_name": NEW}),
        ("a text of another type", "create_embeddings", {**TEXT, "text": {"input_text": 1}}),
        (
            "a dimension that is none",
            "create_embeddings",
            {**TEXT_OF_NEW, "embedding_dimension": 300},
        ),
        ("a dimension for marengo3.0", "create_embeddings", {**TEXT, "embedding_dimension": 256}),
        ("a task without media", "create_task", {"input_type": "audio", "model_name": OLD}),
        ("a task of a text", "create_task", TEXT),
        (
            "a fused vector of a document",
            "create_task",
            {**document, "document": {**link, "embedding_type": ["fused_embedding"]}},
        ),
        ("chunks without segmentation", "create_task", {**document, "document": {**link, **local}}),
        ("an upload of nothing", "create_multipart_upload", {"filename": "a", "type": "video"}),
    ]
    for name, id, body in requests:
        yield Case(f"rejected: {name}", "cheap", partial(_reject, id=id, body=body))


def _reject(session: Session, id: str, body: Json) -> None:
    session.send(id, expected=400, json=body)


def _without(body: Json, name: str) -> Json:
    return {key: value for key, value in body.items() if key != name}


# ------------------------------------------------------------------------- examples of the contract


def _examples(document: Json) -> Iterator[Case]:
    for path, id in (("/embed-v2", "create_embeddings"), ("/embed-v2/tasks", "create_task")):
        content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        for name, example in content.get("examples", {}).items():
            body = example["value"]
            is_cheap = id == "create_embeddings" and "media_source" not in str(body)
            subset: Subset = "cheap" if is_cheap else "all"
            send = partial(_example, id=id, body=body)
            yield Case(f"example of {path}: {name}", subset, send)


def _example(session: Session, id: str, body: Json) -> None:
    kind, dimension = body["input_type"], body.get("embedding_dimension", 512)
    sent = _with_media(session, body, kind)
    is_new = body["model_name"] != OLD
    has = [*ROW, *(PLACE if is_new else ())]
    if kind in ("audio", "video"):
        has += TIMED
    if id == "create_embeddings":
        document = session.send(id, expected=200, has=has, dimension=dimension, json=sent)
    else:
        task = session.send(id, expected=202, has=("_id", "status", "data"), json=sent)
        has += ["created_at", "updated_at"]
        document = session.wait(
            "retrieve_task", has=has, dimension=dimension, task_id=str(task.get("_id"))
        )
    found = (document.get("metadata") or {}).get("input_type", kind)
    called = "retrieve_task" if id == "create_task" else id
    session.expect(called, found == kind, f"{found!r} and not {kind!r}", "metadata.input_type")


def _with_media(session: Session, body: Json, kind: str) -> Json:
    """Return a request with real media in place of links to nothing."""
    settings = dict(body[kind])
    if "media_source" in settings:
        is_markdown = str(settings["media_source"].get("url", "")).endswith(".md")
        source = "markdown" if is_markdown else "image" if kind == "text_image" else kind
        settings["media_source"] = {"base64_string": _base64(session, source)}
    if "media_sources" in settings:
        settings["media_sources"] = [
            {
                **{name: one[name] for name in ("name", "media_type") if name in one},
                "base64_string": _base64(session, one["media_type"]),
            }
            for one in settings["media_sources"]
        ]
    return {**body, kind: settings}


def _base64(session: Session, kind: str) -> str:
    return b64encode(session.media(kind)).decode()


# --------------------------------------------------------------------------------------------- all


def _asset(session: Session) -> None:
    files = {"file": ("contract-test.jpg", session.media("image"))}
    data = {"method": "direct", "filename": "contract test.jpg"}
    made = session.send("create_asset", expected=201, has=ASSET, data=data, files=files)
    id = str(made.get("_id"))
    session.cleanup.append(
        lambda: session.send("delete_asset", query={"force": "true"}, asset_id=id)
    )
    found = made.get("status")
    session.expect("create_asset", found == "processing", f"{found!r}, not 'processing'", "status")
    session.wait("retrieve_asset", has=(*ASSET, "size", "technical_metadata"), asset_id=id)
    notes = {"user_metadata": {"season": 2026, "tags": ["football"]}}
    session.send("replace_user_metadata", expected=200, json=notes, asset_id=id)
    changed = {"user_metadata": {"season": 2027, "tags": None}}
    session.send("update_user_metadata", expected=200, json=changed, asset_id=id)
    noted = session.send("retrieve_asset", expected=200, has=("user_metadata",), asset_id=id)
    kept = noted.get("user_metadata")
    text = f"{kept}, and {{'season': 2027}} was noted"
    session.expect("retrieve_asset", kept == {"season": 2027}, text, "user_metadata")
    session.send("delete_user_metadata", expected=200, asset_id=id)
    for name in ("list_indexed_assets", "list_entities"):
        session.send(name, expected=200, has=("data", *PAGE), asset_id=id)
    session.send("retrieve_transcription", expected=404, asset_id=id)
    source = {"media_source": {"asset_id": id}}
    body = {"input_type": "image", "model_name": OLD, "image": source}
    session.send("create_embeddings", expected=200, has=ROW, json=body)
    session.cleanup.pop()
    session.send("delete_asset", expected=204, asset_id=id)
    session.send("retrieve_asset", expected=404, asset_id=id)


def _multipart(session: Session) -> None:
    content = session.media("image")
    body = {"filename": "contract-test.jpg", "type": "image", "total_size": len(content)}
    has = (
        "upload_id",
        "asset_id",
        "upload_urls[].url",
        "upload_headers",
        "chunk_size",
        "expires_at",
    )
    made = session.send("create_multipart_upload", expected=201, has=has, json=body)
    upload_id, asset_id = str(made.get("upload_id")), str(made.get("asset_id"))
    session.cleanup.append(
        lambda: session.send("delete_asset", query={"force": "true"}, asset_id=asset_id)
    )
    status = session.send("get_upload_status", expected=200, has=PAGE, upload_id=upload_id)
    chunks = status.get("uploaded_chunks") or [{}]
    pending = chunks[0].get("uploaded_at")
    session.expect(
        "get_upload_status", pending is None, f"{pending!r}, and nothing is uploaded",
        "uploaded_chunks[0].uploaded_at",
    )  # fmt: skip
    more = session.send(
        "request_presigned_urls", expected=200, has=("upload_urls[].url",),
        json={"start": 1, "count": 1}, upload_id=upload_id,
    )  # fmt: skip
    url = (more.get("upload_urls") or [{}])[0].get("url")
    if made.get("total_chunks") != 1 or not isinstance(url, str):
        return  # what follows needs a file of one chunk
    etag = _put(session, url, made.get("upload_headers") or {}, content)
    chunk = {"chunk_index": 1, "proof": etag, "proof_type": "etag", "chunk_size": len(content)}
    reported = session.send(
        "report_chunk_batch", expected=200, has=("asset_id", "total_completed"),
        json={"completed_chunks": [chunk]}, upload_id=upload_id,
    )  # fmt: skip
    count = reported.get("total_completed")
    session.expect("report_chunk_batch", count == 1, f"{count}, not 1", "total_completed")
    session.wait("retrieve_asset", has=ASSET, asset_id=asset_id)


def _put(session: Session, url: str, headers: Json, content: bytes) -> str:
    """Send a chunk to the storage host, without the key."""
    import httpx

    try:
        response = httpx.put(url, headers=headers, content=content, timeout=60)
    except httpx.HTTPError as error:
        session.expect("request_presigned_urls", False, f"PUT: {error}", "upload_urls[0].url")
        raise StopCaseError from error
    text = f"PUT is answered {response.status_code}"
    session.expect("request_presigned_urls", response.is_success, text, "upload_urls[0].url")
    if not response.is_success:
        raise StopCaseError
    return str(response.headers.get("etag", ""))


_ALL = [
    Case("the life of an asset", "all", _asset),
    Case("an upload in chunks", "all", _multipart),
]
