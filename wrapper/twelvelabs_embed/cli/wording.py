"""The library's messages in the words of the command line.

They name what one writes in Python. Here that is an option or a command, or is of no use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.limits.tables import MODELS

Block: TypeAlias = Mapping[str, str]
"""What is said of one problem: names and texts, of which empty ones are left out."""

_FIELDS: Mapping[str, str] = {
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

_UPLOAD_CALLS = (
    "create",
    "report_chunk_batch",
    "get_additional_presigned_urls",
    "get_status",
    "list_incomplete_uploads",
)

_LEFT_OUT = ("dimension", "uncertainty", "auto_truncate", "options", "scopes", "types")
_METADATA_CALLS = ("replace", "update", "delete")

# From the most special to the most general. A test sees to it that nothing of Python is left in
# what a user can come across.
_WORDS: Sequence[tuple[str, str]] = (
    ("Use Video(…, options=['audio'])", "Use the command video with --option audio"),
    ("Use Video(…) or Audio(…)", "Use the command video or audio"),
    *(
        (f"Use {kind}(…)", f"Use the command {kind.lower()}")
        for kind in ("Image", "Audio", "Video")
    ),
    ("Use Fixed(sec)", "Use --fixed-sec"),
    ("For the words of a text use Text(…)", "For its words: twelvelabs-embed text - < FILE"),
    (
        "Say what it is: Image(…), Audio(…) or Video(…); for the words of a text give a str",
        "Say what it is with --as; for its words: twelvelabs-embed text - < FILE",
    ),
    ("or Media.file(path) for a file on this machine", "or the path of a file"),
    ("Convert it, or give it as a PIL image, which is sent as PNG", "Convert it to JPEG or PNG"),
    ("; a file object is read from where it stands: seek(0) first", ""),
    ("Decode what follows 'base64,' and give the bytes", "Save it as a file and give its path"),
    ("Ask for 'visual'", "Add --option visual"),
    *((f"Ask for scopes={word!r}", f"Add --scope {word}") for word in ("clip", "local")),
    ("Join them into one Text", "Join them into one text"),
    ("Say what it is: Image(…), Audio(…), Video(…) or Document(…)", "Say what it is with --as"),
    *((f"model={name!r}", f"--model {name}") for name in MODELS),
    *((f"eave {name} out", f"eave {_FIELDS[name]} out") for name in _LEFT_OUT),
    ("time_based_metadata", "--timed-text"),
    ("below max_sentences", "below --max-sentences"),
    ("eave start out", "eave --start-sec out"),
    ("eave end out", "eave --end-sec out"),
    ("; start and end do not help", "; --start-sec and --end-sec do not help"),
    ("pass TwelveLabs(api_key=...) or set", "set"),
    ("run the emulator: twelvelabs-embed emulator", "use --emulator, or twelvelabs-embed emulator"),
    ("base_url: ", "--base-url: "),
    # How the library calls its calls, in notes of attempts that failed.
    ("embed.v_2.tasks.list: ", "tasks list: "),
    *((f"assets.{call}: ", f"assets {call}: ") for call in ("list", "upload", "delete")),
    *((f"assets.{call}_user_metadata: ", "assets metadata: ") for call in _METADATA_CALLS),
    ("assets.retrieve_transcription: ", "assets transcription: "),
    ("assets.retrieve: ", "asset: "),
    *((f"multipart_upload.{call}: ", "uploads: ") for call in _UPLOAD_CALLS),
    ("Leave route out", "Leave --route out"),
    *((f"route={word!r}", f"--route {word}") for word in ("inline", "url", "asset", "task")),
    ("a moment is a datetime, a date, or a text such as", "a moment is written such as"),
    ("Write it like one of these", "Write it like that"),
)


def as_block(violation: Violation) -> Block:
    """A problem, as the command line tells it."""
    value = violation.value
    if violation.field == "segmentation":
        value = re.sub(r"Dynamic\(min_sec=(\d+)\)", r"--dynamic-min-sec \1", value)
    return {
        "field": _FIELDS.get(violation.field, violation.field),
        "value": value,
        "limit": as_typed(violation.limit),
        "way out": as_typed(violation.hint),
    }


def as_typed(message: str) -> str:
    """A message, as the command line tells it."""
    for python, typed in _WORDS:
        message = message.replace(python, typed)
    message = re.sub(r"Add (\S+)=Image\(…\), for example", r"Add --image \1=FILE", message)
    return re.sub(r"(?<=only tasks take )[\w ]+", _as_options, message)


def _as_options(names: re.Match[str]) -> str:
    return ", ".join(_FIELDS.get(name, name) for name in names[0].split(" and "))
