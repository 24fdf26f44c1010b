"""Embeds one file of any length and size, and prints the route that it took.

Run it against the emulator:

    twelvelabs-embed emulator --port 8321 &
    export TWELVELABS_BASE_URL=http://127.0.0.1:8321/v1.3 TWELVE_LABS_API_KEY=any
    python examples/long_media.py film.mkv

Kill it while it waits for a task, and pass the task's id instead of the file: it resumes.
"""

import sys
from pathlib import Path

from twelvelabs_embed import Fixed, Progress, TwelveLabs, Video


def show(progress: Progress) -> None:
    if progress.phase == "upload":
        print(f"{progress.label}: {progress.done_bytes:,} of {progress.total_bytes:,} bytes")
    else:
        print(f"{progress.phase} {progress.id}: {progress.elapsed_sec:.0f} s")


if len(sys.argv) != 2:
    sys.exit("usage: python examples/long_media.py FILE|TASK_ID")
(what,) = sys.argv[1:]
with TwelveLabs() as client:
    if Path(what).exists():
        clips = client.embed(Video(what, segmentation=Fixed(10)), progress=show)
    else:
        clips = client.embed.resume(what, progress=show)

print(clips.route)
print(clips)
