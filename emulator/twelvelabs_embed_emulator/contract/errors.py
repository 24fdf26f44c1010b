"""The exception that becomes an error response."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

Code: TypeAlias = Literal[
    "api_key_invalid",
    "internal_server_error",
    "method_not_allowed",
    "parameter_invalid",
    "parameter_not_provided",
    "parameter_unknown",
    "resource_not_exist",
    "too_many_requests",
    "unauthorized",
    "video_duration_too_long",
    "video_duration_too_short",
    "video_file_broken",
    "video_filesize_too_large",
    "video_resolution_invalid_aspect_ratio",
    "video_resolution_too_high",
    "video_resolution_too_low",
]
"""The error codes that the emulator sends. All but `internal_server_error` and
`method_not_allowed` are documented; which status carries which code is not."""

INTERNAL_ERROR = "The emulator failed. Its log says why; this is a fault of the emulator."


class ApiError(Exception):
    """An error response.

    Args:
        status: the HTTP status.
        code: a name that programs can compare.
        message: a sentence for people, which names the field, its value and the limit.
        headers: headers of the response.
    """

    def __init__(
        self, status: int, code: Code, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers

    def body(self, *, is_flat: bool) -> dict[str, Any]:
        """Return the JSON body of the response.

        Args:
            is_flat: whether the operation's errors are `{"code", "message"}` and not
                `{"error": {"code", "message"}}`. A wrong key is always flat, and a body that is
                too large never, as the vendor's SDK cannot read that one flat.
        """
        error = {"code": self.code, "message": self.message}
        is_flat = (is_flat or self.status == 401) and self.status != 413
        return error if is_flat else {"error": error}


def bad_request(field: str, reason: str, code: Code = "parameter_invalid") -> ApiError:
    """Return the 400 for a `field` that is invalid for some reason; the caller raises it."""
    return ApiError(400, code, f"{field}: {reason}")


def not_found(field: str, reason: str) -> ApiError:
    """Return the 404 for a `field` that names nothing that exists; the caller raises it."""
    return ApiError(404, "resource_not_exist", f"{field}: {reason}")
