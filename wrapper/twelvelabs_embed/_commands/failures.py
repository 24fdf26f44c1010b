"""How failures look, and the exit statuses. Never a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum

import typer
from attrs import frozen

from twelvelabs_embed._commands import showing
from twelvelabs_embed._commands.wording import Block, as_block, as_typed
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    ConfigurationError,
    InvalidInputError,
    InvalidResponseError,
    TwelveLabsError,
    _shorten,
)


class Status(IntEnum):
    """The exit statuses, next to 0. 2 is typer's, and 5 and 130 are given by `cli`."""

    REFUSED = 1
    NO_ANSWER = 3
    NOT_SET_UP = 4
    BROKEN_PIPE = 141


STATUS_HELP = """\
Exit status:
  0  done; of check: nothing would be refused
  1  the input was refused, here or by the service; of check: one would be
  2  the command line itself is wrong
  3  no answer: no connection, no time left, the service is busy or failing
  4  not set up: no valid key, a part is missing, a file cannot be written
  5  a mistake in this program
130  Ctrl-C
141  nobody reads the output any more
"""


class SetUpError(Exception):
    """Something on this machine is to be set up differently. It is told as it is."""

    def __init__(self, title: str, block: Block) -> None:
        super().__init__(title)
        self.title = title
        self.block = block


@frozen
class Account:
    """What is told of a failure, and the exit status that goes with it."""

    status: Status
    title: str
    blocks: Sequence[Block]


@contextmanager
def told() -> Generator[None]:
    """Tell of failures on standard error, and turn them into an exit status."""
    try:
        yield
    except BrokenPipeError:
        # Python flushes once more when it ends: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Status.BROKEN_PIPE) from None
    except (TwelveLabsError, SetUpError, OSError, ImportError) as error:
        account = explain(error)
        if account is None:
            raise
        showing.show_failure(account.title, account.blocks)
        raise typer.Exit(account.status) from error


def explain(error: Exception) -> Account | None:
    """What to tell of an error; None when it is a mistake in this program."""
    reason = as_typed(str(error))
    match error:
        case InvalidInputError():
            title = "Refused" if error.attempts else "Refused; nothing was sent"
            return Account(Status.REFUSED, title, [as_block(one) for one in error.problems])
        case ApiError():
            return _explain_api_error(error)
        case ApiConnectionError():
            # `calling` adds the address as a note.
            block = {
                "address": " ".join(getattr(error, "__notes__", [])),
                "reason": reason,
                "way out": "Check the network and the address (--base-url, TWELVELABS_BASE_URL)",
            }
            return Account(Status.NO_ANSWER, "No answer", [_with_attempts(block, error)])
        case InvalidResponseError():
            way_out = "Try again; if it stays so, the API is newer than this program"
            block = {"reason": reason, "way out": way_out}
            title = "The answer cannot be read"
            return Account(Status.NO_ANSWER, title, [_with_attempts(block, error)])
        case SetUpError():
            return Account(Status.NOT_SET_UP, error.title, [error.block])
        case ConfigurationError():
            return Account(Status.NOT_SET_UP, "Not set up", [{"reason": reason}])
        case OSError():
            return Account(Status.NOT_SET_UP, "This machine refused", [{"reason": reason}])
        case ImportError() if "twelvelabs-embed[" in reason:
            return Account(Status.NOT_SET_UP, "A part is missing", [{"reason": reason}])
        case _:
            return None


# ---------------------------------------------------------------------------- errors of the service

_WAYS_OUT: Mapping[int, str] = {
    401: "Set TWELVE_LABS_API_KEY to a key that is valid; --emulator needs none",
    403: "See in your account what this key may do",
    404: "Check the asset's id, --model and the address (--base-url, TWELVELABS_BASE_URL)",
    413: "Give a link instead of the file, or a smaller file",
    429: "Wait a while, or raise --max-retries",
}


def _explain_api_error(error: ApiError) -> Account:
    code = error.status_code
    block = {
        "status": f"{code} {error.code or ''}",
        # What is not from the service itself, such as a proxy's page, has no message of its own.
        "message": error.message or _shorten(error.body),
        "details": json.dumps(dict(error.details)) if error.details else "",
        "request": error.request_id or "",
        "way out": _WAYS_OUT.get(code, "Try again later" if code >= 500 else ""),
    }
    if code in (401, 403):
        status, title = Status.NOT_SET_UP, "The key was not accepted"
    elif code in (408, 429) or code >= 500:
        status, title = Status.NO_ANSWER, "The service cannot do it now"
    else:
        status, title = Status.REFUSED, "Refused by the service"
    return Account(status, title, [_with_attempts(block, error)])


def _with_attempts(block: Block, error: TwelveLabsError) -> Block:
    return {**block, "attempts": str(error.attempts) if error.attempts > 1 else ""}
