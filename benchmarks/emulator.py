"""The emulator in a process of its own.

Run so, it prints its base URL, and ends when its standard input does, so that it never outlives who
started it.

    python -m benchmarks.emulator
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running() -> Iterator[str]:
    """Start an emulator in its own process, and yield its base URL."""
    command = [sys.executable, "-m", "benchmarks.emulator"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def main() -> None:
    from twelvelabs_embed_emulator import Emulator

    with Emulator() as emulator:
        print(emulator.base_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
