"""Chromium without a window, driven through its DevTools protocol with aiohttp.

The protocol: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.waiting import process_of

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--no-first-run",
    "--remote-debugging-port=0",
)
_START_SEC = 60.0
_RESPONSE_SEC = 60.0
# What a key sends: the code and the number that pages may look at.
_KEYS = {
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
    "Home": 36,
    "End": 35,
    "Enter": 13,
    "Escape": 27,
    "Tab": 9,
}


def find_chromium() -> str:
    """The program. Without it, the tests of the report fail: nothing else shows that it works."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        raise RuntimeError(
            "Chromium is not installed, and the report is tested in it. On Debian and Ubuntu: "
            "apt-get install chromium. Or set CHROMIUM to the path of a Chrome"
        )
    return found


@contextmanager
def chromium(profile: Path) -> Iterator[str]:
    """Run Chromium and give the address of its DevTools."""
    arguments = [find_chromium(), *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with (
        (profile / "log.txt").open("wb") as log,
        process_of(arguments, stdout=log, stderr=log) as process,
    ):
        yield f"http://127.0.0.1:{_wait_for_port(profile, process)}"
        process.terminate()
        process.wait(_START_SEC)


def _wait_for_port(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Chromium picks a free port and writes it into its profile."""
    port_file = profile / "DevToolsActivePort"
    deadline_sec = time.monotonic() + _START_SEC
    while time.monotonic() < deadline_sec and process.poll() is None:
        if port_file.exists() and (lines := port_file.read_text().splitlines()):
            return lines[0]
        time.sleep(0.05)
    log = (profile / "log.txt").read_text(errors="replace")
    raise RuntimeError(f"Chromium does not start: {log[-2000:]}")


# What the page shows, as scripts.
STATUS = "document.getElementById('status').textContent"
CHOSEN = "document.getElementById('query').selectedOptions[0].textContent"
FIRST_CARD = "document.querySelector('.card').innerText.split('\\n')"
FOCUSED = "document.activeElement"
ARIA_VALUE_TEXT = f"{FOCUSED}.getAttribute('aria-valuetext')"
ITEMS = "[...document.querySelectorAll('#items h3')].map(one => one.textContent)"


class Page:
    """A tab.

    Attributes:
        failures: exceptions that no one caught, errors on the console, breaches of the policy
        requests: the addresses that were asked for, but for `data:`
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self.failures: list[str] = []
        self.requests: list[str] = []

    async def listen(self) -> None:
        """Take what Chromium sends, for as long as the tab is open."""
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said)
            else:
                self._note(said["method"], said["params"])

    def _note(self, event: str, params: dict[str, Any]) -> None:
        match event:
            case "Page.loadEventFired":
                self._loaded.set()
            case "Runtime.exceptionThrown":
                self.failures.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "assert"):
                self.failures.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.failures.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith("data:"):
                    self.requests.append(url)

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        response = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        said = await asyncio.wait_for(response, _RESPONSE_SEC)
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']}")
        result: dict[str, Any] = said["result"]
        return result

    async def open(self, path: Path) -> None:
        await self.open_url(path.resolve().as_uri())

    async def open_url(self, url: str) -> None:
        self._loaded.clear()
        await self.send("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), _RESPONSE_SEC)

    async def run(self, script: str) -> Any:
        """The value of an expression on the page; a promise is awaited."""
        said = await self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in said:
            raise RuntimeError(f"{script}: {said['exceptionDetails']}")
        return said["result"].get("value")

    async def choose(self, id: str, value: str) -> None:
        """Choose an entry of a list."""
        await self.run(
            f"""(() => {{
                const select = document.getElementById({id!r});
                select.value = {value!r};
                select.dispatchEvent(new Event("change"));
            }})()"""
        )

    async def resize(self, width: int, height: int, *, scale: float = 1) -> None:
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    async def show_theme(self, theme: str) -> None:
        features = [{"name": "prefers-color-scheme", "value": theme}]
        await self.send("Emulation.setEmulatedMedia", features=features)

    async def move(self, x: float, y: float) -> None:
        await self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    async def click(self, x: float, y: float) -> None:
        await self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            await self.send(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def click_on(
        self, selector: str, *, dx: float | None = None, dy: float | None = None
    ) -> None:
        """Click in the middle of an element, or some pixels from its corner."""
        x, y, width, height = await self.box(selector)
        await self.click(
            x + (width / 2 if dx is None else dx), y + (height / 2 if dy is None else dy)
        )

    async def box(self, selector: str) -> tuple[float, float, float, float]:
        """Where an element is in the window: left, top, width, height. It is scrolled there."""
        x, y, width, height = await self.run(
            f"""(() => {{
                const found = document.querySelector({selector!r});
                found.scrollIntoView({{ block: "center", behavior: "instant" }});
                const box = found.getBoundingClientRect();
                return [box.x, box.y, box.width, box.height];
            }})()"""
        )
        return x, y, width, height

    async def press(self, key: str) -> None:
        number = _KEYS.get(key, ord(key.upper()[0]))
        same = {"key": key, "code": key, "windowsVirtualKeyCode": number}
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        await self.send("Input.dispatchKeyEvent", type="keyDown", **same, **text)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **same)

    async def type(self, text: str) -> None:
        await self.send("Input.insertText", text=text)

    async def screenshot(self, path: Path, *, whole: bool = False) -> Path:
        said = await self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(said["data"]))
        return path


@asynccontextmanager
async def new_page(devtools: str) -> AsyncIterator[Page]:
    """A new tab, which is closed afterwards."""
    # No proxy of the environment stands between two ends of one machine.
    async with aiohttp.ClientSession(trust_env=False) as session:
        async with session.put(f"{devtools}/json/new?about:blank") as response:
            target = await response.json()
        address = target["webSocketDebuggerUrl"]
        async with session.ws_connect(address, max_msg_size=0, proxy=None) as socket:
            page = Page(socket)
            listening = asyncio.create_task(page.listen())
            for domain in ("Page", "Runtime", "Log", "Network"):
                await page.send(f"{domain}.enable")
            yield page
            await page.send("Page.close")
            listening.cancel()
