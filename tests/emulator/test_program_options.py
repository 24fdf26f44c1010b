"""Options of the program `python -m twelvelabs_embed_emulator`; it is not started."""

import errno
import inspect
import os
import sys
from pathlib import Path

import pytest
from twelvelabs_embed_emulator import Emulator, _extras
from twelvelabs_embed_emulator.__main__ import _parser, main

from tests.emulator.test_server import MISSING

USAGE = """
usage: emulate [-h] [--host ADDRESS] [--port N] [--api-key KEY] [--allow-host HOST]
[--contract PATH] [--state PATH] [--profile {normal,strict,slow}]
[--processing-sec N] [--latency-sec N] [--chunk-bytes N] [--reusable-urls]
[--storage-port N] [--faults SCRIPT] [--storage-faults SCRIPT]
[--rpm N] [--tpm N] [--minutes-per-hour N] [--cors ORIGIN] [--control {local,any,off}]
[--record-bodies] [--strict-nulls | --no-strict-nulls] [--semantic] [--json] [--wait] ...
"""


def test_options_and_what_they_take(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"], prog="emulate")
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert shown.partition("\n\n")[0].split() == USAGE.split()
    assert "\n  -- COMMAND  " in shown
    assert shown.endswith("\nExample: emulate --port 0 -- npm test\n")


def test_options_are_the_settings_of_the_emulator():
    options = vars(_parser("x").parse_args([]))
    parameters = inspect.signature(Emulator).parameters
    assert options == {
        **{name: one.default for name, one in parameters.items() if name in options},
        **{"allow_hosts": [], "cors_origins": [], "faults": "", "storage_faults": "", "port": 8321},
        **{"command": [], "prints_json": False, "wait": False},
    }
    assert parameters.keys() - options.keys() == {"urls_per_response", "read_timeout_sec"}


@pytest.mark.parametrize(
    ("words", "setting", "value"),
    [
        ("--host ::1", "host", "::1"),
        ("--api-key a --api-key b", "api_keys", ["a", "b"]),
        ("--allow-host a --allow-host b", "allow_hosts", ["a", "b"]),
        ("--cors a --cors b", "cors_origins", ["a", "b"]),
        ("--contract a.yaml", "contract", Path("a.yaml")),
        ("--state a.db", "state", Path("a.db")),
        *(("--profile " + one, "profile", one) for one in ("normal", "strict", "slow")),
        *(("--control " + one, "control", one) for one in ("local", "any", "off")),
        ("--faults 503", "faults", "503"),
        ("--storage-faults 503", "storage_faults", "503"),
        ("--reusable-urls", "reusable_urls", True),
        ("--record-bodies", "records_bodies", True),
        ("--strict-nulls", "strict_nulls", True),
        ("--no-strict-nulls", "strict_nulls", False),
        ("--semantic", "semantic", True),
        ("--json", "prints_json", True),
        ("--wait", "wait", True),
    ],
)
def test_an_option_changes_its_setting_alone(words, setting, value):
    parser = _parser("x")
    changed = vars(parser.parse_args(words.split()))
    assert changed == {**vars(parser.parse_args([])), setting: value}


@pytest.mark.parametrize(
    ("option", "taken", "rejected"),
    [
        ("--port", [0, 65535], [-1, 65536, 0.5]),
        ("--storage-port", [0, 65535], [-1, 65536, 0.5]),
        ("--chunk-bytes", [1, 10**12], [0, 1.5]),
        ("--processing-sec", [0, 0.5, 1e9], [-0.1]),
        ("--latency-sec", [0, 0.5, 3600], [-0.1, 3600.1]),
        *((f"--{one}", [1e-9, 1e9], [0, -1]) for one in ("rpm", "tpm", "minutes-per-hour")),
    ],
)
def test_numbers_of_options_have_bounds(option, taken, rejected, capsys):
    parser, setting = _parser("x"), option[2:].replace("-", "_")
    for value in taken:
        assert vars(parser.parse_args([option, str(value)]))[setting] == value
    for value in (*rejected, "x", "nan"):
        with pytest.raises(SystemExit) as stopped:
            parser.parse_args([option, str(value)])
        assert stopped.value.code == 2
        assert f"argument {option}: it is " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--contract", "gone.yaml"], f"gone.yaml: {os.strerror(errno.ENOENT)}\n"),
        (["--port", "0", "--", "gone"], "gone: there is no such program\n"),
        (["--faults", "nonsense"], "fault 'nonsense': "),
    ],
)
def test_what_cannot_be_used_is_named_in_a_line(words, reason, capsys):
    assert main(words) == 4
    (line,) = capsys.readouterr().err.splitlines(keepends=True)
    assert line.startswith(f"The emulator cannot start: {reason}")


@pytest.mark.parametrize("package", _extras._MODULES)
def test_the_program_says_in_a_line_what_is_missing(package, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError) as missing:
        _extras.require_all()
    assert missing.value.name == package
    assert main([]) == 4
    assert capsys.readouterr() == ("", f"The emulator cannot start: {MISSING.format(package)}\n")
