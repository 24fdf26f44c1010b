"""Record the cassettes of tests/replay again, from the emulator or from the real service."""

import argparse
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

from twelvelabs_embed.client import DEFAULT_BASE_URL, KEY_VARIABLES
from twelvelabs_embed_emulator import Emulator, samples

ROOT = Path(__file__).resolve().parent.parent
CASSETTES = ROOT / "tests" / "cassettes"
# The key that tests/replay uses to be refused is another one.
EMULATOR_KEY = "any"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/record", description=__doc__)
    parser.add_argument("--live", action="store_true", help="record the real service")
    source = "live" if parser.parse_args().live else "emulator"
    key = EMULATOR_KEY if source == "emulator" else live_key()
    make_media(CASSETTES / "media")
    aside = CASSETTES / f"{source}.before"
    shutil.rmtree(aside, ignore_errors=True)
    if (CASSETTES / source).exists():
        (CASSETTES / source).rename(aside)
    with Emulator(api_keys=[EMULATOR_KEY]) if source == "emulator" else nullcontext() as emulator:
        base_url = emulator.base_url if emulator else DEFAULT_BASE_URL
        failed = record(source, base_url, key)
    if failed:
        # Half a recording is none: what was there before stays.
        shutil.rmtree(CASSETTES / source, ignore_errors=True)
        if aside.exists():
            aside.rename(CASSETTES / source)
        return failed
    shutil.rmtree(aside, ignore_errors=True)
    print(f"Recorded {len(list((CASSETTES / source).glob('*.yaml')))} cassettes from the {source}")
    return 0


def live_key() -> str:
    key = next(filter(None, map(os.environ.get, KEY_VARIABLES)), None)
    return key or sys.exit(f"--live needs a key in {' or '.join(KEY_VARIABLES)}")


def make_media(folder: Path) -> None:
    """Make the media that the recordings embed, unless it is there: its hash is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "beach.jpg").exists():
        samples.image(folder / "beach.jpg", scene="beach", width=160, height=128, quality=60)
    if not (folder / "talk.wav").exists():
        samples.audio(folder / "talk.wav", duration_sec=12, sample_rate_hz=4_000)
    if not (folder / "film.mkv").exists():
        samples.video(folder / "film.mkv", duration_sec=6, width=360, height=360, fps=8)


def record(source: str, base_url: str, key: str) -> int:
    command = [sys.executable, "-m", "pytest", "tests/replay/test_embed.py", "-n", "0"]
    environment = {
        "RECORD_SOURCE": source,
        "RECORD_BASE_URL": base_url,
        "RECORD_API_KEY": key,
    }
    return subprocess.run(
        [*command, "--record-mode=once"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
