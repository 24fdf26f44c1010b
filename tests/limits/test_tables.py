"""Limits are data: they agree with the contract, and new rows need no new code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from twelvelabs_embed.limits import (
    ChoiceName,
    InputType,
    Limit,
    LimitName,
    all_choices,
    find_document_kinds,
    find_limit,
    find_terms,
    terms,
)
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.limits.rows import Choices, Grade
from twelvelabs_embed.limits.tables import (
    CHOICES,
    DEFAULT_MODEL,
    DOCUMENT_KINDS,
    LIMITS,
    MODELS,
    OPTION_SPECS,
    REQUEST_SHAPES,
)
from twelvelabs_embed.validation.options import Dimension

ALL: list[Limit | Choices] = [*LIMITS, *CHOICES]
CONTRACT = Path(__file__).parents[2] / "openapi" / "embed-v2.yaml"
SECTIONS = {
    "text": "TextInputRequest",
    "image": "ImageInputRequest",
    "text_image": "TextImageInputRequest",
    "audio": "AudioInputRequest",
    "video": "VideoInputRequest",
    "multi_input": "MultiInputRequest",
}
SECTIONS_OF_TASKS = {
    "audio": "AsyncAudioInputRequest",
    "video": "AsyncVideoInputRequest",
    "image": "AsyncImageInputRequest",
    "document": "AsyncDocumentInputRequest",
}
UPLOADS = {"asset": "CreateAssetRequest", "multipart": "CreateAssetUploadRequest"}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    document = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def leaves(schemas: dict[str, Any], section: str, field: str) -> Iterator[dict[str, Any]]:
    """The schemas at a path of names below an input's section, in every variant."""
    nodes = [schemas[SECTIONS.get(section, section)]]
    for name in field.split("."):
        inside = [v for node in nodes for v in variants(node, schemas)]
        nodes = [node["properties"][name] for node in inside if name in node.get("properties", {})]
    for node in nodes:
        yield schemas[node["$ref"].rpartition("/")[2]] if "$ref" in node else node


def variants(node: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """What a schema may be, with references followed; of a list, what its items may be."""
    if "$ref" in node:
        return variants(schemas[node["$ref"].rpartition("/")[2]], schemas)
    if "items" in node:
        return variants(node["items"], schemas)
    if "oneOf" in node:
        return [found for one in node["oneOf"] for found in variants(one, schemas)]
    return [node]


def sections(input_type: InputType, row: Any) -> set[str]:
    """The schemas that an input can have in the requests that a row is about."""
    found: set[str] = set()
    for endpoint in row.endpoints:
        if endpoint in UPLOADS:
            found.add(UPLOADS[endpoint])
            continue
        own = SECTIONS if endpoint == "sync" else SECTIONS_OF_TASKS
        for model in row.models:
            match find_terms(input_type, model=model, endpoint=endpoint).shape:
                case None:  # the model does not take it there, so that nothing is said of it
                    pass
                case "multi_input":
                    found.add("MultiInputRequest")
                case _:
                    found.add(own[input_type])
    return found


@pytest.mark.parametrize(
    ("input_type", "row"), [(kind, row) for row in ALL for kind in row.input_types]
)
def test_each_field_is_in_the_contract(
    input_type: InputType, row: Any, schemas: dict[str, Any]
) -> None:
    where = sections(input_type, row)
    assert where
    # A recording that is sent as a whole has no settings, which rows for all models are about.
    if len(where) > 1 and not row.field.startswith(("input_text", "media_sources")):
        where.discard("MultiInputRequest")
    for section in where:
        assert list(leaves(schemas, section, row.field)), section


@pytest.mark.parametrize(
    "form", REQUEST_SHAPES, ids=lambda form: f"{form.name}-{form.endpoints[0]}"
)
def test_forms_are_the_contracts(form: Any, schemas: dict[str, Any]) -> None:
    requests = {"sync": "CreateEmbeddingsRequest", "task": "CreateAsyncEmbeddingRequest"}
    (request,) = (requests[endpoint] for endpoint in form.endpoints)
    for kind in form.input_types:
        name = "multi_input" if form.name == "multi_input" else kind
        assert name in schemas[request]["properties"]


@pytest.mark.parametrize("setting", OPTION_SPECS, ids=lambda setting: setting.name)
def test_settings_are_the_contracts(setting: Any, schemas: dict[str, Any]) -> None:
    of_the_request = setting.name in ("dimension", "uncertainty", "auto_truncate")
    for endpoint in setting.endpoints:
        own = SECTIONS if endpoint == "sync" else SECTIONS_OF_TASKS
        request = "CreateEmbeddingsRequest" if endpoint == "sync" else "CreateAsyncEmbeddingRequest"
        for kind in setting.input_types:
            section = request if of_the_request else own[kind]
            assert list(leaves(schemas, section, setting.field)), (kind, endpoint)


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("min_start_sec", "minimum"),
        ("min_fixed_sec", "minimum"),
        ("max_fixed_sec", "maximum"),
        ("min_dynamic_sec", "minimum"),
        ("max_dynamic_sec", "maximum"),
    ],
)
def test_numbers_are_the_contracts(name: LimitName, keyword: str, schemas: dict[str, Any]) -> None:
    found = [row for row in LIMITS if row.name == name]
    assert found
    for row in found:
        for input_type in row.input_types:
            for leaf in leaves(schemas, input_type, row.field):
                assert leaf[keyword] == row.value


@pytest.mark.parametrize("name", ["options", "scopes", "types"])
@pytest.mark.parametrize("model", MODELS)
def test_words_are_the_contracts(name: ChoiceName, model: str, schemas: dict[str, Any]) -> None:
    for row in CHOICES:
        if row.name != name or model not in row.models:
            continue
        for input_type in row.input_types:
            where = SECTIONS_OF_TASKS if model != DEFAULT_MODEL else SECTIONS
            (leaf,) = leaves(schemas, where[input_type], row.field)
            known = [
                word.removesuffix("_embedding")
                for word in schemas[leaf["items"]["$ref"].rpartition("/")[2]]["enum"]
            ]
            # Both models share a list there: what only one of them knows is prose.
            assert list(row.values) == [word for word in known if word in row.values]
            assert [word for word in all_choices(name, input_type) if word in known] == known
            if model == DEFAULT_MODEL and "default" in leaf:
                assert list(row.values) == leaf["default"]


def test_dimensions_are_the_contracts(schemas: dict[str, Any]) -> None:
    known = tuple(schemas["EmbeddingDimension"]["enum"])
    assert get_args(Dimension) == known
    assert find_terms("video", model="marengo3.5", endpoint="sync").dimensions == known
    assert find_terms("video", model="marengo3.5", endpoint="task").dimensions == known
    assert find_terms("video", model=DEFAULT_MODEL).dimensions == ()
    assert find_terms("video", model="marengo9").dimensions == ()


def test_sources_are_the_contracts(schemas: dict[str, Any]) -> None:
    known = schemas["MultiInputMediaSourceMediaType"]["enum"]
    assert all_choices("sources", "multi_input") == tuple(known)
    most = find_limit("max_sources", "multi_input")
    assert most
    assert most.value == schemas["MultiInputRequest"]["properties"]["media_sources"]["maxItems"]


@pytest.mark.parametrize(
    ("name", "input_type", "said"),
    [
        ("max_text_tokens", "text", "at most 500 tokens"),
        ("max_text_tokens", "multi_input", "at most 500 tokens with marengo3.0"),
        ("max_size_bytes", "image", "at most 32 MB"),
        ("min_side_px", "image", "at least 128 pixels"),
        ("max_size_bytes", "audio", "at most 36 MB"),
        ("max_size_bytes", "video", "at most 36 MB"),
        ("max_duration_sec", "audio", "at most 10 minutes"),
        ("max_duration_sec", "video", "at most 10 minutes"),
        ("min_side_px", "video", "360x360 to"),
        ("max_long_side_px", "video", "to 5184x2160"),
        ("max_short_side_px", "video", "to 5184x2160"),
        ("max_aspect_ratio", "video", "1:2.4 and 2.4:1"),
    ],
)
def test_what_the_contract_says_in_words(
    name: LimitName, input_type: InputType, said: str, schemas: dict[str, Any]
) -> None:
    schema = schemas[SECTIONS[input_type]]
    text = schema["description"] + schema["properties"].get("input_text", {}).get("description", "")
    assert said in " ".join(text.split())
    limit = find_limit(name, input_type)
    assert limit
    shown = limit.value / {"bytes": 1 << 20, "s": 60}.get(limit.unit, 1)
    assert f"{shown:g}" in said


def test_every_name_has_a_row_and_every_row_a_source() -> None:
    assert {row.name for row in LIMITS} == set(get_args(LimitName))
    assert {row.name for row in CHOICES} == set(get_args(ChoiceName))
    for row in ALL:
        assert row.source
        assert row.grade in get_args(Grade)
        assert set(row.input_types) <= set(get_args(InputType))


def test_no_two_rows_say_the_same_thing() -> None:
    keys = [
        (row.name, kind, model, endpoint, via)
        for row in LIMITS
        for kind in row.input_types
        for model in row.models
        for endpoint in row.endpoints
        for via in row.via
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", DOCUMENT_KINDS, ids=lambda kind: kind.title)
def test_kinds_of_documents_are_the_contracts(kind: Any, schemas: dict[str, Any]) -> None:
    request = "AsyncDocumentInputRequest"
    options = schemas[f"{request}EmbeddingOptionItem"]["enum"]
    scopes = schemas[f"{request}EmbeddingScopeItem"]["enum"]
    assert all(option in options and scope in scopes for option, scope in kind.pairs)
    assert len(set(kind.pairs)) == len(kind.pairs)
    assert kind.cut_pair in kind.pairs
    assert list(leaves(schemas, request, f"segmentation.{kind.cut}"))
    assert set(kind.formats) <= set(FORMATS)
    assert kind.grade in get_args(Grade)
    assert kind.source


def test_a_document_of_an_unknown_format_may_be_of_any_kind() -> None:
    assert find_document_kinds(None, model="marengo3.5") == DOCUMENT_KINDS
    (pdf,) = find_document_kinds("pdf", model="marengo3.5")
    assert pdf.title == "a PDF"
    for name in ("text", "html", "svg"):  # Markdown may begin like a page or a drawing
        (text,) = find_document_kinds(name, model="marengo3.5")
        assert text.title == "a text file"
    assert find_document_kinds("zip", model="marengo3.5") == ()
    assert find_document_kinds(None, model="marengo3.0") == ()


def test_formats_are_those_that_are_sniffed() -> None:
    for row in CHOICES:
        if row.name == "formats":
            assert set(row.values) <= set(FORMATS)


def test_multipart_uploads_are_the_contracts(schemas: dict[str, Any]) -> None:
    limit = find_limit("max_size_bytes", "video", endpoint="multipart", via="asset")
    (total_size,) = leaves(schemas, UPLOADS["multipart"], "total_size")
    assert limit
    assert limit.value == total_size["maximum"]
    kinds = schemas["CreateAssetUploadRequestType"]["enum"]
    assert kinds == ["video", "audio", "image"]
    assert limit == find_limit("max_size_bytes", "audio", endpoint="multipart", via="asset")
    # An image that needs chunks is too large to be embedded.
    for other in ("image", "document"):
        assert find_limit("max_size_bytes", other, endpoint="multipart", via="asset") is None


@pytest.mark.parametrize(
    ("name", "endpoint", "via", "operation", "said"),
    [
        ("min_duration_sec", "task", "inline", ("/embed-v2/tasks", "post"), "of 4 seconds to"),
        ("max_duration_sec", "task", "inline", ("/embed-v2/tasks", "post"), "to 4 hours"),
        ("max_size_bytes", "asset", "asset", ("/assets", "post"), "at most 200 MB"),
        ("max_size_bytes", "asset", "url", ("/assets", "post"), "at most 4 GB"),
    ],
)
def test_what_the_contract_says_of_operations(
    name: LimitName, endpoint: Any, via: Any, operation: tuple[str, str], said: str
) -> None:
    document = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    path, method = operation
    assert said in " ".join(document["paths"][path][method]["description"].split())
    limit = find_limit(name, "video", endpoint=endpoint, via=via)
    assert limit
    units = {1 << 20: "MB", 1 << 30: "GB", 1: "seconds", 3600: "hours"}
    assert f"{limit.value / next(u for u in units if units[u] in said):g}" in said


def test_the_way_decides() -> None:
    assert find_limit("max_size_bytes", "video", via="inline")
    assert find_limit("max_size_bytes", "video", via="url") is None
    assert find_limit("max_size_bytes", "image", via="url")


def test_nothing_is_known_of_other_models() -> None:
    assert find_limit("max_duration_sec", "video", model="marengo9") is None
    assert find_terms("video", model="marengo9").choices == {}


def test_a_new_model_is_a_new_row(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Limit(
        name="max_text_tokens",
        value=2000,
        input_types=("text",),
        field="input_text",
        source="a later page",
        models=("marengo7",),
    )
    monkeypatch.setattr(terms, "LIMITS", (*LIMITS, row))
    assert find_limit("max_text_tokens", "text", model="marengo7") is row
    assert find_limit("max_text_tokens", "text") in LIMITS
