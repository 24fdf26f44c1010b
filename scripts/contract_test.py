"""The contract tests of the package, with the recordings of this project."""

import sys
from pathlib import Path

from twelvelabs_embed_emulator.conformance.__main__ import main

CASSETTES = Path(__file__).resolve().parents[1] / "tests" / "cassettes" / "emulator"

if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(["--cassettes", str(CASSETTES), *given], "scripts/contract-test"))
