"""A real S3 server on loopback: moto's, behind a middleware that counts, denies and expires links.

moto keeps objects in memory and speaks S3 over HTTP, but does not look at the age of signatures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

import boto3
from attrs import Factory, define
from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
_DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>no</Message></Error>"


@define
class S3Server:
    """A running server.

    Attributes:
        url: where it listens
        requests: how many came, by method and what they asked for: `list`, `link` or `object`
        sent_bytes: how many bytes of objects were asked for and sent
        denied: buckets of which nothing may be read or listed
        denied_objects: keys of objects that may not be read
        denies_links: whether presigned links are rejected, as by a policy on addresses
        now: the time by which links expire
    """

    url: str
    requests: Counter[str] = Factory(Counter[str])
    sent_bytes: int = 0
    denied: set[str] = Factory(set)
    denied_objects: set[str] = Factory(set)
    denies_links: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lock: Lock = Factory(Lock)

    def client(self) -> Any:
        """Return boto3's client, which fills buckets."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )

    def fill(self, bucket: str, objects: dict[str, bytes]) -> None:
        """Make a bucket with objects."""
        client = self.client()
        client.create_bucket(Bucket=bucket)
        for key, content in objects.items():
            client.put_object(Bucket=bucket, Key=key, Body=content)

    def add_empty(self, bucket: str, keys: list[str]) -> None:
        """Add many empty objects, without a request for each."""
        backend = s3_backends["123456789012"]["aws"]
        for key in keys:
            backend.put_object(bucket, key, b"")

    def environment(self) -> dict[str, str]:
        """Return the variables by which programs find it."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.url,
        }

    def handle(self, app: Any, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Judge a request, and hand it to moto."""
        query = parse_qs(environ.get("QUERY_STRING", ""))
        _, bucket, key = f"{environ['PATH_INFO']}//".split("/", 2)
        key = key.rstrip("/").encode("latin-1").decode()
        is_link = "X-Amz-Signature" in query
        what = "link" if is_link else "object" if key else "list"
        method = environ["REQUEST_METHOD"]
        with self._lock:
            self.requests[f"{method} {what}"] += 1
        is_denied = bucket in self.denied or (method != "PUT" and key in self.denied_objects)
        if method != "PUT" and (is_denied or (is_link and self._rejects(query))):
            start("403 Forbidden", [("Content-Type", "application/xml")])
            return [_DENIED]
        return self._counted(app(environ, start), method == "GET" and bool(key))

    def _rejects(self, query: dict[str, list[str]]) -> bool:
        signed_at = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        expires_at = signed_at + timedelta(seconds=int(query["X-Amz-Expires"][0]))
        return self.denies_links or self.now() > expires_at

    def _counted(self, parts: Iterable[bytes], is_object: bool) -> Iterator[bytes]:
        for part in parts:
            if is_object:
                with self._lock:
                    self.sent_bytes += len(part)
            yield part


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server without buckets. There is one at a time: moto's objects are the process's."""
    s3_backends["123456789012"]["aws"].reset()
    app, running = DomainDispatcherApplication(create_backend_app), S3Server("")

    def handle(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return running.handle(app, environ, start)

    listener = make_server("127.0.0.1", 0, handle, threaded=True, request_handler=_Quiet)
    running.url = f"http://127.0.0.1:{listener.server_port}"
    thread = Thread(target=listener.serve_forever, name="s3", daemon=True)
    thread.start()
    try:
        yield running
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
