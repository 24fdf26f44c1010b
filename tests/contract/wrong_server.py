"""A server that stands before another one and changes its responses."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import httpx


class Response(NamedTuple):
    """A response: its JSON, or else its text."""

    status: int
    content_type: str
    body: Any


Change = Callable[[Response], Response]
_KEPT = ("x-api-key", "content-type")


@contextmanager
def changing(base_url: str, operation: str, change: Change) -> Iterator[str]:
    """Yield the address of a server that changes the responses of an operation.

    Args:
        base_url: the server behind it, whose address ends in `/v1.3`.
        operation: method and path of the operation, such as `POST /embed-v2`; ids are `*`.
        change: is called with each of its responses.
    """
    method, _, path = operation.partition(" ")
    pattern = path.split("/")

    def is_meant(handler: BaseHTTPRequestHandler) -> bool:
        parts = handler.path.partition("?")[0].removeprefix("/v1.3").split("/")
        pairs = zip(pattern, parts, strict=False)
        return (
            handler.command == method
            and len(parts) == len(pattern)
            and all(one in ("*", other) for one, other in pairs)
        )

    with httpx.Client(timeout=60, trust_env=False) as client:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name: self.headers[name] for name in _KEPT if name in self.headers}
                url = base_url.removesuffix("/v1.3") + self.path
                response = client.request(
                    self.command, url, headers=headers, content=self.rfile.read(length)
                )
                content_type = response.headers.get("content-type", "")
                status, body = response.status_code, response.content
                if is_meant(self):
                    is_json = content_type == "application/json" and body
                    changed_response = change(
                        Response(status, content_type, response.json() if is_json else "")
                    )
                    status, content_type, changed = changed_response
                    is_text = isinstance(changed, str)
                    body = (changed if is_text else json.dumps(changed)).encode()
                self.send_response(status)
                if content_type:
                    self.send_header("content-type", content_type)
                if status != 204:
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/v1.3"
            finally:
                server.shutdown()
                thread.join()
