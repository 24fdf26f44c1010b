"""Every error that this library raises.

    TwelveLabsError
    ├── ConfigurationError            no key, or a setting that cannot be
    ├── MissingDependencyError        an extra is not installed; also an ImportError
    ├── InvalidInputError             rejected here, before a byte was sent; also a ValueError
    │   └── MissingFileError          there is no such file; also a FileNotFoundError
    ├── ModelMismatchError            vectors that cannot be compared; also a ValueError
    ├── ApiConnectionError            no response: connection refused, reset, cut off
    │   └── ApiTimeoutError           no response in time; also a TimeoutError
    ├── InvalidResponseError          a response that is not what the contract promises
    ├── OutcomeUnknownError           no response says whether something was created
    ├── TaskFailedError               the service could not embed a task's media
    ├── AssetFailedError              the service cannot use what was uploaded
    ├── UploadError                   parts of a file could not be uploaded
    ├── WaitTimeoutError              not ready within the time given; also a TimeoutError
    ├── QuotaExhaustedError           the service asks to wait for longer than the policy allows
    ├── UnexpectedError               of one item of many: what nothing above is
    └── ApiError                      a response with a status of 300 or more
        ├── BadRequestError           400
        │   └── InvalidRequestError   rejected here, as the service would; also an InvalidInputError
        ├── UnauthorizedError         401
        ├── ForbiddenError            403
        ├── NotFoundError             404
        ├── ConflictError             409
        ├── GoneError                 410
        ├── ContentTooLargeError      413
        ├── UnprocessableEntityError  422
        ├── TooManyRequestsError      429
        └── ServerError               500 and above
            ├── InternalServerError       500
            ├── ServiceUnavailableError   503
            └── GatewayTimeoutError       504

The classes with a status of their own have the names of the vendor's SDK.
"""

from __future__ import annotations

from twelvelabs_embed._modules import register_submodules
from twelvelabs_embed.errors.api import (
    BY_STATUS as BY_STATUS,
    ApiError,
    BadRequestError,
    ConflictError,
    ContentTooLargeError,
    ForbiddenError,
    GatewayTimeoutError,
    GoneError,
    InternalServerError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    ServiceUnavailableError,
    TooManyRequestsError,
    UnauthorizedError,
    UnprocessableEntityError,
    api_error as api_error,
    is_foreign_response as is_foreign_response,
    is_gone as is_gone,
)
from twelvelabs_embed.errors.operations import (
    ApiConnectionError,
    ApiTimeoutError,
    AssetFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    TaskFailedError,
    UnexpectedError,
    UploadError,
    WaitTimeoutError,
    files_exhausted as files_exhausted,
)
from twelvelabs_embed.errors.response_body import (
    message_of as message_of,
    read_body as read_body,
    shorten_body as shorten_body,
)
from twelvelabs_embed.errors.usage import (
    ConfigurationError,
    InvalidInputError,
    MissingDependencyError,
    MissingFileError,
    ModelMismatchError,
    TwelveLabsError,
)
from twelvelabs_embed.violations import Hint, Violation

# By name, since mypy does not follow the lists of the modules.
__all__ = [
    "ApiConnectionError",
    "ApiError",
    "ApiTimeoutError",
    "AssetFailedError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ContentTooLargeError",
    "ForbiddenError",
    "GatewayTimeoutError",
    "GoneError",
    "Hint",
    "InternalServerError",
    "InvalidInputError",
    "InvalidRequestError",
    "InvalidResponseError",
    "MissingDependencyError",
    "MissingFileError",
    "ModelMismatchError",
    "NotFoundError",
    "OutcomeUnknownError",
    "QuotaExhaustedError",
    "ServerError",
    "ServiceUnavailableError",
    "TaskFailedError",
    "TooManyRequestsError",
    "TwelveLabsError",
    "UnauthorizedError",
    "UnexpectedError",
    "UnprocessableEntityError",
    "UploadError",
    "Violation",
    "WaitTimeoutError",
]

register_submodules(__name__, [error.__name__ for error in BY_STATUS.values()])
