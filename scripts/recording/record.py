"""Record the cassettes of tests/replay again, from the emulator or from the real service.

Prints which of their schemas changed. A recording that violates the contract, or during which a
test failed, is rejected: it is judged and moved to tests/cassettes/rejected, and the earlier one is
kept. That is kept, too, when recording is interrupted or killed: the new recording replaces it in
one step, at the end.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from twelvelabs_embed.client import BASE_URL_VARIABLE, DEFAULT_BASE_URL, KEY_VARIABLES
from twelvelabs_embed_emulator import Emulator, samples

from scripts.recording import cassette_schema
from scripts.recording.folders import replace_folder

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "openapi" / "embed-v2.yaml"
CASSETTES = ROOT / "tests" / "cassettes"
MEDIA = CASSETTES / "media"
REJECTED = CASSETTES / "rejected"
UNFINISHED = CASSETTES / "unfinished"
# tests/replay has another key for requests that are rejected.
EMULATOR_KEY = "any"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/record", description=__doc__)
    parser.add_argument("--live", action="store_true", help="record the real service")
    parser.add_argument(
        "--media-url", help="with --live: where the service can fetch tests/cassettes/media"
    )
    arguments = parser.parse_args()
    if arguments.live and not arguments.media_url:
        parser.error("--live needs --media-url")
    source = "live" if arguments.live else "emulator"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the tests, too
    try:
        UNFINISHED.mkdir(exist_ok=True)
        make_media(MEDIA)
        with TemporaryDirectory(dir=UNFINISHED) as folder:
            fresh = Path(folder) / source
            if arguments.live:
                failed = record_live(fresh, arguments.media_url)
            else:
                failed = record_emulator(fresh)
            place, rejected = CASSETTES / source, REJECTED / source
            return keep_if_allowed(fresh, place, rejected, CONTRACT, have_tests_failed=bool(failed))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def keep_if_allowed(
    fresh: Path, place: Path, rejected: Path, contract: Path, *, have_tests_failed: bool = False
) -> int:
    """Show which schemas changed; keep the new recording unless it violates the contract.

    Fields that the contract does not describe are listed, and allowed. When a test failed, what was
    recorded until then is judged all the same: the responses may be the reason.
    """
    fresh.mkdir(exist_ok=True)
    document = yaml.safe_load(contract.read_text("utf-8"))
    print(f"Recorded {len(list(fresh.glob('*.yaml')))} cassettes from the {fresh.name}")
    show("Changed schemas", cassette_schema.compared(place, fresh, document))
    show("Not in the contract", cassette_schema.unknown_fields(fresh, document))
    broken = cassette_schema.violations(fresh, document)
    if broken or have_tests_failed:
        rejected.parent.mkdir(exist_ok=True)
        replace_folder(fresh, rejected)
        show("The contract does not allow", broken)
        print(f"The recording was moved to {rejected}; the earlier one is kept.")
        if have_tests_failed:
            print("Tests of the library failed, above; the violations may be why.")
        if broken:
            print("Bring openapi/embed-v2.yaml up to date with the service, then record again.")
        return 1
    replace_folder(fresh, place)
    return 0


def show(title: str, lines: Iterable[str]) -> None:
    found = [f"  {line}" for line in lines]
    print("\n".join([f"{title}:", *found] if found else [f"{title}: nothing"]))


def record_live(folder: Path, media_url: str) -> int:
    base_url = os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
    return record(folder, base_url.rstrip("/"), live_key(), media_url.rstrip("/"))


def record_emulator(folder: Path) -> int:
    emulator = Emulator(
        api_keys=[EMULATOR_KEY],
        # Long enough that the first poll finds it unfinished.
        processing_sec=0.5,
        # A file of 15 MB has three chunks; the URL of the third needs another request.
        chunk_bytes=5 * 1024 * 1024,
        urls_per_response=2,
    )
    with ExitStack() as stack:
        stack.enter_context(emulator)
        media_url = stack.enter_context(serving(MEDIA))
        return record(folder, emulator.base_url, EMULATOR_KEY, media_url)


def live_key() -> str:
    key = next(filter(None, map(os.environ.get, KEY_VARIABLES)), None)
    return key or sys.exit(f"--live needs a key in {' or '.join(KEY_VARIABLES)}")


MEDIA_FILES: Mapping[str, Callable[[Path], object]] = {
    "beach.jpg": partial(samples.image, scene="beach", width=160, height=128, quality=60),
    "talk.wav": partial(samples.audio, duration_sec=12, sample_rate_hz=4_000),
    "film.mkv": partial(samples.video, duration_sec=6, width=360, height=360, fps=8),
    "paper.pdf": partial(samples.document, pages=["a man and his dog", "the beach at night"]),
    "short.wav": partial(samples.audio, duration_sec=2, sample_rate_hz=4_000),  # for tasks
}


def make_media(folder: Path) -> None:
    """Make the media of the recordings, unless it exists: the cassettes contain its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MEDIA_FILES.items():
        if not (folder / name).exists():
            with TemporaryDirectory(dir=UNFINISHED) as unfinished:
                make(Path(unfinished) / name)
                (Path(unfinished) / name).replace(folder / name)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the files of a folder on localhost; yields the URL."""
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def record(folder: Path, base_url: str, key: str, media_url: str) -> int:
    command = [sys.executable, "-m", "pytest", "tests/replay", "-n", "0"]
    # It inspects all cassettes, which are not complete yet.
    command += ["--ignore", "tests/replay/test_cassettes.py"]
    environment = {
        "RECORD_FOLDER": str(folder),
        "RECORD_BASE_URL": base_url,
        "RECORD_API_KEY": key,
        "RECORD_MEDIA_URL": media_url,
    }
    return subprocess.run(
        [*command, "--record-mode=once"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
