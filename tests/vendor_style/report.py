"""The table of programs in the vendor's style: the same, better on purpose, or different.

python -m tests.vendor_style.report [PART OF A NAME] prints it; differences that the table of
verdicts does not know are printed whole.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.vendor_style.running import OURS, THEIRS, Outcome, load, programs_environment
from tests.vendor_style.verdicts import VERDICTS


def main(part: str = "") -> None:
    """Run the programs whose names contain the text, and print what they give."""
    with_theirs, with_ours = load(THEIRS), load(OURS)
    counts: Counter[str] = Counter()
    with TemporaryDirectory() as folder, programs_environment(_subfolder(folder)) as run:
        for name in sorted(with_theirs):
            if part not in name:
                continue
            theirs, ours = run(with_theirs[name]), run(with_ours[name])
            kind, reason = _judge(name, theirs, ours)
            counts[kind] += 1
            print(f"{kind:9} {name}{reason}", flush=True)
    print(dict(counts))


def _subfolder(folder: str) -> Path:
    path = Path(folder) / "media"
    path.mkdir()
    return path


def _judge(name: str, theirs: Outcome, ours: Outcome) -> tuple[str, str]:
    verdict = VERDICTS.get(name)
    if verdict is not None:
        is_as_listed = (
            theirs.result == ours.result and theirs.sent != ours.sent
            if verdict.differs_in_requests_only
            else (theirs.result, ours.result) == (verdict.theirs, verdict.ours)
        )
        if is_as_listed:
            return verdict.kind, f": {verdict.reason}"
    if ours == theirs and verdict is None:
        return "same", ""
    parts = []
    if ours.result != theirs.result:
        parts += [("theirs", theirs.result, theirs.message), ("ours", ours.result, ours.message)]
    if ours.sent != theirs.sent:
        parts += [("theirs", theirs.sent, "sent"), ("ours", ours.sent, "sent")]
    return "UNKNOWN", "".join(
        f"\n    {whose:7}{_short(value)} {more[:300]}" for whose, value, more in parts
    )


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) < 700 else f"{text[:500]} … {text[-200:]}"


if __name__ == "__main__":
    main(*sys.argv[1:])
