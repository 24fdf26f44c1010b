"""What the programs give: the same as with the vendor's SDK, unless it is listed here."""

from __future__ import annotations

from typing import Any, Final, Literal

from attrs import frozen

SAME: Final = object()


@frozen
class Verdict:
    """How a program's outcome differs, and why.

    Attributes:
        kind: better on purpose, or merely different
        reason: one sentence
        theirs: its result with the vendor's SDK
        ours: its result with this package; where both are `SAME`, only the requests differ
    """

    kind: Literal["better", "different"]
    reason: str
    theirs: Any = SAME
    ours: Any = SAME

    @property
    def differs_in_requests_only(self) -> bool:
        """Whether the results are the same."""
        return self.theirs is SAME


_VECTOR = [-0.0515261, -0.01010738, -0.01010738]
_ONE_PAGE_LESS = Verdict("better", "the vendor's pager asks for a page after the last one")
_NOT_SENT = Verdict("better", "what is wrong is found before it is sent; the error is the same")
_NULL = Verdict("different", "what is None is omitted; the vendor's SDK sends null")
_RESUMES = Verdict("better", "an upload can be resumed, so the asset is looked up at its end")
_V1 = Verdict(
    "better",
    "the first version of the Embed API is not here; the error says what to use instead",
    {"raised": "ApiError"},
    {"raised": "AttributeError"},
)

VERDICTS: dict[str, Verdict] = {
    "assets.a_list_by_ids": _ONE_PAGE_LESS,
    "assets.an_awaited_list_of_assets": _ONE_PAGE_LESS,
    "assets.an_asset_without_a_file": _NOT_SENT,
    "assets.pages_of_assets": _ONE_PAGE_LESS,
    "assets.the_raw_response_of_a_list_of_assets": Verdict(
        "different",
        "an asset and its details are one class, which has both names",
        [1, "AssetDetail"],
        [1, "Asset"],
    ),
    "errors.a_part_that_does_not_fit": _NOT_SENT,
    "errors.a_part_that_is_missing": _NOT_SENT,
    "errors.a_task_without_its_part": _NOT_SENT,
    "errors.an_input_type_that_there_is_not": _NOT_SENT,
    "errors.a_server_that_is_not_there": Verdict(
        "different",
        "a connection that fails is an ApiConnectionError, whichever library sends",
        "httpx.HTTPError",
        "ApiConnectionError",
    ),
    "errors.a_service_that_fails": Verdict(
        "better",
        "each status has the class that is named after it, also where the vendor's documents "
        "do not list it",
        {"raised": "ApiError"},
        503,
    ),
    "errors.a_service_that_fails_for_a_moment": Verdict(
        "better", "failures that pass are retried", 503, 1
    ),
    "errors.a_wrong_key_in_a_dict": _NOT_SENT,
    "errors.a_wrong_value_in_a_dict": _NOT_SENT,
    "recordings.a_field_that_there_is_not": Verdict(
        "better",
        "a field that there is not fails where it is written",
        ["BadRequestError", True],
        ["TypeError", True],
    ),
    "recordings.a_helper_that_passes_none": _NULL,
    "names.a_class_of_another_part": Verdict(
        "different",
        "classes of search, analysis and indexes are not here",
        "1",
        {"raised": "ImportError"},
    ),
    "names.an_analysis": Verdict(
        "better",
        "other parts of the API are not here; the error says where they are",
        {"raised": "TypeError"},
        {"raised": "AttributeError"},
    ),
    "names.an_index": Verdict(
        "better",
        "other parts of the API are not here; the error says where they are",
        {"raised": "ApiError"},
        {"raised": "AttributeError"},
    ),
    "names.classes_of_resources": Verdict(
        "different",
        "classes of resources are imported from the package, not from modules of their own",
        ["AssetsClient", "V2Client"],
        {"raised": "ModuleNotFoundError"},
    ),
    "names.embeddings_of_v1": _V1,
    "names.tasks_of_v1": _V1,
    "settings.a_base_url_in_the_environment_and_another_argument": Verdict(
        "better",
        "the argument wins over the environment",
        _VECTOR,
        {"raised": "ApiConnectionError"},
    ),
    "settings.a_key_by_position": Verdict(
        "better", "the key may be given by position", {"raised": "TypeError"}, _VECTOR
    ),
    "settings.a_key_in_the_environment": Verdict(
        "better", "the key is found in the environment", {"raised": "TypeError"}, _VECTOR
    ),
    "settings.a_key_that_is_none": Verdict(
        "better",
        "the error says that the key is missing",
        {"raised": "TypeError"},
        {"raised": "ConfigurationError"},
    ),
    "settings.a_redirect_to_another_host": Verdict(
        "better", "the key never reaches another host", _VECTOR, 307
    ),
    "settings.a_secret_key": Verdict(
        "better", "a SecretStr is a key", {"raised": "ApiError"}, _VECTOR
    ),
    "tasks.a_list_of_tasks": _ONE_PAGE_LESS,
    "tasks.an_awaited_list_of_tasks": _ONE_PAGE_LESS,
    "tasks.pages_of_tasks": Verdict(
        "better",
        "has_next is false on the last page",
        [2, True, 1, True, [2, 1]],
        [2, True, 1, False, [2, 1]],
    ),
    "tasks.plain_dicts_and_none": _NULL,
    "tasks.tasks_of_a_time": _ONE_PAGE_LESS,
    "texts.omitted_arguments_as_none": _NULL,
    "uploads.a_folder_stays_as_it_is": _RESUMES,
    "uploads.a_wait_that_ends": _ONE_PAGE_LESS,
    "uploads.a_wait_that_takes_too_long": _ONE_PAGE_LESS,
    "uploads.an_empty_file": _NOT_SENT,
    "uploads.sessions_that_are_open": _ONE_PAGE_LESS,
    "uploads.the_raw_response_of_a_session": _ONE_PAGE_LESS,
    "uploads.the_state_of_an_upload": _ONE_PAGE_LESS,
}
