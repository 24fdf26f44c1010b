"""Build wheel and sdist, install the wheel into clean environments, and run smoke tests."""

import argparse
import os
import subprocess
import sys
import tarfile
import time
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from twelvelabs_embed_emulator import Emulator, samples

from scripts.versions import lowest_versions, read_project

ROOT = Path(__file__).resolve().parents[2]
SMOKE_TEST = ROOT / "tests" / "package" / "smoke.py"
PACKAGES = ("twelvelabs_embed", "twelvelabs_embed_api", "twelvelabs_embed_emulator")
PROGRAM = """
import sys
from twelvelabs_embed import TwelveLabs

with TwelveLabs() as client:
    print(client.embed(sys.argv[1]).vector.shape)
"""
NEEDED = {
    *(f"{package}/py.typed" for package in PACKAGES),
    "twelvelabs_embed_emulator/embed-v2.yaml",
    "twelvelabs_embed_emulator/PARITY.md",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/check-wheel", description=__doc__)
    parser.add_argument("extras", nargs="*", help="try the wheel with each of these extras")
    parser.add_argument(
        "--all", action="store_true", help="try every extra, a project and a frozen program"
    )
    parser.add_argument("--frozen", action="store_true", help="try a program made by PyInstaller")
    parser.add_argument(
        "--lowest", action="store_true", help="with the lowest versions that pyproject.toml allows"
    )
    arguments = parser.parse_args()
    extras = known_extras() if arguments.all else arguments.extras
    if unknown := set(extras) - set(known_extras()):
        parser.error(f"there is no extra {', '.join(sorted(unknown))}; there are {known_extras()}")
    with TemporaryDirectory() as folder:
        try:
            check(
                Path(folder),
                extras,
                with_project=arguments.all,
                frozen=arguments.frozen or arguments.all,
                lowest=arguments.lowest,
            )
        except subprocess.CalledProcessError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def check(
    folder: Path, extras: Sequence[str], *, with_project: bool, frozen: bool, lowest: bool
) -> None:
    wheel = build_wheel(folder / "dist")
    media = folder / "media"
    media.mkdir()
    samples.video(media / "video.mkv", duration_sec=6, fps=8)
    samples.image(media / "beach.jpg")
    samples.audio(media / "sound.wav")
    with Emulator() as emulator:
        settings = {
            "TWELVELABS_API_KEY": emulator.key,
            "TWELVELABS_BASE_URL": emulator.base_url,
            "TWELVELABS_EMBED_RESUME_DIR": str(folder / "resume"),
        }
        for number, extra in enumerate(("", *extras), 1):
            started_sec = time.monotonic()
            print(f"[{number}/{len(extras) + 1}] {extra or 'without extras'}", file=sys.stderr)
            python = environment(folder / f"with-{extra or 'nothing'}", wheel, extra, lowest=lowest)
            smoke = [str(python), str(SMOKE_TEST), extra or "nothing"]
            work = copytree(media, folder / f"work-{extra or 'nothing'}")
            subprocess.run(smoke, cwd=work, env=os.environ | settings, check=True)
            shown = f"twelvelabs-embed[{extra}]" if extra else "twelvelabs-embed"
            print(f"{shown}: good, {time.monotonic() - started_sec:.0f} s", flush=True)
        if frozen:
            started_sec = time.monotonic()
            python = environment(folder / "freezing", wheel, "", "pyinstaller", lowest=lowest)
            program = freeze(python, folder)
            # No other variables: a frozen program must not depend on its environment.
            done = subprocess.run(
                [program, "a dog"], env=settings, capture_output=True, text=True, check=True
            )
            if done.stdout != "(512,)\n":
                raise SystemExit(f"The frozen program printed {done.stdout!r}")
            size_mb = program.stat().st_size / 1e6
            print(f"frozen: good, {size_mb:.0f} MB, {time.monotonic() - started_sec:.0f} s")
    if with_project:
        python = environment(folder / "project", wheel, "emulator", "pytest", lowest=lowest)
        project = copytree(ROOT / "examples" / "downstream", folder / "downstream")
        install(python, "--no-deps", project)
        subprocess.run([python, "-m", "pytest", "-q"], cwd=project, check=True)
        print("examples/downstream: good")


def build_wheel(folder: Path) -> Path:
    """Build the wheel and check its contents, also against a wheel built from the sdist."""
    hatch = [sys.executable, "-m", "hatchling", "build"]
    subprocess.run([*hatch, "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    subprocess.run([*hatch, "-t", "wheel"], cwd=unpacked, check=True, capture_output=True)
    (again,) = (unpacked / "dist").glob("*.whl")
    if contents(wheel) != contents(again):
        raise SystemExit("The sdist builds a different wheel.")
    check_contents(wheel)
    for path in (wheel, sdist):
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
    return wheel


def check_contents(wheel: Path) -> None:
    """Fail if a file is missing in a wheel, or if it has other packages."""
    names = set(contents(wheel))
    if missing := NEEDED - names:
        raise SystemExit(f"The wheel has no {', '.join(sorted(missing))}")
    tops = {name.partition("/")[0] for name in names}
    if odd := {top for top in tops - set(PACKAGES) if not top.endswith(".dist-info")}:
        raise SystemExit(f"The wheel has {', '.join(sorted(odd))}, which is not our package")


def contents(wheel: Path) -> dict[str, int]:
    """Return the files of a wheel with their checksums; duplicates are an error."""
    with zipfile.ZipFile(wheel) as archive:
        found = {info.filename: info.CRC for info in archive.infolist()}
        if len(found) < len(archive.infolist()):
            raise SystemExit(f"{wheel.name} has a file twice")
    return found


def environment(folder: Path, wheel: Path, extra: str, *packages: str, lowest: bool) -> Path:
    """Make an environment with the wheel, and return its interpreter.

    Dependencies have the pinned versions, or the lowest that pyproject.toml allows. A version that
    does not exist, or conflicts with others, is an error: pip does not take the next one. Indirect
    dependencies have the newest version that fits.
    """
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = f"twelvelabs-embed[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    versions = ROOT / "constraints.txt"
    if lowest:
        versions = folder / "lowest.txt"
        versions.write_text("\n".join(sorted(lowest_versions(extra))), encoding="utf-8")
    install(python, "--constraint", versions, wanted, *packages)
    return python


def freeze(python: Path, folder: Path) -> Path:
    """Build a one-file program with PyInstaller, without options for our packages."""
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    command = [python, "-m", "PyInstaller", "--onefile", "--log-level", "ERROR", "program.py"]
    subprocess.run(command, cwd=folder, check=True)
    return next((folder / "dist").glob("program*"))


def install(python: Path, *arguments: str | Path) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", *map(str, arguments)], check=True)


def known_extras() -> list[str]:
    return list(read_project()["optional-dependencies"])


if __name__ == "__main__":
    sys.exit(main())
