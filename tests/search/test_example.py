"""examples/search.py runs as a reader would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from twelvelabs_embed import Fixed, TwelveLabs, Video
from twelvelabs_embed_emulator import Emulator, samples

from tests.search.part_files import write_parts

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "search.py"


def test_the_example_runs(tmp_path: Path) -> None:
    film, folder = tmp_path / "film.mkv", tmp_path / "vectors"
    samples.video(film, fps=6)
    with Emulator() as emulator:
        with TwelveLabs("any", base_url=emulator.base_url) as client:
            write_parts(folder, [("film.mkv", client.embed(Video(film, segmentation=Fixed(4))))])
        done = subprocess.run(
            [sys.executable, EXAMPLE, folder, "a man walking his dog", tmp_path / "report.html"],
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
    lines = done.stdout.splitlines()
    assert lines[0] == "12 vectors of marengo3.0; options: audio, transcription, visual"
    [said] = [line for line in lines if line.startswith("transcription")]
    assert said.startswith("transcription: film.mkv, 0.0 to 4.0 s")
    assert lines[-1].endswith("report.html: 1 items, 12 segments")
    assert (tmp_path / "report.html").exists()
