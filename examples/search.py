"""Search the vectors of a run, and make a page to browse them.

    python examples/search.py vectors "a man walking his dog" report.html

`vectors` is a folder that `twelvelabs-embed run` or `client.bulk.run` wrote; see examples/bulk.py.
"""

import sys

from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.report import write_report
from twelvelabs_embed.search import Index

if len(sys.argv) != 4:
    sys.exit("usage: python examples/search.py FOLDER QUESTION REPORT.html")
folder, text, page = sys.argv[1:]

with TwelveLabs() as client, Index(folder) as index:
    dataset = index.info
    print(f"{dataset.rows} vectors of {dataset.model}; options: {', '.join(dataset.options)}")

    # The query is embedded once, by the model that made the vectors.
    query = client.embed(text, model=dataset.model or "marengo3.0")
    for option in dataset.options:
        [hit] = index.search(query, top=1, option=option, scope="clip")
        segment = hit.segment
        print(f"{option}: {hit.id}, {segment.start_sec} to {segment.end_sec} s ({hit.score:.3f})")

    # What is seen, heard and said together; neighbouring clips are one moment.
    hits = index.search(query, top=1, scope="clip", fusion="weighted", merge_gap_sec=1)
    for hit in hits:
        segment = hit.segment
        print(f"together: {hit.id}, {segment.start_sec} to {segment.end_sec} s ({hit.score:.3f})")
    facts = write_report(folder, page, queries=[text], client=client)

print(f"Wrote {facts.path}: {facts.items} items, {facts.segments} segments")
