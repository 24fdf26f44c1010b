"""The command line's texts of the library's values: violations, hints, failed attempts.

The library's errors carry values, which are an option or a command here: `route` is `--route`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TypeAlias, cast

from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.violations import HintRenderers, render_hint

Block: TypeAlias = Mapping[str, str]
"""What is shown of one violation or error: names and texts, of which empty ones are omitted."""

_OPTIONS: Mapping[str, str] = {
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
    "dimension": "--dimension",
    "uncertainty": "--uncertainty",
    "auto_truncate": "--auto-truncate",
    "model": "--model",
    "route": "--route",
    "option": "--option",
    "scope": "--scope",
    "input_type": "--type",
    "where": "DIR",
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
    "example": lambda *args: f"Write {option_of(str(args[0]))} {_example(args[1])}, for example",
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


def _example(value: object) -> str:
    return str(cast("list[object]", value)[0] if isinstance(value, list) else value)


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


_COMMANDS: Mapping[str, str] = {
    "embed.v_2.tasks.list": "tasks list",
    "embed.v_2.tasks.create": "embed",
    "embed.v_2.tasks.retrieve": "tasks",
    "embed.v_2.create": "embed",
    "assets.create": "assets upload",
    "assets.upload": "assets upload",
    "assets.list": "assets list",
    "assets.delete": "assets delete",
    "assets.retrieve": "asset",
    "assets.retrieve_transcription": "assets transcription",
    "assets.replace_user_metadata": "assets metadata",
    "assets.update_user_metadata": "assets metadata",
    "assets.delete_user_metadata": "assets metadata",
    "multipart_upload.create": "uploads",
    "multipart_upload.report_chunk_batch": "uploads",
    "multipart_upload.get_additional_presigned_urls": "uploads",
    "multipart_upload.get_status": "uploads",
    "multipart_upload.list_incomplete_uploads": "uploads",
}
"""The commands that use an operation of the library, as log records name it."""


def log_text(record: logging.LogRecord) -> str:
    """Return the message of a log record, with the command in place of the operation."""
    if isinstance(record.args, tuple) and record.args and isinstance(record.args[0], str):
        name, *others = record.args
        return str(record.msg) % (_COMMANDS.get(str(name), name), *others)
    return record.getMessage()
