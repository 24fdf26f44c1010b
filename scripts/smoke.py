"""Try an installed wheel: `smoke.py EXTRA`, or `smoke.py nothing` for no extra.

It runs in an environment that has the wheel with that extra and nothing else, in a folder with
film.mkv and beach.jpg, and with an emulator to talk to.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import twelvelabs_embed
from twelvelabs_embed import Embeddings, Image, TwelveLabs, Video
from twelvelabs_embed.checks import check
from twelvelabs_embed.probing import probe


def main() -> None:
    extra = sys.argv[1]
    if "site-packages" not in twelvelabs_embed.__file__:
        raise SystemExit(f"This is not the wheel: {twelvelabs_embed.__file__}")
    everybody()
    globals()[extra]()


def everybody() -> None:
    """Every public name can be imported, and a call works."""
    for name in twelvelabs_embed.__all__:
        getattr(twelvelabs_embed, name)
    assert dog().vector.shape == (512,)


def nothing() -> None:
    """What needs an extra says which."""
    shown = command("--help")
    assert shown.returncode == 4, shown
    assert "twelvelabs-embed[cli]" in shown.stderr, shown

    with TwelveLabs() as client:
        refused("arrow", lambda: dog().to_arrow())
        refused("pandas", lambda: dog().to_pandas())
        refused("bulk", lambda: client.bulk.run("beach.jpg", "vectors"))
        refused("emulator", start_emulator)
    # What size and first bytes tell is checked all the same, and what is not checked is told.
    facts = probe(Video("film.mkv").media)
    assert facts.duration_sec is None
    assert "twelvelabs-embed[media]" in " ".join(facts.notes), facts
    Path("fake.mp4").write_text("a list of films")
    assert check(Video("fake.mp4"))


def media() -> None:
    duration_sec = probe(Video("film.mkv").media).duration_sec
    assert duration_sec is not None
    assert 5.5 < duration_sec < 6.5, duration_sec


def arrow() -> None:
    table = dog().to_arrow()
    assert Embeddings.from_arrow(table) == dog()
    dog().to_parquet("dog.parquet")


def pandas() -> None:
    assert len(dog().to_pandas()) == 1


def fast() -> None:
    import pybase64

    assert pybase64.b64encode(b"a dog")
    with TwelveLabs() as client:
        assert client.embed(Image("beach.jpg")).vector.shape == (512,)


def cli() -> None:
    shown = command("--help")
    assert shown.returncode == 0, shown
    assert "emulator" in shown.stdout, shown
    assert command("text", "a dog", "--json").returncode == 0


def emulator() -> None:
    start_emulator()


def bulk() -> None:
    with TwelveLabs() as client:
        assert client.bulk.run("beach.jpg", f"vectors-{sys.argv[1]}").done == 1


def lancedb() -> None:
    with TwelveLabs() as client:
        client.bulk.run("beach.jpg", "in-lance", sink="lancedb:lance#pictures")


def qdrant() -> None:
    with TwelveLabs() as client:
        client.bulk.run("beach.jpg", "in-qdrant", sink="qdrant:points#pictures")


def pgvector() -> None:
    """There is no server here, and the error says so."""
    from twelvelabs_embed.bulk.sinks import SinkError, open_sink

    with suppress(SinkError):
        open_sink("postgresql://nobody@127.0.0.1:1/nothing#vectors")
        raise AssertionError("a server that is not there was reached")


def daft() -> None:
    import daft
    from twelvelabs_embed.daft import embed

    frame = embed(daft.from_pydict({"text": ["a dog"]}), "text", type="text")
    assert frame.collect().to_pydict()["error"] == [None]


def langchain() -> None:
    from twelvelabs_embed.adapters.langchain import TwelveLabsEmbeddings

    assert len(TwelveLabsEmbeddings().embed_query("a dog")) == 512


def chroma() -> None:
    from twelvelabs_embed.adapters.chroma import TwelveLabsFunction

    assert len(TwelveLabsFunction()(["a dog"])[0]) == 512


def all() -> None:
    """Chroma is left out of this extra."""
    for one in (media, arrow, pandas, fast, cli, emulator, bulk, lancedb, qdrant, pgvector, daft):
        one()
    langchain()


def dog() -> Embeddings:
    with TwelveLabs() as client:
        return client.embed("a dog")


def start_emulator() -> None:
    from twelvelabs_embed_emulator import Emulator

    with Emulator() as running, TwelveLabs(base_url=running.base_url) as client:
        assert client.embed("a dog") == dog()


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("twelvelabs-embed")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def refused(extra: str, work: Callable[[], Any]) -> None:
    try:
        work()
    except ImportError as error:
        said = str(error)
    else:
        said = "nothing, since it works"
    assert f"twelvelabs-embed[{extra}]" in said, said


if __name__ == "__main__":
    main()
