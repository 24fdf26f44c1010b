"""Small real media files, made on the spot, for demonstrations and tests.

Every file is drawn, synthesised and encoded here from nothing, the same way each time::

    image("beach.jpg", scene="beach")
    audio("talk.wav", kind="speech", duration_sec=30)
    video("film.mkv")  # three scenes of four seconds, with sound and subtitles
    document("manual.pdf")  # three pages, each with a sentence

Long and large files are made in seconds, by repeating what was encoded once::

    write_long_video("film.mp4", 4 * 3600)
    write_long_audio("talk.flac", 4 * 3600)
    write_padded_video("film.mp4", 1_000_000_000)  # takes hardly any disk space

The defaults satisfy every documented limit of the API; the parameters can break each of them.
The subtitles of a video are what the emulator "hears": a text query such as "a man walking a dog"
is closest to the `transcription` row of the beach scene.
"""

from twelvelabs_embed_emulator._extras import missing

try:
    from twelvelabs_embed_emulator.samples.documents import document
    from twelvelabs_embed_emulator.samples.images import SCENES, image
    from twelvelabs_embed_emulator.samples.sounds import Sound, audio, write_long_audio
    from twelvelabs_embed_emulator.samples.subtitles import SENTENCES, SUBRIP, subrip
    from twelvelabs_embed_emulator.samples.videos import video, write_long_video, write_padded_video
except ImportError as error:
    raise missing((error.name or "").partition(".")[0]) from error

__all__ = [
    "SCENES",
    "SENTENCES",
    "SUBRIP",
    "Sound",
    "audio",
    "document",
    "image",
    "subrip",
    "video",
    "write_long_audio",
    "write_long_video",
    "write_padded_video",
]
