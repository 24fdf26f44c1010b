"""Embeds the texts of a Parquet file into Parquet files, on this machine or on a Ray cluster.

Run it against the emulator:

    twelvelabs-embed emulator --port 8321 &
    export TWELVELABS_BASE_URL=http://127.0.0.1:8321/v1.3 TWELVE_LABS_API_KEY=any
    python examples/daft_cluster.py texts.parquet vectors

On a cluster, set DAFT_RUNNER=ray and RAY_ADDRESS; every node must reach the files and the service.
The file has a column `text`.
"""

import sys

import daft
from twelvelabs_embed.integrations.daft import embed

if len(sys.argv) != 3:
    sys.exit("usage: python examples/daft_cluster.py TEXTS.parquet FOLDER")
source, folder = sys.argv[1:]
texts = daft.read_parquet(source).into_partitions(8)  # what can run on different nodes
texts = embed(texts, "text", type="text", concurrency=32, rpm=3000)
# Written immediately: what is only collected is in the nodes' memory, and is lost with them.
written = texts.write_parquet(folder).to_pydict()["path"]

vectors = daft.read_parquet(written)
failed = vectors.where(vectors["error"].not_null())
print(f"{vectors.count_rows()} rows in {len(written)} files, {failed.count_rows()} failed")
for row in failed.limit(3).to_pylist():
    print(f"{row['text']!r}: {row['error']['message']}")
