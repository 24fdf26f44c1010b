"""Errors on the command line: their texts and exit statuses. Never a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum

import typer
from attrs import frozen

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.messages import Block, as_block
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    AssetFailedError,
    ConfigurationError,
    InvalidInputError,
    InvalidResponseError,
    MissingDependencyError,
    ModelMismatchError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    UploadError,
    WaitTimeoutError,
    _shorten,
)


class Status(IntEnum):
    """The exit statuses, next to 0. 2 is typer's, and 5 and 130 are given by `cli`."""

    REFUSED = 1
    NO_ANSWER = 3
    NOT_SET_UP = 4
    SOME_FAILED = 6
    BROKEN_PIPE = 141
    TERMINATED = 143


STATUS_HELP = """\
Exit status:
  0  done; of check: nothing would be refused
  1  the input was refused, here or by the service; of check: one would be
  2  the command line itself is wrong
  3  no answer: no connection, no time left, the service is busy or failing
  4  not set up: no valid key, a part is missing, a file cannot be written
  5  a mistake in this program
  6  of run: done, but items failed, or wait for their tasks
130  Ctrl-C
141  nobody reads the output any more
143  it was terminated (SIGTERM)
"""


class SetupError(Exception):
    """Something on this machine is to be set up differently. Shown as it is."""

    def __init__(self, title: str, block: Block) -> None:
        super().__init__(title)
        self.title = title
        self.block = block


@frozen
class ErrorReport:
    """What is shown of an error, and its exit status."""

    status: Status
    title: str
    blocks: Sequence[Block]


@contextmanager
def handle_errors() -> Generator[None]:
    """Show errors on standard error, and turn them into an exit status."""
    try:
        yield
    except BrokenPipeError:
        # Python flushes once more when it ends: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Status.BROKEN_PIPE) from None
    except (TwelveLabsError, SetupError, OSError) as error:
        report = explain(error)
        if report is None:
            raise
        rendering.show_failure(report.title, report.blocks)
        raise typer.Exit(report.status) from error


def explain(error: Exception) -> ErrorReport | None:
    """Return what to show of an error; None when it is a mistake in this program."""
    reason = str(error)
    match error:
        case InvalidInputError():
            title = "Refused" if error.attempts else "Refused; nothing was sent"
            return ErrorReport(Status.REFUSED, title, [as_block(one) for one in error.violations])
        case ApiError():
            return _explain_api_error(error)
        case WaitTimeoutError() | OutcomeUnknownError() | UploadError():
            return _explain_unfinished(error)
        case TaskFailedError() | AssetFailedError():
            return _explain_failed(error)
        case ApiConnectionError():
            # `calling` adds the address as a note.
            block = {
                "address": " ".join(getattr(error, "__notes__", [])),
                "reason": reason,
                "hint": "Check the network and the address (--base-url, TWELVELABS_BASE_URL)",
            }
            return ErrorReport(Status.NO_ANSWER, "No answer", [_with_attempts(block, error)])
        case InvalidResponseError():
            hint = "Try again; if it stays so, the API is newer than this program"
            block = {"reason": reason, "hint": hint}
            title = "The answer cannot be read"
            return ErrorReport(Status.NO_ANSWER, title, [_with_attempts(block, error)])
        case ModelMismatchError():
            return ErrorReport(
                Status.REFUSED, "Vectors that do not go together", [{"reason": reason}]
            )
        case SetupError():
            return ErrorReport(Status.NOT_SET_UP, error.title, [error.block])
        case ConfigurationError():
            return ErrorReport(Status.NOT_SET_UP, "Not set up", [{"reason": reason}])
        case OSError():
            return ErrorReport(Status.NOT_SET_UP, "This machine refused", [{"reason": reason}])
        case MissingDependencyError():
            return ErrorReport(Status.NOT_SET_UP, "A part is missing", [{"reason": reason}])
        case _:
            return None


# --------------------------------------------------------------------- what takes several calls


def _explain_unfinished(error: WaitTimeoutError | OutcomeUnknownError | UploadError) -> ErrorReport:
    """Explain what is not done, and how to continue."""
    match error:
        case WaitTimeoutError():
            title, block = "Not ready in time", _explain_timeout(error)
        case OutcomeUnknownError():
            title = "Perhaps done, perhaps not"
            article = "an" if error.created_resource[0] in "aeiou" else "a"
            block = {
                "value": f"{article} {error.created_resource} may have been created",
                "reason": str(error.args[3]),
                "allowed": "it is not created again, because then there might be two",
                "hint": f"Look before you try again: {_how_to_find(error)}",
            }
        case UploadError():
            title, resume = "The upload is not complete", f"uploads resume {error.upload_id}"
            block = {
                "upload": error.upload_id,
                "reason": str(error.args[1]),
                "hint": f"The same command resumes it; or: {_typed(resume, error)}",
            }
    return ErrorReport(Status.NO_ANSWER, title, [_with_attempts(block, error)])


def _explain_timeout(error: WaitTimeoutError) -> Block:
    if error.kind == "task":
        later = f": {_typed(f'tasks wait {error.id}', error)}"
    else:
        later = f"; when {_typed('assets list', error)} says ready, embed asset:{error.id}"
    return {
        error.kind: error.id,
        "value": f"not ready after {duration_words(round(error.waited_sec))}",
        "allowed": "--wait-sec says how long to wait",
        "hint": f"It continues without you{later}",
    }


def _how_to_find(error: OutcomeUnknownError) -> str:
    since = f"{error.since.astimezone():%Y-%m-%d %H:%M:%S}"
    words = {"task": f"tasks list --since '{since}'", "asset": "assets list"}
    return _typed(words.get(error.created_resource, "uploads list"), error)


def _typed(words: str, error: TwelveLabsError) -> str:
    """A command as one types it. `calling` adds the address as a note, if that was typed, too."""
    return " ".join(["twelvelabs-embed", words, *getattr(error, "__notes__", [])])


def _explain_failed(error: TaskFailedError | AssetFailedError) -> ErrorReport:
    """What the service took, but cannot use."""
    unknown = "the service does not say why"
    hint = "See whether a player opens the file, and what twelvelabs-embed check says of it"
    if isinstance(error, TaskFailedError):
        title, which = "The service cannot embed it", {"task": error.task_id}
    else:
        title, which = "The service cannot use the file", {"asset": error.asset_id}
    block = {**which, "message": error.message or unknown, "hint": hint}
    return ErrorReport(Status.REFUSED, title, [block])


# ---------------------------------------------------------------------------- errors of the service

_HINTS: Mapping[int, str] = {
    401: "Set TWELVE_LABS_API_KEY to a key that is valid; the emulator needs none",
    403: "See in your account what this key may do",
    404: "Check the id and the address (--base-url, TWELVELABS_BASE_URL)",
    409: "Something refers to it, such as a task: wait until that is done, or add --force",
    413: "Omit --route, or give a link instead of the file, or a smaller file",
    429: "Wait a while, or raise --max-retries",
}


def _explain_api_error(error: ApiError) -> ErrorReport:
    code = error.status_code
    block = {
        "status": f"{code} {error.code or ''}",
        # What is not from the service itself, such as a proxy's page, has no message of its own.
        "message": error.message or _shorten(error.body),
        "details": json.dumps(dict(error.details)) if error.details else "",
        "docs": error.docs_url or "",
        "request": error.request_id or "",
        "hint": _HINTS.get(code, "Try again later" if code >= 500 else ""),
    }
    if code in (401, 403):
        status, title = Status.NOT_SET_UP, "The key was not accepted"
    elif code in (408, 429) or code >= 500:
        status, title = Status.NO_ANSWER, "The service cannot do it now"
    else:
        status, title = Status.REFUSED, "Refused by the service"
    return ErrorReport(status, title, [_with_attempts(block, error)])


def _with_attempts(block: Block, error: TwelveLabsError) -> Block:
    return {**block, "attempts": str(error.attempts) if error.attempts > 1 else ""}
