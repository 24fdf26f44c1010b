"""What errors carry for code that catches them: attributes, and arguments that make them again."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from twelvelabs_embed import errors
from twelvelabs_embed.errors import TwelveLabsError, Violation, api_error

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LOST = errors.ApiConnectionError("reset")
RESPONSE = httpx.Response(200)
VIOLATIONS = (Violation("media", "'a'", "no such file"),)

MADE: list[tuple[TwelveLabsError, dict[str, Any], dict[str, Any]]] = [
    # The error, the arguments that are attributes too, and those that are only shown.
    (
        errors.MissingDependencyError("pyarrow", "arrow"),
        {"package": "pyarrow", "extra": "arrow", "name": "pyarrow"},
        {},
    ),
    (errors.InvalidInputError(VIOLATIONS), {"violations": VIOLATIONS}, {}),
    (errors.MissingFileError(VIOLATIONS), {"violations": VIOLATIONS}, {}),
    (errors.InvalidResponseError("no JSON", RESPONSE), {"response": RESPONSE}, {"text": "no JSON"}),
    (
        errors.OutcomeUnknownError("task", NOW, "list them", LOST),
        {"created_resource": "task", "since": NOW, "lookup_hint": "list them"},
        {"failure": LOST},
    ),
    (errors.TaskFailedError("t1", "broken"), {"task_id": "t1", "message": "broken"}, {}),
    (
        errors.AssetFailedError("a1", "film.mp4", "broken"),
        {"asset_id": "a1", "message": "broken"},
        {"label": "film.mp4"},
    ),
    (
        errors.UploadError("chunk 2 failed", 2, LOST),
        {"message": "chunk 2 failed", "chunk_index": 2, "original_error": LOST},
        {},
    ),
    (errors.QuotaExhaustedError(3600.4, NOW), {"wait_sec": 3600.4, "retry_at": NOW}, {}),
]


@pytest.mark.parametrize(("error", "attributes", "shown"), MADE)
def test_an_error_can_be_made_again_from_its_arguments(
    error: TwelveLabsError, attributes: dict[str, Any], shown: dict[str, Any]
) -> None:
    """Libraries that carry exceptions between processes do so, and `repr` shows the arguments."""
    again = type(error)(*error.args)
    for one in (error, again):
        assert one.attempts == 0  # nothing was sent
        assert {name: getattr(one, name) for name in attributes} == attributes
    assert (str(again), again.args) == (str(error), error.args)
    for value in (*attributes.values(), *shown.values()):
        assert repr(value) in repr(error)


def test_every_error_with_arguments_of_its_own_is_among_them() -> None:
    classes = {getattr(errors, name) for name in errors.__all__}
    own = {one for one in classes if "__init__" in vars(one)}
    # Those have no arguments of `BaseException`, or take those of the vendor SDK's class.
    others = {errors.ApiError, errors.InvalidRequestError, errors.WaitTimeoutError}
    others |= {errors.Violation, errors.Hint}
    assert own - others <= {type(error) for error, _, _ in MADE}


def test_the_optional_part_of_an_error_is_an_attribute() -> None:
    failed = errors.TaskFailedError("t1", None, {"status": "failed"})
    assert (failed.message, failed.response) == (None, {"status": "failed"})
    upload = errors.UploadError("it is over", upload_id="u1")
    assert (upload.chunk_index, upload.original_error, upload.upload_id) == (None, None, "u1")
    late = errors.WaitTimeoutError("asset", "a1", 61.4, "Wait again")
    assert (late.kind, late.id, late.waited_sec, late.hint) == ("asset", "a1", 61.4, "Wait again")
    assert errors.AssetFailedError("a1", "film.mp4").message is None


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_long_target_of_a_redirect_is_shortened(status: int) -> None:
    target = f"https://other/{'a' * 400}"
    text = str(api_error(httpx.Response(status, headers={"location": target})))
    assert f"{target[:300]}…," in text
