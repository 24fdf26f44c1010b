"""`scripts/demo`: what a person sees who runs it without a key."""

import pytest

from scripts import demo


def test_five_inputs_are_embedded_and_what_is_said_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["demo"])
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(demo.console, "_width", None)
    demo.main()
    shown = capsys.readouterr().out
    assert shown.startswith("Embedding with the emulator at http://127.0.0.1:")
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
    assert matches[0][:2] == ["0.0 to  4.0", "A man is walking his dog along the beach."]
    assert {row[1].split()[1] for row in matches[1:]} == {"cook", "train"}
    scores = [float(row[2]) for row in matches]
    assert scores[0] > 0.5 > scores[1] >= scores[2]
