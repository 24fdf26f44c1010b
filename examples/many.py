"""Embeds the lines of a file concurrently, and prints those most similar to a question.

Run it against the emulator:

    twelvelabs-embed emulator --port 8321 &
    export TWELVELABS_BASE_URL=http://127.0.0.1:8321/v1.3 TWELVE_LABS_API_KEY=any
    python examples/many.py lines.txt "a man walks his dog"
"""

import sys

from twelvelabs_embed import Embeddings, TwelveLabs

if len(sys.argv) != 3:
    sys.exit("usage: python examples/many.py LINES.txt QUESTION")
path, question = sys.argv[1:]
lines: list[str] = []
found: list[Embeddings] = []

with TwelveLabs() as client, open(path, encoding="utf-8") as file:
    for result in client.embed.many((line.strip() for line in file), concurrency=32, rpm=6000):
        if result.embeddings is None:
            print(f"skipped {result.input!r}: {result.error}", file=sys.stderr)
        else:
            lines.append(str(result.input))
            found.append(result.embeddings)
    wanted = client.embed(question)

scores = Embeddings.concat(found).similarity(wanted)[:, 0]
for index in scores.argsort()[::-1][:3]:
    print(f"{scores[index]:.3f}  {lines[index]}")
