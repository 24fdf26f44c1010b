"""Few files may be open at a time, as with `ulimit -n 256`."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import ApiConnectionError, TwelveLabs
from twelvelabs_embed._http import transport
from twelvelabs_embed.bulk import NoResponseError
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed_emulator import Emulator, samples

resource = pytest.importorskip("resource")

_PROGRAM = """
import asyncio, resource, sys
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
from twelvelabs_embed import AsyncTwelveLabs, TwelveLabs

async def gather():
    async with AsyncTwelveLabs("k", base_url=sys.argv[1]) as client:
        calls = [client.embed(f"text {number}") for number in range(300)]
        return await asyncio.gather(*calls, return_exceptions=True)

def many():
    with TwelveLabs("k", base_url=sys.argv[1]) as client:
        texts = [f"text {number}" for number in range(600)]
        return [one.error for one in client.embed.many(texts, concurrency=512)]

results = asyncio.run(gather()) if sys.argv[3] == "awaited" else many()
failed = [one for one in results if isinstance(one, BaseException)]
print(len(results), len(failed), failed[:1])
"""


@pytest.mark.parametrize("limit", [256, 64])
@pytest.mark.parametrize(("way", "count"), [("awaited", 300), ("many", 600)])
def test_many_concurrent_calls_succeed(way: str, count: int, limit: int) -> None:
    with Emulator() as emulator:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, emulator.base_url, str(limit), way],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == f"{count} 0 []", done.stderr


@pytest.mark.parametrize(
    ("limit", "expected"), [(256, (64, 128)), (10, (8, 8)), (1 << 20, (1000, 1000))]
)
def test_connections_are_bounded_by_what_may_be_opened(
    limit: int, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))
    monkeypatch.setattr("os.listdir", lambda folder: ["0"] * 40)
    least, most = expected
    assert least <= transport.max_connections() <= most


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_media_that_cannot_be_opened_now_has_not_failed_for_good(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "media", tmp_path / "out"
    folder.mkdir()
    for number in range(12):
        samples.image(folder / f"{number}.jpg", width=160, height=160)
    opened = Path.open

    def exhausted(path: Path, *args: Any, **settings: Any) -> Any:
        if path.suffix == ".jpg":
            raise OSError(code, "Too many open files")
        return opened(path, *args, **settings)

    with Emulator() as emulator, TwelveLabs("k", base_url=emulator.base_url) as client:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", exhausted)
            (result,) = client.embed.many([folder / "1.jpg"])
            assert isinstance(result.error, ApiConnectionError)
            with pytest.raises((ApiConnectionError, NoResponseError)):
                client.bulk.run(folder, out, concurrency=2)
        assert not list(read_errors(out))
        assert client.bulk.run(folder, out).done == 12


@pytest.mark.parametrize("source", ["", "**/*.jpg", "**", "m.csv"])
def test_a_source_that_cannot_be_read_now_is_not_taken_for_an_empty_one(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder inside cannot be listed, nor the manifest opened, after the source is prepared."""
    folder, out = tmp_path / "media", tmp_path / "out"
    (folder / "inside").mkdir(parents=True)
    for name in ("a.jpg", "inside/b.jpg"):
        samples.image(folder / name, width=160, height=160)
    (folder / "m.csv").write_text("media\na.jpg\ninside/b.jpg\n")

    def exhausting(original: Any) -> Any:
        def call(path: Any, *args: Any, **settings: Any) -> Any:
            if str(path).endswith(("inside", ".csv")):
                raise OSError(errno.EMFILE, "Too many open files")
            return original(path, *args, **settings)

        return call

    with Emulator() as emulator, TwelveLabs("k", base_url=emulator.base_url) as client:
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", exhausting(os.scandir))
            patch.setattr(Path, "open", exhausting(Path.open))
            with pytest.raises(ApiConnectionError, match="ulimit"):
                client.bulk.run(str(folder / source), out)
        assert not list(read_errors(out)) if out.exists() else True
        assert client.bulk.run(str(folder / source), out).done == 2
