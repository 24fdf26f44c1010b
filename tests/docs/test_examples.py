"""The programs in examples/ run as a reader would run them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from twelvelabs_embed_emulator import Emulator, samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def media_url(tmp_path: Path) -> Iterator[str]:
    """Where a picture and a film are served, on this machine."""
    samples.image(tmp_path / "beach.jpg")
    samples.video(tmp_path / "film.mkv", duration_sec=6)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


PROGRAM = [sys.executable, "-m", "twelvelabs_embed_emulator", "--port", "0"]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run_with_emulator(
    *command: str | Path, options: tuple[str, ...] = (), cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as `twelvelabs-embed emulator -- COMMAND` does."""
    return subprocess.run(
        [*PROGRAM, *options, "--", *command],
        env={**os.environ, **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@needs("node")
def test_the_tests_in_javascript() -> None:
    options = ("--rpm", "5", "--processing-sec", "600")
    file = ROOT / "examples" / "emulator.test.mjs"
    done = run_with_emulator("node", "--test", "--test-reporter=tap", file, options=options)
    assert done.returncode == 0, done.stdout
    assert "# pass 12" in done.stdout


SMALL_QUOTA = ("--rpm", "2", "--processing-sec", "600")


@needs("java")
def test_the_tests_in_java() -> None:
    file = ROOT / "examples" / "EmulatorTest.java"
    done = run_with_emulator("java", "-ea", file, options=SMALL_QUOTA)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 passed\n", "")


@needs("go")
def test_the_tests_in_go(tmp_path: Path) -> None:
    file = ROOT / "examples" / "emulator_test.go"
    command = ("go", "test", "-v", file)
    done = run_with_emulator(*command, options=SMALL_QUOTA, GOCACHE=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("--- PASS") == 3


@needs("curl")
@needs("bash")
def test_the_emulator_by_curl() -> None:
    done = subprocess.run(
        ["bash", ROOT / "examples" / "emulator.sh"],
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    statuses = [line for line in done.stdout.splitlines() if re.fullmatch(r"\d{3}", line)]
    assert statuses == ["200", "429", "200", "204", "204", "503", "200"]
    (request,) = json.loads(done.stdout.splitlines()[-1])["requests"]
    assert request["fault"] == "503"


@needs("npm")
@needs("curl")
def test_the_steps_of_the_workflow(tmp_path: Path) -> None:
    """All but what installs the emulator, in a project whose tests send a request to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    text = (ROOT / "examples" / "emulator-ci.yml").read_text().replace("8321", port)
    job = yaml.safe_load(text)["jobs"]["test"]
    steps = [one["run"] for one in job["steps"] if "run" in one]
    assert [step.split()[0] for step in steps] == ["pip", "twelvelabs-embed", "npm", "npm", "curl"]
    name = {"name": "project", "version": "1.0.0"}
    package = {**name, "scripts": {"test": "node test.mjs"}}
    lock = {**name, "lockfileVersion": 3, "packages": {"": name}}
    (tmp_path / "package.json").write_text(json.dumps(package))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "test.mjs").write_text(
        "const headers = { 'x-api-key': process.env.TWELVE_LABS_API_KEY };"
        "const response = await fetch(`${process.env.TWELVELABS_BASE_URL}/assets`, { headers });"
        "process.exit(response.status === 200 ? 0 : 1);"
    )
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    try:
        for step in steps[1:]:
            subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", step],
                env={**os.environ, **job["env"], "PATH": path},
                cwd=tmp_path,
                check=True,
                timeout=120,
            )
    finally:
        with urlopen(f"http://127.0.0.1:{port}/_emulator/health") as health:
            os.kill(json.load(health)["pid"], signal.SIGTERM)
    (request,) = json.loads((tmp_path / "emulator-requests.json").read_text())["requests"]
    assert (request["path"], request["status"]) == ("/v1.3/assets", 200)


def test_the_three_examples_of_the_reference_page(media_url: str) -> None:
    with Emulator() as emulator:
        done = subprocess.run(
            [
                sys.executable,
                ROOT / "examples" / "reference_page.py",
                f"{media_url}/beach.jpg",
                f"{media_url}/film.mkv",
            ],
            env={
                **os.environ,
                "TWELVELABS_API_KEY": "any",
                "TWELVELABS_BASE_URL": emulator.base_url,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    counts = [
        int(line.rpartition(" ")[2])
        for line in done.stdout.splitlines()
        if line.startswith("Number of embeddings")
    ]
    assert counts[:2] == [1, 1]
    assert counts[2] > 3
    assert done.stdout.count("Embedding dimensions: 512") == sum(counts)


def test_the_reference_page_runs_by_itself() -> None:
    command = [sys.executable, ROOT / "examples" / "reference_page.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Embedding dimensions: 512") > 4


@pytest.mark.parametrize(
    "example",
    sorted(path.name for path in (ROOT / "examples").glob("*.py")),
)
def test_an_example_without_its_arguments_says_which(example: str) -> None:
    given = ["one", "two", "three", "four"] if example == "reference_page.py" else []
    command = [sys.executable, ROOT / "examples" / example, *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"usage: python examples/{example} ")
    assert len(done.stderr.splitlines()) == 1


def test_long_media(tmp_path: Path) -> None:
    film = samples.write_long_video(tmp_path / "film.mkv", 660)
    with Emulator() as emulator:
        settings = {"TWELVELABS_API_KEY": "any", "TWELVELABS_BASE_URL": emulator.base_url}
        command = [sys.executable, str(ROOT / "examples" / "long_media.py")]
        first = subprocess.run(
            [*command, str(film)],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert first.returncode == 0, first.stderr
        *notes, route, clips = first.stdout.splitlines()
        assert route.startswith("task: film.mkv is 11 min long")
        task_id = notes[0].split()[1].rstrip(":")
        second = subprocess.run(
            [*command, task_id],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 0, second.stderr
    assert second.stdout.splitlines()[-2:] == ["task: it was resumed", clips]
