"""What the emulator prints is all that a program with the vendor's SDK needs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulator.helpers import request_body
from tests.waiting import TIMEOUT_SEC, process_of

HERE = Path(__file__).parent
SDK = HERE.parents[1] / "node_modules" / "twelvelabs-js"
NEEDS_NODE = pytest.mark.skipif(
    shutil.which("npm") is None, reason="the vendor's JavaScript SDK needs node"
)
OWN = re.compile("TWELVE_?LABS", re.IGNORECASE)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "exported.py"], id="python"),
        pytest.param(["node", "exported.mjs"], id="javascript", marks=NEEDS_NODE),
    ],
)
def test_the_printed_exports_are_all_that_the_vendors_sdk_needs(command, client):
    if command[0] == "node":
        assert SDK.exists(), "twelvelabs-js is not installed: run scripts/setup"
    with process_of(
        [sys.executable, "-m", "twelvelabs_embed_emulator", "--port", "0", "--api-key", "mine"],
        stdout=subprocess.PIPE,
        text=True,
    ) as emulator:
        exports = emulator.stdout.readline().partition(" export ")[2].split()
        others = {name: value for name, value in os.environ.items() if not OWN.match(name)}
        done = subprocess.run(
            command,
            cwd=HERE,
            env={**others, **dict(one.split("=", 1) for one in exports)},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SEC,
        )
        assert done.returncode == 0, done.stderr
    vector, status = json.loads(done.stdout)
    response = client.post("/embed-v2", json=request_body("text", input_text="a dog"))
    assert (vector, status) == (response.json()["data"][0]["embedding"], 404)
