"""`scripts/check-wheel`: what it builds, installs and runs; programs are only recorded."""

import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest

from scripts.release import check_wheel
from scripts.versions import lowest_versions

ROOT = Path(__file__).resolve().parents[2]


class Programs:
    """The programs that were started, in place of which nothing is."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.settings: list[dict[str, Any]] = []
        self.act: Callable[[list[str], dict[str, Any]], str] = lambda command, settings: ""

    def run(self, command: list[Any], **settings: Any) -> subprocess.CompletedProcess[str]:
        words = [*map(str, command)]
        self.commands.append(words)
        self.settings.append(settings)
        return subprocess.CompletedProcess(words, 0, self.act(words, settings), "")


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Programs:
    programs = Programs()
    monkeypatch.setattr(check_wheel.subprocess, "run", programs.run)
    return programs


NOTHING = {"with_project": False, "frozen": False, "lowest": False}


@pytest.mark.parametrize(
    ("words", "status", "shown"),
    [
        (
            "--help",
            0,
            "usage: scripts/check-wheel [-h] [--all] [--frozen] [--lowest] [extras ...]\n",
        ),
        ("arrow nothing none", 2, "error: there is no extra none, nothing; there are ["),
    ],
)
def test_what_can_be_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: str,
    status: int,
    shown: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["x", *words.split()])
    with pytest.raises(SystemExit) as ended:
        check_wheel.main()
    assert ended.value.code == status
    assert shown in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("words", "extras", "changed"),
    [
        ("", [], {}),
        ("arrow media", ["arrow", "media"], {}),
        ("--frozen", [], {"frozen": True}),
        ("--lowest arrow", ["arrow"], {"lowest": True}),
        ("--all", check_wheel.known_extras(), {"with_project": True, "frozen": True}),
    ],
)
def test_what_is_checked(
    monkeypatch: pytest.MonkeyPatch, words: str, extras: list[str], changed: dict[str, bool]
) -> None:
    called: list[Any] = []

    def check(folder: Path, extras: list[str], **settings: bool) -> None:
        assert folder.is_dir()
        called.append((extras, settings))

    monkeypatch.setattr(check_wheel, "check", check)
    monkeypatch.setattr(sys, "argv", ["check-wheel", *words.split()])
    assert check_wheel.main() == 0
    assert called == [(extras, NOTHING | changed)]


def test_a_program_that_fails_is_an_error_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(*_: Any, **settings: bool) -> None:
        raise subprocess.CalledProcessError(3, ["pip"])

    monkeypatch.setattr(check_wheel, "check", check)
    monkeypatch.setattr(sys, "argv", ["check-wheel"])
    assert check_wheel.main() == 1
    assert "pip" in capsys.readouterr().err


@pytest.mark.parametrize("lowest", [False, True])
@pytest.mark.parametrize("extra", ["", "arrow"])
def test_an_environment_has_the_wheel_with_pinned_versions(
    programs: Programs, tmp_path: Path, extra: str, lowest: bool
) -> None:
    wheel = tmp_path / "ours.whl"
    python = check_wheel.environment(tmp_path / "with", wheel, extra, "pytest", lowest=lowest)
    assert python.exists()
    assert not python.with_name("pip").exists()
    versions = tmp_path / "with" / "lowest.txt" if lowest else ROOT / "constraints.txt"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    wanted = f"twelvelabs-embed[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    words = ["--disable-pip-version-check", "--constraint", str(versions), wanted, "pytest"]
    assert programs.commands == [[*pip, *words]]
    assert programs.settings == [{"check": True}]
    if lowest:
        assert versions.read_text().splitlines() == sorted(lowest_versions(extra))


def write_wheel(folder: Path, *more: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "ours-1-py3-none-any.whl", "w") as archive:
        for name in (*check_wheel.NEEDED, "twelvelabs_embed-1.dist-info/METADATA", *more):
            archive.writestr(name, name)
        archive.writestr("twelvelabs_embed/large", bytes(2_000_000))


@pytest.mark.parametrize(
    ("more", "reason"),
    [((), None), (("twelvelabs_embed/new.py",), "builds a different wheel")],
)
def test_the_wheel_is_built_also_from_the_sdist(
    programs: Programs,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    reason: str | None,
) -> None:
    dist = tmp_path / "dist"

    def build(command: list[str], settings: dict[str, Any]) -> str:
        assert settings["check"]
        if settings["cwd"] == ROOT:
            write_wheel(dist)
            with tarfile.open(dist / "ours-1.tar.gz", "w:gz") as archive:
                setup = tarfile.TarInfo("ours-1/setup")
                setup.mode = 0o777
                archive.addfile(setup, io.BytesIO())
        else:
            write_wheel(settings["cwd"] / "dist", *more)
        return ""

    programs.act = build
    if reason:
        with pytest.raises(SystemExit, match=reason):
            check_wheel.build_wheel(dist)
    else:
        assert check_wheel.build_wheel(dist) == dist / "ours-1-py3-none-any.whl"
        sizes = {one.name: one.stat().st_size / 1000 for one in dist.iterdir() if one.is_file()}
        shown = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
        assert shown == {name: f"{size_kb:.0f} kB" for name, size_kb in sizes.items()}
    if os.name == "posix":  # an archive of others may not say who can write
        assert (dist / "ours-1" / "setup").stat().st_mode & 0o777 == 0o755
    hatch = [sys.executable, "-m", "hatchling", "build"]
    assert programs.commands == [[*hatch, "-d", str(dist)], [*hatch, "-t", "wheel"]]
    quietly = {"check": True, "capture_output": True}
    assert programs.settings == [quietly | {"cwd": one} for one in (ROOT, dist / "ours-1")]


@pytest.mark.parametrize("printed", ["(512,)\n", "(256,)\n"])
def test_each_extra_a_frozen_program_and_a_project_are_tried(
    programs: Programs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    printed: str,
) -> None:
    made: list[Any] = []

    def environment(folder: Path, wheel: Path, *words: str, lowest: bool) -> Path:
        made.append((folder.name, wheel, *words, lowest))
        return folder / "python"

    def act(command: list[str], settings: dict[str, Any]) -> str:
        if "PyInstaller" in command:
            (tmp_path / "dist").mkdir()
            (tmp_path / "dist" / "program.exe").write_bytes(bytes(3_500_001))
            assert (tmp_path / "program.py").read_text() == check_wheel.PROGRAM
        return printed

    programs.act = act
    wheel = tmp_path / "ours.whl"
    monkeypatch.setattr(check_wheel, "time", SimpleNamespace(monotonic=count(5, 3).__next__))
    monkeypatch.setattr(check_wheel, "build_wheel", {tmp_path / "dist": wheel}.__getitem__)
    monkeypatch.setattr(check_wheel, "environment", environment)
    settings = {"with_project": True, "frozen": True, "lowest": True}
    if printed != "(512,)\n":
        with pytest.raises(SystemExit, match=r"printed '\(256,\)"):
            check_wheel.check(tmp_path, ["arrow"], **settings)
        return
    check_wheel.check(tmp_path, ["arrow"], **settings)
    assert made == [
        ("with-nothing", wheel, "", True),
        ("with-arrow", wheel, "arrow", True),
        ("freezing", wheel, "", "pyinstaller", True),
        ("project", wheel, "emulator", "pytest", True),
    ]
    smoke = str(ROOT / "tests" / "package" / "smoke.py")
    python = {name: str(tmp_path / name / "python") for name, *_ in made}
    pip = [sys.executable, "-m", "pip", "--python", python["project"], "install", "--quiet"]
    assert programs.commands == [
        [python["with-nothing"], smoke, "nothing"],
        [python["with-arrow"], smoke, "arrow"],
        [
            *(python["freezing"], "-m", "PyInstaller", "--onefile", "--log-level", "ERROR"),
            "program.py",
        ],
        [str(tmp_path / "dist" / "program.exe"), "a dog"],
        [*pip, "--disable-pip-version-check", "--no-deps", str(tmp_path / "downstream")],
        [python["project"], "-m", "pytest", "-q"],
    ]
    folders = [tmp_path / one for one in ("work-nothing", "work-arrow", ".", "downstream")]
    for folder in folders[:2]:
        media = sorted(path.name for path in folder.iterdir())
        assert media == ["beach.jpg", "sound.wav", "video.mkv"]
        with av.open(str(folder / "video.mkv")) as video:
            assert video.duration == pytest.approx(6_000_000, rel=0.02)
            assert video.streams.video[0].average_rate == 8
    ours = programs.settings[3]["env"]  # a frozen program needs no other variables
    assert re.fullmatch(r"http://127.0.0.1:\d+/v1.3", ours["TWELVELABS_BASE_URL"])
    resume_dir = str(tmp_path / "resume")
    assert ours == {
        **{"TWELVELABS_API_KEY": "any", "TWELVELABS_EMBED_RESUME_DIR": resume_dir},
        "TWELVELABS_BASE_URL": ours["TWELVELABS_BASE_URL"],
    }
    in_folder = [{"cwd": folder, "check": True} for folder in folders]
    environment_of_all = {"env": os.environ | ours}
    assert programs.settings == [
        in_folder[0] | environment_of_all,
        in_folder[1] | environment_of_all,
        in_folder[2],
        {"env": ours, "capture_output": True, "text": True, "check": True},
        {"check": True},
        in_folder[3],
    ]
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "twelvelabs-embed: good, 3 s",
        "twelvelabs-embed[arrow]: good, 3 s",
        "frozen: good, 4 MB, 3 s",
        "examples/downstream: good",
    ]
    assert shown.err.splitlines() == ["[1/2] without extras", "[2/2] arrow"]
