"""Mistakes of servers, each with what the contract tests must find; and what is no mistake."""

import json
from collections.abc import Callable
from typing import Any

from tests.contract.wrong_server import Change, Response

EMBED, TASK, ASSETS = "POST /embed-v2", "GET /embed-v2/tasks/*", "GET /assets"
ASSET, UPLOAD = "GET /assets/*", "GET /assets/multipart-uploads/*"


def of_json(change: Callable[[Any], Any]) -> Change:
    """Change the JSON of successes in place."""

    def changed(response: Response) -> Response:
        if response.status >= 300 or not isinstance(response.body, dict):
            return response
        body = change(response.body)
        return response._replace(body=response.body if body is None else body)

    return changed


def of_rows(change: Callable[[dict[str, Any]], Any]) -> Change:
    def changed(body: Any) -> None:
        for row in body.get("data") or ():
            change(row)

    return of_json(changed)


def of_errors(change: Callable[[Response], Response], status: int = 400) -> Change:
    return lambda response: change(response) if response.status == status else response


def flat(response: Response) -> Response:
    return response._replace(body=response.body["error"])


def no_response(response: Response) -> Response:
    raise ConnectionError


def nested(response: Response) -> Response:
    return response._replace(body={"error": response.body})


# What is wrong: where, how, with which case; then what must be found: kind and field.
WRONG: dict[str, tuple[str, Change, str, str, str]] = {
    "a type changed": (
        EMBED,
        of_rows(lambda row: row.update(start_sec="0")),
        *("a text", "schema", "data[0].start_sec"),
    ),
    "numbers as texts": (
        EMBED,
        of_rows(lambda row: row.update(embedding=[str(one) for one in row["embedding"]])),
        *("a text", "schema", "data[0].embedding[0]"),
    ),
    "a required field dropped": (
        EMBED,
        of_rows(lambda row: row.pop("embedding")),
        *("a text", "schema", "data[0].embedding"),
    ),
    "a documented field dropped": (
        EMBED,
        of_rows(lambda row: row.pop("embedding_scope")),
        *("a text", "missing", "data[0].embedding_scope"),
    ),
    "a list that is null": (
        EMBED,
        of_json(lambda body: body.update(data=None)),
        *("a text", "schema", "data"),
    ),
    "an object that is null": (
        ASSETS,
        of_json(lambda body: body.update(page_info=None)),
        *("list assets", "schema", "page_info"),
    ),
    "no null where one is documented": (
        EMBED,
        of_rows(lambda row: row.update(embedding_option="visual")),
        *("a text", "case", "data[0].embedding_option"),
    ),
    "no null where one is documented, of the new model": (
        EMBED,
        of_rows(lambda row: row.update(quadrant="top_left")),
        *("a text with marengo3.5", "case", "data[0].quadrant"),
    ),
    "another status of success": (
        "POST /assets",
        lambda response: response._replace(status=200) if response.status == 201 else response,
        *("the life of an asset", "status", ""),
    ),
    "a status that is not documented": (
        EMBED,
        of_errors(lambda response: response._replace(status=422)),
        *("rejected: no model", "status", ""),
    ),
    "a failure of the server": (
        ASSETS,
        lambda response: Response(500, "text/html", "<h1>sorry</h1>"),
        *("list assets", "status", ""),
    ),
    "what is wrong is accepted": (
        EMBED,
        lambda response: Response(200, response.content_type, {"data": []}),
        *("rejected: no model", "status", ""),
    ),
    "too few dimensions": (
        EMBED,
        of_rows(lambda row: row.update(embedding=row["embedding"][:-1])),
        *("a text", "vectors", "data[0].embedding"),
    ),
    "another dimension than asked for": (
        EMBED,
        of_rows(lambda row: row.update(embedding=row["embedding"] * 2)),
        *("a text as 256 numbers", "vectors", "data[0].embedding"),
    ),
    "a number that is none": (
        EMBED,
        of_rows(lambda row: row["embedding"].__setitem__(7, float("nan"))),
        *("a text", "vectors", "data[0].embedding"),
    ),
    "two rows of a text": (
        EMBED,
        of_json(lambda body: body.update(data=body["data"] * 2)),
        *("a text", "case", "data"),
    ),
    "an extra field": (
        EMBED,
        of_rows(lambda row: row.update(confidence=0.5)),
        *("a text", "undocumented", "data[].confidence"),
    ),
    "an extra field inside": (
        ASSETS,
        of_json(lambda body: body["page_info"].update(next_page=2)),
        *("list assets", "undocumented", "page_info.next_page"),
    ),
    "a wrong content type": (
        EMBED,
        lambda response: response._replace(content_type="text/plain"),
        *("a text", "content type", ""),
    ),
    "a page in place of JSON": (
        EMBED,
        lambda response: Response(200, "text/html", "<h1>hello</h1>"),
        *("a text", "body", ""),
    ),
    "half of the JSON": (
        EMBED,
        lambda response: response._replace(body=json.dumps(response.body)[:100]),
        *("a text", "body", ""),
    ),
    "a flat error where it is nested": (
        EMBED,
        of_errors(flat),
        *("rejected: no model", "error shape", ""),
    ),
    "a nested error where it is flat": (
        ASSETS,
        of_errors(nested),
        *("list assets", "error shape", ""),
    ),
    "an error without its code": (
        EMBED,
        of_errors(lambda response: response._replace(body={"error": {"message": "no"}})),
        *("rejected: no model", "schema", "error.code"),
    ),
    "metadata of another type": (
        TASK,
        of_json(
            lambda body: (
                body.update(metadata={**body["metadata"], "input_type": "audio"})
                if body.get("metadata")
                else None
            )
        ),
        *("example of /embed-v2/tasks: image", "case", "metadata.input_type"),
    ),
    "metadata of no type": (
        TASK,
        of_json(lambda body: body.update(metadata={}) if body.get("metadata") else None),
        *("example of /embed-v2/tasks: image", "schema", "metadata.input_type"),
    ),
    "a word that is none": (
        TASK,
        of_json(lambda body: body.update(status="done")),
        *("example of /embed-v2/tasks: image", "schema", "status"),
    ),
    "a time that is none": (
        ASSET,
        of_json(lambda body: body.update(created_at="yesterday")),
        *("the life of an asset", "schema", "created_at"),
    ),
    "notes that are not kept": (
        "PATCH /assets/*/user-metadata",
        lambda response: Response(204, "", ""),
        *("the life of an asset", "status", ""),
    ),
    "notes that are forgotten": (
        ASSET,
        of_json(lambda body: {**body, "user_metadata": {"season": 2026}}),
        *("the life of an asset", "case", "user_metadata"),
    ),
    "an asset that is ready at once": (
        "POST /assets",
        of_json(lambda body: body.update(status="ready")),
        *("the life of an asset", "case", "status"),
    ),
    "a task that does not end": (
        TASK,
        of_json(lambda body: body.update(status="processing")),
        *("example of /embed-v2/tasks: image", "case", "status"),
    ),
    "a task that fails": (
        TASK,
        of_json(lambda body: body.update(status="failed")),
        *("example of /embed-v2/tasks: image", "case", "status"),
    ),
    "too many numbers of uncertainty": (
        EMBED,
        of_rows(lambda row: row["embedding_uncertainty"].append(0.1)),
        *("a text as 256 numbers", "vectors", "data[0].embedding_uncertainty"),
    ),
    "metadata of another dimension": (
        EMBED,
        of_json(lambda body: body["metadata"].update(embedding_dimension=512)),
        *("a text as 128 numbers", "case", "metadata.embedding_dimension"),
    ),
    "a chunk that is uploaded before it is sent": (
        UPLOAD,
        of_json(lambda body: body["uploaded_chunks"][0].update(uploaded_at=body["created_at"])),
        *("an upload in chunks", "case", "uploaded_chunks[0].uploaded_at"),
    ),
    "a chunk that does not count": (
        UPLOAD.replace("GET", "POST"),
        of_json(lambda body: body.update(total_completed=0)),
        *("an upload in chunks", "case", "total_completed"),
    ),
    "a link that takes no chunk": (
        f"{UPLOAD.replace('GET', 'POST')}/presigned-urls",
        of_json(lambda body: body["upload_urls"][0].update(url="http://127.0.0.1:9/")),
        *("an upload in chunks", "case", "upload_urls[0].url"),
    ),
    "an asset of an upload that fails": (
        ASSET,
        of_json(lambda body: body.update(status="failed")),
        *("an upload in chunks", "case", "status"),
    ),
    "an asset that stays when it is deleted": (
        ASSET,
        of_errors(lambda response: response._replace(status=200), 404),
        *("the life of an asset", "status", ""),
    ),
    "a connection that is closed while what was made is deleted": (
        "DELETE /assets/*",
        no_response,
        *("an upload in chunks", "connection", ""),
    ),
    "a documented field of a task dropped": (
        TASK,
        of_rows(lambda row: row.pop("chunk_index")),
        *("example of /embed-v2/tasks: image", "missing", "data[0].chunk_index"),
    ),
    "a link that is not accepted": (
        f"{UPLOAD.replace('GET', 'POST')}/presigned-urls",
        of_json(
            lambda body: body["upload_urls"][0].update(url=body["upload_urls"][0]["url"] + "0")
        ),
        *("an upload in chunks", "case", "upload_urls[0].url"),
    ),
    "an item without its id": (
        ASSETS,
        of_json(lambda body: body.update(data=[{}])),
        *("fetch what is listed", "case", ""),
    ),
    "a page of another size": (
        ASSETS,
        of_json(lambda body: body["page_info"].update(limit_per_page=10)),
        *("list assets", "case", "page_info.limit_per_page"),
    ),
    "a page that is larger than asked for": (
        ASSETS,
        of_json(lambda body: body.update(data=[{"_id": "1"}] * 3)),
        *("list assets", "case", "data"),
    ),
    "a body where there is none": (
        "DELETE /assets/*/user-metadata",
        lambda response: Response(200, "application/json", {"deleted": True}),
        *("the life of an asset", "body", ""),
    ),
}

# What is allowed, though the emulator does something else: where, how, with which case.
ALLOWED: dict[str, tuple[str, Change, str]] = {
    "a nested error of a wrong key": (ASSETS, of_errors(nested, 401), "wrong key"),
    "a key that is forbidden": (
        "GET /assets/multipart-uploads",
        of_errors(lambda response: response._replace(status=403), 401),
        "wrong key",
    ),
    "the form of an id is checked first (assets)": (
        ASSET,
        of_errors(lambda response: response._replace(status=400), 404),
        "unknown ids",
    ),
    "the form of an id is checked first (uploads)": (
        UPLOAD,
        of_errors(lambda response: response._replace(status=400), 404),
        "unknown ids",
    ),
    "a content type in other words": (
        EMBED,
        lambda response: response._replace(content_type="Application/JSON ; charset=utf-8"),
        "a text",
    ),
    "white space in place of nothing": (
        "DELETE /assets/*/user-metadata",
        lambda response: response._replace(body="\n"),
        "the life of an asset",
    ),
}
