"""Embeds a dataset into a folder of Parquet part files. Run again, it resumes.

Run it against the emulator:

    twelvelabs-embed emulator --port 8321 &
    export TWELVELABS_BASE_URL=http://127.0.0.1:8321/v1.3 TWELVE_LABS_API_KEY=any
    python examples/bulk.py dataset vectors

Instead of the folder `dataset`, pass a manifest: .csv, .jsonl or .parquet. Kill it at any moment.
"""

import sys

from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk import RunProgress
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import scan


def show(progress: RunProgress) -> None:
    names = ", ".join(one.id for one in progress.current[:3])
    print(f"{progress.done} of {progress.total} done, {progress.failed} failed: {names}")


if len(sys.argv) != 3:
    sys.exit("usage: python examples/bulk.py SOURCE FOLDER")
source, folder = sys.argv[1:]
with TwelveLabs() as client:
    report = client.bulk.run(source, folder, rpm=600, scopes="clip", progress=show)

print(f"{report.done} embedded now, {report.done_before} before, in {report.seconds:.1f} s")
for failure in read_errors(folder):
    print(f"{failure.id}: {failure.code}: {failure.message}")
rows = sum(batch.num_rows for batch in scan(folder, ["id"], {"input_type": "video"}))
print(f"{rows} segments of video")
