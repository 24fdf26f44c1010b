"""`scripts/demo`: what a person sees who runs it without a key."""

import re

import pytest
from twelvelabs_embed_emulator.samples import SENTENCES

from scripts import demo


def test_five_inputs_are_embedded_and_what_is_said_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["demo"])
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(demo.console, "_width", None)
    demo.main()
    shown = capsys.readouterr().out
    assert re.match(
        r"Embedding with the emulator at http://127\.0\.0\.1:\d+/v1\.3: no key, no network\.\n\n╭─",
        shown,
    )
    assert "╯\n\nWhere in the video is it about “a man and his dog on the beach”?\n╭─" in shown
    assert re.search(r"│ text +│ the whole input +│ +1 │ +512 │ +\d", shown)  # numbers to the right
    lines = [line.strip("│").split("│") for line in shown.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in line] for line in lines]
    heads, matches = cells[0], cells[7:]
    assert heads == ["input", "what the vectors describe", "vectors", "dimensions", "seconds"]
    assert [row[:4] for row in cells[1:6]] == [
        ["text", "the whole input", "1", "512"],
        ["image", "the whole input", "1", "512"],
        ["text with image", "the whole input", "1", "512"],
        ["audio", "audio / clip, asset", "3", "512"],
        ["video", "visual, audio, transcription / clip, asset", "12", "512"],
    ]
    assert all(float(row[4]) >= 0 for row in cells[1:6])
    assert cells[6] == ["seconds", "what is said there", "similarity"]
    said = dict(row[:2] for row in matches)
    assert said == dict(zip(("0.0 to  4.0", "4.0 to  8.0", "8.0 to 12.0"), SENTENCES, strict=True))
    assert matches[0][0] == "0.0 to  4.0"
    assert {row[1].split()[1] for row in matches[1:]} == {"cook", "train"}
    scores = [float(row[2]) for row in matches]
    assert scores[0] > 0.5 > scores[1] >= scores[2]


def test_the_real_service_is_used_by_choice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "a key")
    monkeypatch.setattr("sys.argv", ["demo", "--live"])
    monkeypatch.setattr(demo, "make_inputs", lambda folder: {})
    monkeypatch.setattr(demo, "show_matches", lambda client, video: None)
    with pytest.raises(KeyError, match="video"):  # nothing is embedded
        demo.main()
    assert capsys.readouterr().out.startswith("Embedding with the real service.\n\n")
    monkeypatch.setattr("sys.argv", ["demo", "--help"])
    with pytest.raises(SystemExit):
        demo.main()
    assert capsys.readouterr().out.startswith("usage: scripts/demo [-h] [--live]\n\n")
