"""What a model makes of an input: the request and its route."""

from __future__ import annotations

from typing import Any

import pytest
from twelvelabs_embed import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    MultiInput,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
)
from twelvelabs_embed.inputs import Input

from tests.clients import ClientKind, both_clients
from tests.scripted_server import Response

OLD, NEW = "marengo3.0", "marengo3.5"
LINK = "https://media.example.com/a"
FUSED: dict[str, Any] = {"types": "fused", "time_based_metadata": [TimedText(1, 2, "a goal")]}
BY_LINK = {"media_source": {"url": LINK}}
VECTOR = {"embedding": [0.5, -0.25]}
OK = Response(body={"data": [VECTOR]})
CREATED = Response(202, {"_id": "t1", "status": "processing"})
READY = Response(body={"_id": "t1", "status": "ready", "data": [VECTOR]})


def whole(kind: str) -> dict[str, Any]:
    return {"media_sources": [{"media_type": kind, "url": LINK}]}


# input, model, settings of the request -> the path, and the body without model and input type
SENT: list[tuple[Input, str, dict[str, Any], str, dict[str, Any]]] = [
    (Text("a"), OLD, {}, "", {"text": {"input_text": "a"}}),
    (Image(LINK), OLD, {}, "", {"image": BY_LINK}),
    (TextImage("a", LINK), OLD, {}, "", {"text_image": {"input_text": "a", **BY_LINK}}),
    (Audio(LINK), OLD, {}, "", {"audio": BY_LINK}),
    (
        Video(LINK, segmentation=Fixed(5), types="fused"),
        OLD,
        {},
        "",
        {
            "video": {
                **BY_LINK,
                "segmentation": {"strategy": "fixed", "fixed": {"duration_sec": 5}},
                "embedding_type": ["fused_embedding"],
            }
        },
    ),
    (MultiInput(None, Image(LINK)), OLD, {}, "", {"multi_input": whole("image")}),
    (Text("a"), NEW, {}, "", {"multi_input": {"input_text": "a"}}),
    (Image(LINK), NEW, {}, "", {"multi_input": whole("image")}),
    (TextImage("a", LINK), NEW, {}, "", {"multi_input": {"input_text": "a", **whole("image")}}),
    (Audio(LINK), NEW, {}, "", {"multi_input": whole("audio")}),
    (Video(LINK), NEW, {}, "", {"multi_input": whole("video")}),
    (
        MultiInput("<@b> and <@a>", Audio(LINK), b=Image(LINK), a=Image(LINK)),
        NEW,
        {},
        "",
        {
            "multi_input": {
                "input_text": "<@b> and <@a>",
                "media_sources": [
                    {"media_type": "audio", "url": LINK},
                    {"name": "b", "media_type": "image", "url": LINK},
                    {"name": "a", "media_type": "image", "url": LINK},
                ],
            }
        },
    ),
    (
        Text("a"),
        NEW,
        {"dimension": 128, "uncertainty": True, "auto_truncate": True},
        "",
        {
            "multi_input": {"input_text": "a"},
            "embedding_dimension": 128,
            "embedding_uncertainty": True,
            "auto_truncate": True,
        },
    ),
    (Image(LINK), NEW, {"auto_truncate": True}, "", {"multi_input": whole("image")}),  # no text
    (
        Audio(LINK, start=1, segmentation=Dynamic(4)),
        NEW,
        {"dimension": 128},
        "/tasks",
        {
            "audio": {
                **BY_LINK,
                "start_sec": 1,
                "segmentation": {
                    "temporal": {"strategy": "dynamic", "dynamic": {"min_duration_sec": 4}}
                },
            },
            "embedding_dimension": 128,
        },
    ),
    (
        Video(LINK, scopes="local", **FUSED),
        NEW,
        {},
        "/tasks",
        {
            "video": {
                **BY_LINK,
                "embedding_scope": ["local"],
                "embedding_type": ["fused_embedding"],
                "time_based_metadata": [{"start": 1, "end": 2, "text": "a goal"}],
            }
        },
    ),
    (
        Document(LINK, segmentation=Spatial("quadrants")),
        NEW,
        {},
        "/tasks",
        {"document": {**BY_LINK, "segmentation": {"spatial": {"strategy": "quadrants"}}}},
    ),
    (
        Video(LINK),
        "marengo9",
        {"dimension": 128},
        "",
        {"video": BY_LINK, "embedding_dimension": 128},
    ),
]


@both_clients
@pytest.mark.parametrize(("input", "model", "settings", "path", "body"), SENT)
async def test_what_is_sent(
    kind: ClientKind,
    input: Input,
    model: str,
    settings: dict[str, Any],
    path: str,
    body: dict[str, Any],
    tmp_path: Any,
) -> None:
    responses = [CREATED, READY] if path else [OK]
    async with kind.connected(*responses, resume_dir=tmp_path) as (client, server):
        found = await client.embed(input, model=model, **settings)
    request = server.requests[0]
    assert request.path == f"/v1.3/embed-v2{path}"
    expected = {"model_name": model, "input_type": next(iter(body)), **body}
    assert _without_defaults(request.json) == expected
    assert found.input_type == input.input_type
    assert found.route is not None
    is_inside = isinstance(input, (Text, MultiInput))
    assert found.route.name == ("task" if path else "inline" if is_inside else "url")


def _without_defaults(body: dict[str, Any]) -> dict[str, Any]:
    """Without `start_sec: 0`, which the generated client writes into tasks."""
    kind = body["input_type"]
    section = {
        name: value for name, value in body[kind].items() if (name, value) != ("start_sec", 0)
    }
    return {**body, kind: section}
