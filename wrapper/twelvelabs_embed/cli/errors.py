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
    QuotaExhaustedError,
    TaskFailedError,
    TwelveLabsError,
    UploadError,
    WaitTimeoutError,
    shorten_body,
)


class Status(IntEnum):
    """The exit statuses, next to 0. 2 is typer's, and 5 and 130 are given by `cli`."""

    REJECTED = 1
    NO_RESPONSE = 3
    SETUP = 4
    SOME_FAILED = 6
    BROKEN_PIPE = 141
    TERMINATED = 143


STATUS_HELP = """\
Exit status:
  0  success; of check: all files are valid
  1  rejected, here or by the service; of check: a file is invalid
  2  usage error
  3  no response: no connection, a timeout, or the service is busy or failing
  4  setup: no valid key, a package is missing, a file cannot be written
  5  a bug in this program
  6  of run: finished, but items failed, or wait for their tasks
130  Ctrl-C
141  the output was closed
143  terminated (SIGTERM)
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


def discard_output() -> None:
    """Let standard output go nowhere: Python flushes it once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def handle_errors() -> Generator[None]:
    """Show errors on standard error, and turn them into an exit status."""
    try:
        yield
    except BrokenPipeError:
        discard_output()
        raise typer.Exit(Status.BROKEN_PIPE) from None
    except (TwelveLabsError, SetupError, OSError) as error:
        report = explain(error)
        if report is None:
            raise
        rendering.show_failure(report.title, report.blocks)
        raise typer.Exit(report.status) from error


def explain(error: Exception) -> ErrorReport | None:
    """Return what to show of an error; None when it is a bug in this program."""
    reason = str(error)
    match error:
        case InvalidInputError():
            title = "Rejected" if error.attempts else "Rejected; nothing was sent"
            return ErrorReport(Status.REJECTED, title, [as_block(one) for one in error.violations])
        case ApiError():
            return _explain_api_error(error)
        case WaitTimeoutError():
            return _no_response("Not ready in time", error, _unfinished_wait(error))
        case OutcomeUnknownError():
            article = "an" if error.created_resource[0] in "aeiou" else "a"
            block = {
                "value": f"{article} {error.created_resource} may have been created",
                "reason": str(error.args[3]),
                "allowed": "it is not created again, because then there might be two",
                "hint": f"Look before you try again: {_lookup(error)}",
            }
            return _no_response("The outcome is unknown", error, block)
        case UploadError():
            later = _typed(f"uploads resume {error.upload_id}", error)
            block = {
                "upload": error.upload_id,
                "reason": error.message,
                "hint": f"The same command resumes it; or: {later}",
            }
            return _no_response("The upload is not complete", error, block)
        case TaskFailedError():
            return _unusable("The service cannot embed it", error, {"task": error.task_id})
        case AssetFailedError():
            return _unusable("The service cannot use the file", error, {"asset": error.asset_id})
        case ApiConnectionError():
            block = {
                "address": " ".join(_notes(error)),
                "reason": reason,
                "hint": "Check the network and the address (--base-url, TWELVELABS_BASE_URL)",
            }
            return _no_response("No response", error, block)
        case InvalidResponseError():
            hint = "Try again; if it stays so, the API is newer than this program"
            block = {"reason": reason, "hint": hint}
            return _no_response("The response cannot be read", error, block)
        case ModelMismatchError():
            status, title = Status.REJECTED, "The vectors do not match"
        case SetupError():
            return ErrorReport(Status.SETUP, error.title, [error.block])
        case ConfigurationError():
            status, title = Status.SETUP, "Not set up"
        case MissingDependencyError():
            status, title = Status.SETUP, "A package is missing"
        case QuotaExhaustedError():
            block = {
                "reason": f"the service asks to wait {duration_words(round(error.wait_sec))}",
                "hint": f"Run it again at {error.retry_at.astimezone():%Y-%m-%d %H:%M}",
            }
            return _no_response("The quota is used up", error, block)
        case OSError():
            status, title = Status.SETUP, "An error of this machine"
        case _ if _is_of_dataset(error):
            status, title = Status.SETUP, "The dataset cannot be used"
        case _:
            return None
    return ErrorReport(status, title, [{"reason": reason}])


def _is_of_dataset(error: Exception) -> bool:
    """Return whether an error is of a dataset; their module is imported only with them."""
    module = sys.modules.get("twelvelabs_embed.bulk.errors")
    return module is not None and isinstance(error, module.BulkError)


def _no_response(title: str, error: TwelveLabsError, block: Block) -> ErrorReport:
    return ErrorReport(Status.NO_RESPONSE, title, [_with_attempts(block, error)])


def _with_attempts(block: Block, error: TwelveLabsError) -> Block:
    return {**block, "attempts": str(error.attempts) if error.attempts > 1 else ""}


def _unfinished_wait(error: WaitTimeoutError) -> Block:
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


def _lookup(error: OutcomeUnknownError) -> str:
    since = f"{error.since.astimezone():%Y-%m-%d %H:%M:%S}"
    words = {"task": f"tasks list --since '{since}'", "asset": "assets list"}
    return _typed(words.get(error.created_resource, "uploads list"), error)


def _typed(words: str, error: TwelveLabsError) -> str:
    """Return a command to type."""
    return " ".join(["twelvelabs-embed", words, *_notes(error)])


def _notes(error: Exception) -> list[str]:
    """Return what `session.connected` adds to an error: the address, as it is typed."""
    return getattr(error, "__notes__", [])


def _unusable(
    title: str, error: TaskFailedError | AssetFailedError, which: Mapping[str, str]
) -> ErrorReport:
    """Explain that the service accepted media that it cannot use."""
    message = error.message or "the service does not say why"
    hint = "See whether a player opens the file, and what twelvelabs-embed check says of it"
    return ErrorReport(Status.REJECTED, title, [{**which, "message": message, "hint": hint}])


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
        "message": error.message or shorten_body(error.body),
        "details": json.dumps(dict(error.details)) if error.details else "",
        "docs": error.docs_url or "",
        "request": error.request_id or "",
        "hint": _HINTS.get(code, "Try again later" if code >= 500 else ""),
    }
    if code in (401, 403):
        status, title = Status.SETUP, "The key was not accepted"
    elif code in (408, 429) or code >= 500:
        status, title = Status.NO_RESPONSE, "The service cannot do it now"
    else:
        status, title = Status.REJECTED, "Rejected by the service"
    return ErrorReport(status, title, [_with_attempts(block, error)])
