"""Smoke test of an installed wheel: `smoke.py EXTRA`, or `smoke.py nothing` for no extra.

It runs in an environment with only the wheel and that extra, in a folder with video.mkv, beach.jpg
and sound.wav, against a running emulator.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import twelvelabs_embed
from twelvelabs_embed import AsyncTwelveLabs, Audio, Embeddings, Image, TextImage, TwelveLabs, Video
from twelvelabs_embed.validation.media_probe import inspect_media, probe
from twelvelabs_embed.validation.planning import PlanOptions, plan_request


def main() -> None:
    extra = sys.argv[1]
    if "site-packages" not in twelvelabs_embed.__file__:
        raise SystemExit(f"This is not the wheel: {twelvelabs_embed.__file__}")
    public_api()
    globals()[extra]()


def public_api() -> None:
    """Import every public name, and make a blocking and an async call."""
    for name in twelvelabs_embed.__all__:
        getattr(twelvelabs_embed, name)
    assert dog().vector.shape == (512,)
    assert asyncio.run(awaited_dog()) == dog()


def nothing() -> None:
    """Check that what needs an extra names it."""
    shown = command("--help")
    assert shown.returncode == 4, shown
    assert "The extra [cli] of twelvelabs-embed" in shown.stderr, shown

    with TwelveLabs() as client:
        needs_extra("arrow", lambda: dog().to_arrow())
        needs_extra("pandas", lambda: dog().to_pandas())
        needs_extra("bulk", lambda: client.bulk.run("beach.jpg", "vectors"))
        needs_extra("emulator", start_emulator)
    # Size and signature are validated anyway, and a note says what is not.
    facts = probe(Video("video.mkv").media)
    assert facts.duration_sec is None
    assert "The extra [media] of twelvelabs-embed" in " ".join(facts.notes), facts
    Path("fake.mp4").write_text("a list of videos")
    fake = Video("fake.mp4")
    assert plan_request(fake, inspect_media(fake), PlanOptions()).violations


def media() -> None:
    duration_sec = probe(Video("video.mkv").media).duration_sec
    assert duration_sec is not None
    assert 5.5 < duration_sec < 6.5, duration_sec
    picture = probe(Image("beach.jpg").media)
    assert (picture.width_px, picture.height_px) == (640, 480), picture


def arrow() -> None:
    table = dog().to_arrow()
    assert Embeddings.from_arrow(table) == dog()
    dog().to_parquet("dog.parquet")
    assert Embeddings.from_parquet("dog.parquet") == dog()


def pandas() -> None:
    frame = dog().to_pandas()
    assert list(frame["vector"][0]) == list(dog().vector), frame


def fast() -> None:
    import pybase64

    assert pybase64.b64encode(b"a dog") == b"YSBkb2c="
    # Directly, because the client silently falls back to another decoder.
    if sys.version_info < (3, 14):
        import simdjson

        numbers = simdjson.Parser().parse(b"[0.5, 2]").as_buffer(of_type="d")
        assert list(memoryview(numbers).cast("d")) == [0.5, 2.0]
    with TwelveLabs() as client:
        assert client.embed(Image("beach.jpg")).vector.shape == (512,)


def cli() -> None:
    shown = command("--help")
    assert shown.returncode == 0, shown
    assert "emulator" in shown.stdout, shown
    for arguments in (("text", "a dog"), ("video", "video.mkv"), ("check", "video.mkv")):
        shown = command(*arguments)
        assert shown.returncode == 0, shown
        assert "text" in shown.stdout or "video" in shown.stdout, shown
    assert command("text").returncode == 2  # a text is missing
    shown = command("text", "a dog", "--json")
    assert json.loads(shown.stdout), shown


def emulator() -> None:
    start_emulator()


def semantic() -> None:
    from twelvelabs_embed_emulator.embedding.semantic import SemanticTexts

    model = SemanticTexts()
    puppy, dog, tax = map(model.vector, ("a puppy", "a dog", "income tax"))
    assert puppy @ dog > puppy @ tax


def bulk() -> None:
    from twelvelabs_embed.report import write_report
    from twelvelabs_embed.search.exact import search

    with TwelveLabs() as client:
        assert client.bulk.run("beach.jpg", "vectors").done == 1
        assert search("vectors", Image("beach.jpg"), client=client)[0].score > 0.99
        assert write_report("vectors", "report.html").segments == 1


def stores() -> None:
    """List a store that does not exist, and get the error."""
    from twelvelabs_embed import Media
    from twelvelabs_embed.errors import TwelveLabsError

    os.environ.update(
        AWS_ENDPOINT_URL="http://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="none",
        AWS_SECRET_ACCESS_KEY="none",
    )
    with suppress(TwelveLabsError):
        Media.object("s3://bucket/key.jpg").open()
        raise AssertionError("a store that is not there was reached")


def lancedb() -> None:
    import lancedb
    from lancedb.pydantic import LanceModel, Vector
    from twelvelabs_embed.integrations.lancedb import TwelveLabsFunction
    from twelvelabs_embed.search.exact import search

    with TwelveLabs() as client:
        assert run_into("lancedb:lance#pictures", client) == 1
        assert search("lance", Image("beach.jpg"), client=client)[0].score > 0.99

    function: Any = TwelveLabsFunction.create()

    class Row(LanceModel):
        text: str = function.SourceField()
        vector: Vector(function.ndims()) = function.VectorField()  # type: ignore[valid-type]

    table = lancedb.connect("by-function").create_table("texts", schema=Row)
    table.add([{"text": "a dog"}, {"text": "a car"}])
    assert table.search("a car").limit(1).to_list()[0]["text"] == "a car"


def qdrant() -> None:
    with TwelveLabs() as client:
        assert run_into("qdrant:points#pictures", client) == 1


def pgvector() -> None:
    """Connect to a server that does not exist, and get the error."""
    from twelvelabs_embed.bulk.sinks import SinkError, open_sink

    with suppress(SinkError):
        open_sink("postgresql://user@127.0.0.1:1/nothing#vectors")
        raise AssertionError("a server that is not there was reached")


def daft() -> None:
    import daft
    from twelvelabs_embed.integrations.daft import embed

    frame = embed(daft.from_pydict({"text": ["a dog"]}), "text", type="text")
    assert frame.collect().to_pydict()["error"] == [None]


def langchain() -> None:
    from langchain_core.vectorstores import InMemoryVectorStore
    from twelvelabs_embed.integrations.langchain import TwelveLabsEmbeddings

    store = InMemoryVectorStore.from_texts(["a dog", "a car"], TwelveLabsEmbeddings())
    assert store.similarity_search("a car", k=1)[0].page_content == "a car"


def chroma() -> None:
    import chromadb
    from twelvelabs_embed.integrations.chroma import TwelveLabsFunction

    store = chromadb.PersistentClient("store", chromadb.Settings(anonymized_telemetry=False))
    texts = store.create_collection("texts", embedding_function=TwelveLabsFunction())
    texts.add(ids=["1", "2"], documents=["a dog", "a car"])
    opened = store.get_collection("texts")  # which creates the function again
    assert opened.query(query_texts=["a car"], n_results=1)["documents"] == [["a car"]]


def socks() -> None:
    """Ask for a proxy that does not exist, and get the error of connecting to it."""
    import os

    from twelvelabs_embed import NO_RETRY, ApiConnectionError

    os.environ["ALL_PROXY"], os.environ["NO_PROXY"] = "socks5h://127.0.0.1:1", ""
    with suppress(ApiConnectionError), TwelveLabs(retry=NO_RETRY) as client:
        client.embed("a dog")
        raise AssertionError("a proxy that is not there was reached")
    del os.environ["ALL_PROXY"], os.environ["NO_PROXY"]


def all() -> None:
    """Check all extras that `all` includes: not chroma."""
    for one in (media, arrow, pandas, fast, cli, emulator, bulk, lancedb, qdrant, pgvector, daft):
        one()
    langchain()
    socks()


def dog() -> Embeddings:
    with TwelveLabs() as client:
        return client.embed("a dog")


async def awaited_dog() -> Embeddings:
    async with AsyncTwelveLabs() as client:
        return await client.embed("a dog")


def start_emulator() -> None:
    """Compare an emulator of this environment with the running one, and upload a file."""
    from twelvelabs_embed_emulator import Emulator

    inputs = (
        "a dog",
        Image("beach.jpg"),
        TextImage("a dog", "beach.jpg"),
        Audio("sound.wav"),
        Video("video.mkv"),
    )
    with Emulator() as running, TwelveLabs(base_url=running.base_url) as client:
        for one in inputs:
            with TwelveLabs() as other:
                expected = other.embed(one)
            found = client.embed(one)
            assert found.segments == expected.segments, found.segments
            # Decoders round differently.
            assert abs(found.vectors - expected.vectors).max() < 1e-3, one
        assert client.assets.upload("video.mkv").status == "ready"


def run_into(sink: str, client: TwelveLabs) -> int:
    """Run into a sink, and return the number of items done."""
    return client.bulk.run("beach.jpg", sink.partition(":")[0], sink=sink).done


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("twelvelabs-embed")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def needs_extra(extra: str, work: Callable[[], Any]) -> None:
    try:
        work()
    except ImportError as error:
        message = str(error)
    else:
        message = "no error"
    assert f"The extra [{extra}] of twelvelabs-embed" in message, message


if __name__ == "__main__":
    main()
    if sys.argv[1] in {"daft", "lancedb", "all"}:
        # Their threads sometimes abort the process at exit, also without our code.
        os._exit(0)
