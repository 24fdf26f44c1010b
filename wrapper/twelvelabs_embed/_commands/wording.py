"""The library's messages in the words of the command line.

They name what one writes in Python. Here that is an option or a command, or is of no use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from twelvelabs_embed.errors import Problem

Block: TypeAlias = Mapping[str, str]
"""What is said of one problem: names and texts, of which empty ones are left out."""

_FIELDS: Mapping[str, str] = {
    "start": "--start-sec",
    "end": "--end-sec",
    "options": "--option",
    "scopes": "--scope",
    "Fixed.sec": "--fixed-sec",
    "Dynamic.min_sec": "--dynamic-min-sec",
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

# From the most special to the most general. A test sees to it that nothing of Python is left in
# what a user can come across.
_WORDS: Sequence[tuple[str, str]] = (
    ("Use Video(…, options=['audio'])", "Use the command video with --option audio"),
    ("Use Video(…) or Audio(…)", "Use the command video or audio"),
    ("Use Image(…)", "Use the command image"),
    ("Use Audio(…)", "Use the command audio"),
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
    ("eave start out", "eave --start-sec out"),
    ("eave end out", "eave --end-sec out"),
    ("; start and end do not help", "; --start-sec and --end-sec do not help"),
    ("pass TwelveLabs(api_key=...) or set", "set"),
    ("run the emulator: twelvelabs-embed emulator", "use --emulator, or twelvelabs-embed emulator"),
    ("base_url: ", "--base-url: "),
    # How the library calls its calls, in notes of attempts that failed.
    ("embed.v_2.tasks.list: ", "tasks list: "),
    *((f"assets.{call}: ", f"assets {call}: ") for call in ("list", "upload", "delete")),
    ("assets.retrieve: ", "asset: "),
    *((f"multipart_upload.{call}: ", "uploads: ") for call in _UPLOAD_CALLS),
    ("Leave route out", "Leave --route out"),
    *((f"route={word!r}", f"--route {word}") for word in ("inline", "url", "asset", "task")),
    ("a moment is a datetime, a date, or a text such as", "a moment is written such as"),
    ("Write it like one of these", "Write it like that"),
)


def as_block(problem: Problem) -> Block:
    """A problem, as the command line tells it."""
    return {
        "field": _FIELDS.get(problem.field, problem.field),
        "value": problem.value,
        "limit": as_typed(problem.limit),
        "way out": as_typed(problem.way_out),
    }


def as_typed(message: str) -> str:
    """A message, as the command line tells it."""
    for python, typed in _WORDS:
        message = message.replace(python, typed)
    return message
