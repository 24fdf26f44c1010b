"""Transcriptions of assets: words, sentences and utterances.

No speech is recognised here: what is said stands in the subtitles.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.embedding.chunking import sentences

if TYPE_CHECKING:
    from twelvelabs_embed_emulator.media.av_files import Cue


def transcription(cues: "Sequence[Cue]", include: Collection[str]) -> Json:
    """Return the kinds of entries that `include` names.

    The words of a subtitle follow one another, each as long as it has letters. Each subtitle is an
    utterance, and there is one speaker.
    """
    entries: dict[str, list[Json]] = {
        "words": [entry for cue in cues for entry in _timed(cue, cue.text.split())],
        "sentences": [entry for cue in cues for entry in _timed(cue, sentences(cue.text))],
        "utterances": [
            entry | {"speaker": "speaker_0"} for cue in cues for entry in _timed(cue, [cue.text])
        ],
    }
    return {name: found for name, found in entries.items() if name in include}


def _timed(cue: "Cue", parts: Sequence[str]) -> Iterator[Json]:
    """Divide the time of a subtitle among parts of it, by their letters."""
    letters, count = 0, sum(map(len, parts))
    duration_sec = cue.end_sec - cue.start_sec
    for part in parts:
        start_sec = cue.start_sec + duration_sec * letters / count
        letters += len(part)
        end_sec = cue.start_sec + duration_sec * letters / count
        yield {"start": round(start_sec, 3), "end": round(end_sec, 3), "value": part}
