"""The command line's texts of the library's values: violations, hints, failed attempts.

The library's errors carry values, which are an option or a command here: `route` is `--route`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import TypeAlias

from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.violations import HintRenderers, render_hint

Block: TypeAlias = Mapping[str, str]
"""What is shown of one violation or error: names and texts, of which empty ones are omitted."""

_SAME_NAME = (
    "dimension uncertainty auto_truncate model route option scope "
    "start_sec end_sec changed shard out"
)
_OPTIONS: Mapping[str, str] = {
    **{name: f"--{name.replace('_', '-')}" for name in _SAME_NAME.split()},
    "start": "--start-sec",
    "end": "--end-sec",
    "options": "--option",
    "scopes": "--scope",
    "Fixed.sec": "--fixed-sec",
    "Dynamic.min_sec": "--dynamic-min-sec",
    "MultiInput": "TEXT",
    "segmentation": "--fixed-sec or --dynamic-min-sec",
    "types": "--type",
    "time_based_metadata": "--timed-text",
    "Spatial.strategy": "--spatial",
    "Sequential.max_sentences": "--max-sentences",
    "Sequential.overlap_sentences": "--overlap-sentences",
    "input_type": "--type",
    "weights": "--weight",
    "where": "DIR",
    "folder": "DIR",
    "started_at": "--since",
    "ended_at": "--until",
}
_SEGMENTATIONS: Mapping[str, str] = {
    "fixed": "--fixed-sec",
    "dynamic": "--dynamic-min-sec",
    "spatial": "--spatial",
    "sequential": "--max-sentences",
}


def option_of(field: str) -> str:
    """Return the option or argument that a field is here."""
    return _OPTIONS.get(field, field)


def _with_values(*pairs: str | tuple[str, ...]) -> str:
    names, values = pairs[::2], pairs[1::2]
    words = [
        f"{option_of(str(name))} {word}"
        for name, value in zip(names, values, strict=True)
        for word in ([value] if isinstance(value, str) else value)
    ]
    return f"Add {' '.join(words)}"


_HINTS: HintRenderers = {
    "text": "{0}",
    "omit": lambda *fields: f"Omit {' and '.join(option_of(str(one)) for one in fields)}",
    "set": _with_values,
    "give": lambda *fields: f"Give {' and '.join(option_of(str(one)) for one in fields)}",
    "example": lambda *args: f"Write {option_of(str(args[0]))} {args[1]}, for example",
    "use_model": "Use --model {0}",
    "use_input": lambda *types: f"Use the command {' or '.join(str(one).lower() for one in types)}",
    "use_sound_of_video": "Use the command video with --option audio",
    "use_text_of_file": "For its words: twelvelabs-embed text - < FILE",
    "use_segmentation": lambda *names: (
        f"Use {' or '.join(_SEGMENTATIONS[str(one)] for one in names)}"
    ),
    "add_source": "Add --image {0}=FILE",
    "name_input_type": "Say what it is with --as; for its words: twelvelabs-embed text - < FILE",
    "convert_to_jpeg": "Convert it to JPEG or PNG",
    "get_again": "Get it again",
}


def hint_text(hint: Hint | None) -> str:
    """Render a hint for the command line."""
    return "" if hint is None else render_hint(hint, _HINTS)


def as_block(violation: Violation) -> Block:
    """Render a violation for the command line."""
    field = option_of(violation.field)
    if violation.field == "segmentation" and violation.code.startswith("document."):
        field = "--spatial or --max-sentences"
    return {
        "field": field,
        "value": violation.value,
        "allowed": violation.allowed,
        "hint": hint_text(violation.hint),
    }


_OPERATION = re.compile(r"(?:embed\.v_2|assets|multipart_upload)(?:\.[a-z_]+)+")


def log_text(record: logging.LogRecord) -> str:
    """Return the message of a log record, with words of the command line for the operation."""
    operation = getattr(record, "operation", "")
    if not (isinstance(record.args, tuple) and _OPERATION.fullmatch(operation)):
        return record.getMessage()
    words = operation.removeprefix("embed.v_2.").replace("multipart_upload", "uploads")
    name = "embed" if words == "create" else re.sub("[._]", " ", words)
    return str(record.msg) % (name, *record.args[1:])
