"""A server on loopback that speaks Qdrant's REST API, with the client's local mode behind it.

There is no Qdrant server among Python packages. What goes over the wire is the real client's; what
becomes of it is the local mode's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from attrs import Factory, define
from qdrant_client import QdrantClient, models

API_KEY = "qdrant-key"


@define
class Service:
    """A server that runs.

    Attributes:
        url: where
        seen: method and path of each request
        indexed: the fields that have an index
        puts_left: how many more times points may be put; None when there is no end
    """

    url: str
    seen: list[str] = Factory(list)
    indexed: list[str] = Factory(list)
    puts_left: int | None = None


@contextmanager
def serving() -> Generator[Service]:
    """Serve until the end of the block."""
    client = QdrantClient(":memory:", force_disable_check_same_thread=True)
    service = Service("")
    routes = _routes(client, service)
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            path = self.path.partition("?")[0]
            service.seen.append(f"{self.command} {path}")
            if self.headers.get("api-key") != API_KEY:
                self.reply(403, {"status": {"error": "Invalid API key"}})
                return
            if path.endswith("/points") and service.puts_left is not None:
                if service.puts_left == 0:
                    self.reply(500, {"status": {"error": "No space left on device"}})
                    return
                service.puts_left -= 1
            call, name = _find(routes, self.command, path)
            with lock:
                result = call(name, json.loads(body) if body else {})
            self.reply(200, {"result": result, "status": "ok", "time": 0.0})

        do_GET = do_PUT = do_POST = respond  # noqa: N815

        def reply(self, status: int, document: Any) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield service
        server.shutdown()
        thread.join()
    client.close()


Route = Callable[[str, Any], Any]


def _routes(client: QdrantClient, service: Service) -> dict[str, Route]:
    def create(name: str, body: Any) -> bool:
        return client.create_collection(name, models.CreateCollection(**body).vectors)

    def index(name: str, body: Any) -> Any:
        service.indexed.append(body["field_name"])
        return {"operation_id": 0, "status": "completed"}

    def upsert(name: str, body: Any) -> Any:
        return _plain(client.upsert(name, models.Batch(**body["batch"])))

    def delete(name: str, body: Any) -> Any:
        selector = models.FilterSelector(filter=models.Filter(**body["filter"]))
        return _plain(client.delete(name, selector))

    def scroll(name: str, body: Any) -> Any:
        points, _ = client.scroll(
            name,
            limit=body["limit"],
            with_payload=body["with_payload"],
            with_vectors=body.get("with_vector", False),
        )
        return {"points": [_plain(point) for point in points], "next_page_offset": None}

    return {
        "GET /collections/(.+)/exists": lambda name, _: {"exists": client.collection_exists(name)},
        "GET /collections/(.+)": lambda name, _: _plain(client.get_collection(name)),
        "PUT /collections/([^/]+)": create,
        "PUT /collections/(.+)/index": index,
        "PUT /collections/(.+)/points": upsert,
        "POST /collections/(.+)/points/delete": delete,
        "POST /collections/(.+)/points/scroll": scroll,
    }


def _find(routes: dict[str, Route], method: str, path: str) -> tuple[Route, str]:
    for pattern, route in routes.items():
        if found := re.fullmatch(pattern, f"{method} {path}"):
            return route, found[1]
    raise AssertionError(f"no such route: {method} {path}")


def _plain(value: Any) -> Any:
    return json.loads(value.model_dump_json())
