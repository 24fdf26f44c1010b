"""Fuzzing: each target of tests/hostile/fuzz_targets.py in its own process, with atheris inputs.

Inputs that make a target fail are kept below `--keep`, and the traceback is printed.

exit status:
  0  nothing was found
  1  a target failed, took more than ten seconds, or more than 2 GB
  2  the arguments are wrong, or atheris is not installed (it has wheels for Linux)
"""

import argparse
import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.hostile.fuzz_targets import TARGETS

TIMEOUT_SEC = 10
MAX_MB = 2048
_RUNS = re.compile(r"Done (\d+) runs|#(\d+)\s")


def main() -> int:
    arguments = _arguments()
    if find_spec("atheris") is None:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    names = arguments.only or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        print(f"there is no {', '.join(unknown)}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    passed: list[str] = []
    failed: list[str] = []
    try:
        for number, name in enumerate(names, 1):
            print(f"[{number}/{len(names)}] {name}, for {arguments.seconds} s", file=sys.stderr)
            (passed if _fuzz(name, arguments) else failed).append(name)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    print(f"{len(passed)} of {len(names)} targets found nothing")
    if failed:
        return 1
    return 0 if len(passed) == len(names) else 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--only", nargs="+", metavar="TARGET", help="some targets")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="run these bytes alone")
    parser.add_argument(
        "--keep", type=Path, default=Path("dist/fuzz"), help="folder for inputs that fail"
    )
    return parser.parse_args()


def _fuzz(name: str, arguments: argparse.Namespace) -> bool:
    """Fuzz a target, and return whether no input failed."""
    target = TARGETS[name]
    kept = arguments.keep / name
    kept.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        corpus, words = Path(folder, "corpus"), Path(folder, "words")
        corpus.mkdir()
        for number, seed in enumerate(target.seeds()):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        words.write_text("".join(map(_entry, target.words())), encoding="ascii")
        flags = [
            f"-max_total_time={arguments.seconds}",
            f"-max_len={max(target.max_bytes, *map(len, target.seeds()))}",
            f"-timeout={TIMEOUT_SEC}",
            f"-rss_limit_mb={MAX_MB}",
            f"-artifact_prefix={kept}/",
            *([f"-dict={words}"] if words.stat().st_size else []),
        ]
        inputs = [str(arguments.repeat)] if arguments.repeat else [str(corpus)]
        command = [sys.executable, "-m", "scripts.quality.fuzz_target", name, *flags, *inputs]
        started_sec = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took_sec = time.monotonic() - started_sec
    runs = [int(a or b) for a, b in _RUNS.findall(done.stderr)]
    said = "nothing found" if done.returncode == 0 else "FAILED"
    print(f"{name:14} {max(runs, default=0):>9,} runs  {took_sec:5.0f} s  {said}", flush=True)
    if done.returncode:
        print((done.stdout + done.stderr)[-4000:])
    return done.returncode == 0


def _entry(word: str) -> str:
    """Format a word as a line of a libFuzzer dictionary."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


if __name__ == "__main__":
    sys.exit(main())
