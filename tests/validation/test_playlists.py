"""Playlists, which name other files: FFmpeg by itself opens those beside them."""

from pathlib import Path

import pytest
from twelvelabs_embed import Media
from twelvelabs_embed.validation.media_probe import probe

from tests.validation.recordings import recording


def test_a_playlist_does_not_open_the_files_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("film.mkv").write_bytes(recording("matroska", pictures_sec=1))
    assert probe(Media.file("film.mkv"), "video").has_video
    facts = probe(Media.bytes(b"ffconcat version 1.0\nfile film.mkv\n"), "video")
    assert facts.fault == "broken"
    assert (facts.has_video, facts.width_px, facts.duration_sec) == (None, None, None)
