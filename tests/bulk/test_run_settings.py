"""Settings of runs: which may change between two, and which rows override."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk import RunChangedError, dry_run
from twelvelabs_embed.bulk.part_files import part_paths, scan
from twelvelabs_embed_emulator import samples

from tests.bulk.datasets import manifest


def test_other_settings_are_rejected_with_all_differences(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    client.bulk.run(three, out, options=["visual"])
    with pytest.raises(RunChangedError) as caught:
        client.bulk.run(three, out, model="marengo9", scopes="clip", concurrency=3)
    assert [str(one) for one in caught.value.differences] == [
        'model was "marengo3.0", now it is "marengo9"',
        'options was ["visual"], now it is omitted',
        'scopes was omitted, now it is ["clip"]',
    ]
    with pytest.raises(RunChangedError, match="root of ids was"):
        client.bulk.run([three, three], out, options=["visual"])


def test_settings_may_change_before_the_first_part(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["permanent"])
    client.bulk.run(source, out, options=["visual"])
    assert client.bulk.run(source, out, options=["audio"]).failed_before == 1


def test_only_explicit_settings_of_vectors_are_stored(
    client: TwelveLabs, three: Path, out: Path
) -> None:
    chosen: dict[str, Any] = {"model": "marengo3.5", "dimension": 256, "uncertainty": True}
    assert client.bulk.run(three, out, **chosen).done == 3
    # Folders of earlier versions say nothing of it, so that nothing of it must be said.
    assert json.loads((out / "run.json").read_bytes())["settings"] == {
        "dimension": 256,
        "uncertainty": True,
    }
    rows = [row for path in part_paths(out) for row in parquet.read_table(path).to_pylist()]
    assert {(len(row["vector"]), len(row["uncertainty"])) for row in rows} == {(256, 256)}
    assert client.bulk.run(three, out, **chosen).done_before == 3
    assert dry_run(three, out, **chosen).done_before == 3
    for again in (client.bulk.run, dry_run):
        with pytest.raises(RunChangedError, match="dimension was 256, now it is 128"):
            again(three, out, **{**chosen, "dimension": 128})


def test_documents_need_a_model_that_supports_them(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    samples.document(folder / "paper.pdf", pages=["a dog", "a beach"])
    samples.image(folder / "beach.jpg", width=160, height=160)
    assert dry_run(folder).to_run == {"image": 1}  # as ever, a folder is about media
    source = tmp_path / "m.jsonl"
    source.write_text(json.dumps({"type": "document", "media": "archive/paper.pdf"}) + "\n")
    (failure,) = dry_run(source).failures
    assert "only marengo3.5 embeds documents" in failure.example.message
    assert client.bulk.run(source, out, model="marengo3.5").done == 1


def test_rows_of_a_manifest_override_settings(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    small: dict[str, Any] = {"duration_sec": 6, "fps": 2, "width": 360, "height": 360, "scenes": 1}
    samples.video(tmp_path / "film.mkv", **small, subtitles=None)
    samples.document(tmp_path / "paper.pdf", pages=["a dog", "a beach"])
    rows: list[dict[str, Any]] = [
        {
            "media": "film.mkv",
            "scopes": "clip",
            "segmentation": "fixed:3",
            "types": ["separate", "fused"],
            "time_based_metadata": [{"start": 1, "end": 1, "text": "a goal"}],
        },
        {"type": "document", "media": "paper.pdf", "scopes": ["local", "asset"]},
    ]
    source = tmp_path / "m.jsonl"
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert client.bulk.run(source, out, model="marengo3.5").done == 2
    columns = ["id", "option", "scope", "start_page"]
    found = [row for batch in scan(out, columns) for row in batch.to_pylist()]
    assert Counter((row["id"], row["option"], row["scope"]) for row in found) == {
        ("film.mkv", "visual", "clip"): 2,
        ("film.mkv", "audio", "clip"): 2,
        ("film.mkv", "fused", "clip"): 2,
        ("paper.pdf", "visual", "page"): 2,
        ("paper.pdf", "visual", "asset"): 1,
    }
    assert {row["start_page"] for row in found if row["scope"] == "page"} == {1, 2}
