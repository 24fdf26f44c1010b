"""`scripts/check-wheel`: what it builds, installs and runs; programs are only recorded."""

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
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
                archive.addfile(tarfile.TarInfo("ours-1/setup"), io.BytesIO())
        else:
            write_wheel(settings["cwd"] / "dist", *more)
        return ""

    programs.act = build
    if reason:
        with pytest.raises(SystemExit, match=reason):
            check_wheel.build_wheel(dist)
    else:
        assert check_wheel.build_wheel(dist) == dist / "ours-1-py3-none-any.whl"
        shown = capsys.readouterr().out.splitlines()
        assert [line.partition(": ")[0] for line in shown] == [
            "ours-1-py3-none-any.whl",
            "ours-1.tar.gz",
        ]
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
            (tmp_path / "dist" / "program.exe").write_bytes(bytes(3_400_000))
            assert (tmp_path / "program.py").read_text() == check_wheel.PROGRAM
        return printed

    programs.act = act
    wheel = tmp_path / "ours.whl"
    monkeypatch.setattr(check_wheel, "build_wheel", lambda folder: wheel)
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
    ours = programs.settings[3]["env"]  # a frozen program needs no other variables
    assert ours.keys() == {
        "TWELVELABS_API_KEY",
        "TWELVELABS_BASE_URL",
        "TWELVELABS_EMBED_RESUME_DIR",
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
    assert [line.partition(", ")[0] for line in shown.out.splitlines()] == [
        "twelvelabs-embed: good",
        "twelvelabs-embed[arrow]: good",
        "frozen: good",
        "examples/downstream: good",
    ]
    assert "frozen: good, 3 MB" in shown.out
    assert shown.err.splitlines() == ["[1/2] without extras", "[2/2] arrow"]
