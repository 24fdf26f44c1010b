"""A page in a real browser uses the emulator from another origin."""

import http.server
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed_emulator import Emulator

from tests.report.browser import Page, chromium, new_page

HELPERS = """
const send = (method, url, body, headers = {}) => fetch(url, {
  method,
  headers: { "x-api-key": "any", "content-type": "application/json", ...headers },
  body: body && JSON.stringify(body),
});
const call = async (...request) => (await send(...request)).json();
const text = { input_type: "text", model_name: "marengo3.0", text: { input_text: "a dog" } };
"""

EMBED = """
const response = await send("POST", `${api}/embed-v2`, text, { "x-stainless-os": "Unknown" });
return [(await response.json()).data[0].embedding.length, response.headers.get("x-request-id")];
"""

UPLOAD = """
const image = await (await fetch("/image.jpg")).blob();
const file = { filename: "image.jpg", type: "image", total_size: image.size };
const session = await call("POST", `${api}/assets/multipart-uploads`, file);
const chunks = [];
for (const { chunk_index, url } of session.upload_urls) {
  const start = (chunk_index - 1) * session.chunk_size;
  const chunk = image.slice(start, start + session.chunk_size);
  const put = await fetch(url, { method: "PUT", body: chunk, headers: session.upload_headers });
  const proof = put.headers.get("etag");
  chunks.push({ chunk_index, proof, proof_type: "etag", chunk_size: chunk.size });
}
const path = `${api}/assets/multipart-uploads/${session.upload_id}`;
await call("POST", path, { completed_chunks: chunks });
await send("POST", `${control}/wait-until-idle`);
const asset = await call("GET", `${api}/assets/${session.asset_id}`);
const source = { asset_id: asset._id };
const body = { input_type: "image", model_name: "marengo3.0", image: { media_source: source } };
const { data } = await call("POST", `${api}/embed-v2`, body);
return [chunks.length, asset.status, data[0].embedding.length];
"""

FORM = """
const form = new FormData();
form.append("method", "direct");
form.append("file", await (await fetch("/image.jpg")).blob(), "image.jpg");
const request = { method: "POST", body: form, headers: { "x-api-key": "any" } };
return (await fetch(`${api}/assets`, request)).status;
"""

FAULTS = """
await send("PUT", `${control}/faults`, { script: "429:3" });
const rejected = await send("POST", `${api}/embed-v2`, text);
const passed = await send("POST", `${api}/embed-v2`, text);
return [rejected.status, rejected.headers.get("retry-after"), passed.status];
"""

REJECTED = """
const outcome = (url) => send("POST", url, text).then((one) => one.status, (error) => error.name);
return [await outcome(`${api}/embed-v2`), await outcome(`${control}/reset`)];
"""


@pytest.fixture(scope="module")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chromium(tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Page]:
    async with new_page(devtools) as opened:
        yield opened


@pytest.fixture(scope="module")
def origin(sample: Any) -> Iterator[str]:
    """The origin of the page: a web server with an empty page and an image."""
    image = sample("image", ".jpg").read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_image = self.path == "/image.jpg"
            self.send_response(200)
            self.send_header("content-type", "image/jpeg" if is_image else "text/html")
            self.end_headers()
            self.wfile.write(image if is_image else b"<!doctype html><title>page</title>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def run(page: Page, origin: str, emulator: Emulator, script: str) -> Any:
    """Run a script on a page of `origin`, and return its result."""
    await page.open_url(f"{origin}/")
    api = json.dumps(emulator.base_url)
    control = json.dumps(emulator.base_url.replace("/v1.3", "/_emulator"))
    names = f"const api = {api}, control = {control};"
    return await page.run(f"(async () => {{ {names} {HELPERS} {script} }})()")


@pytest.mark.parametrize("allowed", ["origin", "*"])
async def test_a_page_embeds_and_reads_the_headers(
    page: Page, origin: str, start: Any, allowed: str
) -> None:
    emulator, _ = start(cors_origins=[origin if allowed == "origin" else "*"])
    dimensions, request_id = await run(page, origin, emulator, EMBED)
    assert dimensions == 512
    assert len(request_id) == 32


async def test_a_page_uploads_in_chunks(page: Page, origin: str, start: Any, sample: Any) -> None:
    size: int = Path(sample("image", ".jpg")).stat().st_size
    emulator, _ = start(cors_origins=[origin], chunk_bytes=-(-size // 3))
    assert await run(page, origin, emulator, UPLOAD) == [3, "ready", 512]
    puts = emulator.control.requests(host="storage", method="PUT")
    assert [put["status"] for put in puts] == [200] * 3


async def test_a_page_uploads_a_form(page: Page, origin: str, start: Any) -> None:
    emulator, _ = start(cors_origins=[origin])
    assert await run(page, origin, emulator, FORM) == 201


async def test_a_page_sees_faults_and_its_preflights_do_not_meet_them(
    page: Page, origin: str, start: Any
) -> None:
    emulator, _ = start(cors_origins=[origin])
    assert await run(page, origin, emulator, FAULTS) == [429, "3", 200]


async def test_a_page_of_another_origin_reaches_nothing(
    page: Page, origin: str, start: Any
) -> None:
    emulator, _ = start(cors_origins=["http://localhost:1"])
    assert await run(page, origin, emulator, REJECTED) == ["TypeError", "TypeError"]
    assert emulator.control.requests() == []  # the preflight was rejected, and nothing was sent
