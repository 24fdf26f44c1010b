"""Cuts what is spoken into words, sentences and turns of speakers.

No speech is recognised here: what is spoken stands in the subtitles.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.media.av_files import Cue
from twelvelabs_embed_emulator.media.documents import sentences

_Json: TypeAlias = dict[str, Any]


def transcription(cues: Sequence[Cue], include: Collection[str]) -> _Json:
    """Return the entries of each way of cutting that `include` names.

    The words of a subtitle are spoken one after the other, each as long as it has letters. Each
    subtitle is a turn, and there is one speaker.
    """
    cut: dict[str, list[_Json]] = {
        "words": [entry for cue in cues for entry in _spread(cue, cue.text.split())],
        "sentences": [entry for cue in cues for entry in _spread(cue, sentences(cue.text))],
        "utterances": [
            entry | {"speaker": "speaker_0"} for cue in cues for entry in _spread(cue, [cue.text])
        ],
    }
    return {name: entries for name, entries in cut.items() if name in include}


def _spread(cue: Cue, pieces: Sequence[str]) -> Iterator[_Json]:
    """Share the time of a subtitle among pieces of it, by their letters."""
    letters, count = 0, sum(map(len, pieces))
    length_sec = cue.end_sec - cue.start_sec
    for piece in pieces:
        start_sec = cue.start_sec + length_sec * letters / count
        letters += len(piece)
        end_sec = cue.start_sec + length_sec * letters / count
        yield {"start": round(start_sec, 3), "end": round(end_sec, 3), "value": piece}
