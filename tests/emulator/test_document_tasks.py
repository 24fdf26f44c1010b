"""Tasks that embed documents: pages, parts of pages, chunks of text."""

import numpy as np
import pytest
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.contract.rules import rules_of
from twelvelabs_embed_emulator.embedding import documents

from tests.emulator.helpers import MIB, code_of, cosine, create_asset, error, inline


def test_pages_of_a_pdf(task, files):
    scopes = ["local", "asset"]
    data = task("document", media_source=inline(files["pdf"]), embedding_scope=scopes)["data"]
    assert [row["embedding_scope"] for row in data] == ["page"] * 3 + ["asset"]
    assert [row.get("start_page_number") for row in data] == [1, 2, 3, None]
    vectors = [np.array(row["embedding"]) for row in data]
    assert cosine(vectors[0], vectors[3]) > cosine(vectors[0], vectors[1]) + 0.2


def test_quarters_of_a_page(task, files):
    cut = {"spatial": {"strategy": "quadrants"}}
    data = task("document", media_source=inline(files["pdf"]), segmentation=cut)["data"]
    assert [row["quadrant"] for row in data[:5]] == [
        None,
        "top_left",
        "top_right",
        "bottom_left",
        "bottom_right",
    ]
    assert {row["end_page_number"] for row in data[:5]} == {1}


def test_chunks_of_a_text(task, files):
    cut = {"sequential": {"strategy": "sentence", "max_sentences": 2, "overlap_sentences": 1}}
    settings = {"embedding_scope": ["local"], "segmentation": cut, "embedding_uncertainty": True}
    text = task("document", media_source=inline(files["document"]), **settings)
    assert [row["chunk_index"] for row in text["data"]] == [0, 1]
    assert {row["embedding_scope"] for row in text["data"]} == {"chunk"}
    assert len(text["data"][0]["embedding_uncertainty"]) == 512


SEQUENTIAL = {"sequential": {"strategy": "sentence", "max_sentences": 2}}
OVERLAP = {"sequential": {"strategy": "sentence", "max_sentences": 2, "overlap_sentences": 2}}
WRONG_DOCUMENTS = [
    (
        "pdf",
        {"embedding_option": ["text"]},
        'document.embedding_option: "text" with the scope "local" is not for a PDF',
    ),
    (
        "document",
        {"embedding_option": ["visual"]},
        'document.embedding_option: "visual" with the scope "asset" is not',
    ),
    ("document", {"embedding_scope": ["local"]}, "document.segmentation.sequential: is required"),
    (
        "pdf",
        {"segmentation": SEQUENTIAL},
        "document.segmentation.sequential: is not for a PDF; use spatial",
    ),
    (
        "document",
        {"segmentation": SEQUENTIAL},
        'document.segmentation.sequential: needs the option "text"',
    ),
    (
        "document",
        {"embedding_scope": ["local"], "segmentation": OVERLAP},
        "document.segmentation.sequential.overlap_sentences: 2",
    ),
    (
        "pdf",
        {"embedding_type": ["fused_embedding"]},
        "document.embedding_type: documents have no fused vectors",
    ),
    ("pdf", {"embedding_uncertainty": True}, "embedding_uncertainty: a PDF has none"),
    ("image", {}, "document.media_source: the file is not a PDF"),
]


@pytest.mark.parametrize(
    ("kind", "settings", "message"), WRONG_DOCUMENTS, ids=[row[2] for row in WRONG_DOCUMENTS]
)
def test_documents_that_are_rejected(create, files, kind, settings, message):
    response = create("document", media_source=inline(files[kind]), **settings)
    status, code, found = error(response)
    assert (status, code) == (400, code_of(message))
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("settings", "most", "per_page"),
    [({}, 64, 1), ({"segmentation": {"spatial": {"strategy": "quadrants"}}}, 12, 5)],
    ids=["pages", "quarters"],
)
def test_too_many_pages_fail_the_task(task, tmp_path, settings, most, per_page):
    """A page that is cut into quarters counts five times, for the limit and for the usage."""
    fits, too_many = (
        samples.document(tmp_path / f"{count}.pdf", pages=["a page"] * count)
        for count in (most, most + 1)
    )
    ready = task("document", media_source=inline(fits), **settings)
    assert len(ready["data"]) == most * per_page
    assert ready["usage"]["input_tokens"] == {"document": most * per_page * 256}
    failed = task("document", media_source=inline(too_many), **settings)
    assert failed["status"] == "failed"
    assert f"{most + 1} pages" in failed["error"]["message"]
    assert "are more than the 64" in failed["error"]["message"]


def test_a_larger_pdf_may_have_more_pages():
    sync, task = (rules_of(endpoint, "marengo3.5") for endpoint in ("sync", "task"))
    sizes_bytes = (1, MIB, MIB + 1, 3 * MIB)
    assert [sync.max_pages(size) for size in sizes_bytes] == [16, 16, 32, 48]
    assert [task.max_pages(size) for size in sizes_bytes] == [64, 64, 128, 192]


@pytest.mark.parametrize(
    ("kind", "file", "scope"), [("document", "pdf", "local"), ("image", "image", "asset")]
)
def test_the_list_names_what_each_task_is_about(client, task, files, kind, file, scope):
    created = task(kind, media_source=inline(files[file]))
    (row,) = [
        row
        for row in client.get("/embed-v2/tasks", params={"page_limit": 50}).json()["data"]
        if row["_id"] == created["_id"]
    ]
    assert row[f"{kind}_embedding"]["metadata"] == {
        f"{kind}_embedding_option": ["visual"],
        f"{kind}_embedding_scope": [scope],
    }


def test_more_chunks_than_the_emulator_holds_fail_the_task(task, files, monkeypatch):
    monkeypatch.setattr(documents, "_CHUNKS_MAX_BYTES", 3 * documents._CHUNK_OVERHEAD_BYTES)
    cut = {"sequential": {"strategy": "sentence", "max_sentences": 1}}
    settings = {"embedding_scope": ["local"], "segmentation": cut}
    failed = task("document", media_source=inline(files["document"]), **settings)
    assert failed["status"] == "failed"
    assert "max_sentences: cuts the document into more chunks" in failed["error"]["message"]


def test_a_document_that_is_an_asset(client, create, task, files):
    asset = create_asset(client, files["document"])
    source = {"asset_id": asset["_id"]}
    assert task("document", media_source=source)["metadata"]["input_filename"] == asset["filename"]
    assert error(create("document", media_source=source, embedding_option=["visual"]))[0] == 400
