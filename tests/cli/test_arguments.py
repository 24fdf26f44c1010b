"""What is typed reaches the library: every option of the commands that have many, and defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Asset, AssetsClient, Embeddings, Fixed, Media, Text, TextImage
from twelvelabs_embed.bulk import Bulk, Dataset
from twelvelabs_embed.embed import Embed
from twelvelabs_embed.report import ReportFacts
from twelvelabs_embed.search import DatasetInfo

from tests.cli.runner import Run
from tests.cli.test_run_summary import DRY, RUN
from tests.scripted_server import Response, scripted_server

CALLS = list[tuple[Any, ...]]
OF_EMBED = {
    "model": "marengo3.0",
    "dimension": None,
    "uncertainty": False,
    "auto_truncate": False,
    "check": True,
    "route": None,
    "keep_asset": False,
    "wait_sec": 7200,
}
OF_DRY_RUN = {
    **OF_EMBED,
    **{"start": None, "end": None, "segmentation": None, "options": None, "scopes": None},
    **{"changed": "embed", "shard": None, "limit": None},
}
OF_RUN = {
    **OF_DRY_RUN,
    **{"retry_errors": False, "prune": False, "max_prune_share": 0.5, "concurrency": 16},
    **{"rpm": None, "tpm": None, "minutes_per_hour": None, "sink": None},
    **{"flush_rows": 4096, "flush_sec": 30},
}
GIVEN = {
    "--model m --dimension 128 --uncertainty --auto-truncate --no-check": {
        **{"model": "m", "dimension": 128, "uncertainty": True, "auto_truncate": True},
        "check": False,
    },
    "--route task --keep-asset --wait-sec 0": {"route": "task", "keep_asset": True, "wait_sec": 0},
    "--start-sec 1.5 --end-sec 9 --fixed-sec 4": {
        **{"start": 1.5, "end": 9, "segmentation": Fixed(4)},
    },
    "--option visual --option audio --scope clip": {
        **{"options": ["visual", "audio"], "scopes": ["clip"]},
    },
    "--changed keep --shard 2/3 --limit 7": {"changed": "keep", "shard": "2/3", "limit": 7},
    "--prune --max-prune-share 0": {"prune": True, "max_prune_share": 0.0},
    "--prune --max-prune-share 1": {"prune": True, "max_prune_share": 1.0},
    "--retry-errors --prune --max-prune-share 0.25": {
        **{"retry_errors": True, "prune": True, "max_prune_share": 0.25},
    },
    "--concurrency 3 --rpm 600 --tpm 5000 --minutes-per-hour 90": {
        **{"concurrency": 3, "rpm": 600, "tpm": 5000, "minutes_per_hour": 90},
    },
    "--sink qdrant:http://a#b --flush-rows 9 --flush-sec 0.5": {
        **{"sink": "qdrant:http://a#b", "flush_rows": 9, "flush_sec": 0.5},
    },
}


@pytest.fixture
def runs(cli: Run, monkeypatch: pytest.MonkeyPatch) -> CALLS:
    """The calls of `client.bulk.run` and of `dry_run`."""
    calls: CALLS = []

    def run(bulk: Bulk, source: Any, out: Any, *, progress: Any, stop: Any, **given: Any) -> Any:
        assert (callable(progress), stop()) == (True, False)
        calls.append(("run", source, out, given))
        return RUN

    def dry_run(source: Any, out: Any, **given: Any) -> Any:
        calls.append(("dry run", source, out, given))
        return DRY

    monkeypatch.setattr(Bulk, "run", run)
    monkeypatch.setattr("twelvelabs_embed.bulk.dry_run", dry_run)
    return calls


@pytest.mark.parametrize("words", ["", *GIVEN])
def test_every_option_of_a_run_reaches_it(cli: Run, runs: CALLS, words: str) -> None:
    ran = cli("run", "a", "b.csv", "--out", "~/out", *words.split())
    assert ran.status == 0, ran.err
    out = str(Path("~/out").expanduser())
    assert runs == [("run", ["a", "b.csv"], out, {**OF_RUN, **GIVEN.get(words, {})})]


@pytest.mark.parametrize("words", ["", *list(GIVEN)[:5]])
def test_a_dry_run_is_of_the_same(cli: Run, runs: CALLS, words: str) -> None:
    ran = cli("run", "a", "--out", "out", "--dry-run", "--concurrency", "3", *words.split())
    assert ran.status == 0, ran.err
    assert runs == [("dry run", ["a"], "out", {**OF_DRY_RUN, **GIVEN.get(words, {})})]


def test_a_dataset_is_embedded_anew_after_what_it_needs_was_shown(cli: Run, runs: CALLS) -> None:
    words = ("run", "--from", "old", "--out", "new")
    assert cli(*words).status == 2  # without a terminal, somebody has to say --yes
    assert cli(*words, "--yes").status == 0
    assert runs == [
        ("dry run", Dataset("old"), "new", OF_DRY_RUN),
        ("run", Dataset("old"), "new", OF_RUN),
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("a --from b", "--from"),
        ("", "SOURCE"),
        ("a --price-per-minute 1", "--price-per-minute"),
        ("a --max-prune-share 1.1", "0 to 1"),
        ("a --max-prune-share -0.1", "0 to 1"),
        ("a --fixed-sec 2 --dynamic-min-sec 2", "--dynamic-min-sec"),
        ("a --emulator --base-url http://a", "--emulator"),
    ],
)
def test_what_does_not_go_together_is_rejected(
    cli: Run, runs: CALLS, words: str, named: str
) -> None:
    ran = cli("run", *words.split(), "--out", "out")
    assert (ran.status, runs) == (2, [])
    assert named in ran.err


@pytest.fixture
def embedded(cli: Run, monkeypatch: pytest.MonkeyPatch) -> CALLS:
    """The calls of `client.embed`, which end the command."""
    calls: CALLS = []

    def embed(embed: Embed, input: Any, *, progress: Any, **given: Any) -> Embeddings:
        calls.append((input, given))
        raise KeyboardInterrupt

    monkeypatch.setattr(Embed, "__call__", embed)
    return calls


@pytest.mark.parametrize("words", ["", *list(GIVEN)[:2]])
def test_settings_of_one_input_reach_the_client(cli: Run, embedded: CALLS, words: str) -> None:
    cli("text-image", "a dog", "beach.jpg", "--no-check", *words.split())
    given = {**OF_EMBED, **GIVEN.get(words, {}), "check": False}
    assert embedded == [(TextImage("a dog", "beach.jpg"), given)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (b"a dog", "a dog"),
        (b"a dog\n", "a dog"),
        (b"a dog\r\n", "a dog"),
        (b"a\n\n", "a\n"),
        (b"\xef\xbb\xbfa dog", "a dog"),
        (b"-\n", "-"),
    ],
)
def test_a_text_from_standard_input_loses_one_line_end(
    cli: Run, embedded: CALLS, typed: bytes, text: str
) -> None:
    cli("text", "-", stdin=typed)
    cli("text-image", "-", "beach.jpg", stdin=typed)
    assert [input for input, _ in embedded] == [Text(text), TextImage(text, "beach.jpg")]


CRITERIA = {
    "--top 3 --option visual --scope clip --scope asset": {
        **{"top": 3, "option": ["visual"], "scope": ["clip", "asset"]},
    },
    "--type video --id-prefix a --start-sec 0 --end-sec 9": {
        **{"input_type": ["video"], "id_prefix": ["a"], "start_sec": 0, "end_sec": 9},
    },
    "--fusion weighted --weight visual=2 --weight audio=0.5": {
        **{"fusion": "weighted", "weights": {"visual": 2, "audio": 0.5}},
    },
    "--merge-gap-sec 0 --max-per-item 1": {"merge_gap_sec": 0, "max_per_item": 1},
}


@pytest.mark.parametrize("words", ["", *CRITERIA])
@pytest.mark.parametrize("also", [[], ["--also", "b", "--also", "c"]])
def test_every_option_of_a_search_reaches_it(
    cli: Run, words: str, also: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: CALLS = []

    class Opened:
        info = DatasetInfo(rows=1, dimensions=2, model="m", input_types=(), options=(), scopes=())

        def __init__(self, where: Any, *, on_progress: Any) -> None:
            calls.append((where, callable(on_progress)))

        def __enter__(self) -> Opened:
            return self

        def __exit__(self, *_: object) -> None: ...

        def search(self, query: Any, *, client: Any, **given: Any) -> list[Any]:
            calls.append((query, client.base_url, given))
            return []

    monkeypatch.setattr("twelvelabs_embed.search.Index", Opened)
    ran = cli("search", "a", "a dog", *also, *words.split(), "--base-url", "http://h")
    assert (ran.status, ran.out) == (0, "No segment in a matches these filters\n")
    where = [Path("a"), Path("b"), Path("c")] if also else Path("a")
    given = {"top": 10, **CRITERIA.get(words, {})}
    assert calls == [(where, True), (Text("a dog"), "http://h", given)]


PAGE = {
    **{"queries": (), "media": None, "title": None, "max_segments": 10_000, "min_score": 0.95},
}


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("", {}),
        ("--query b --query c", {"queries": ["b", "c"]}),
        ("--title T --media .", {"title": "T", "media": Path()}),
        ("--max-segments 50000 --min-score 1", {"max_segments": 50_000, "min_score": 1}),
    ],
)
@pytest.mark.parametrize("out", [[], ["-o", "page.html"]])
def test_every_option_of_a_report_reaches_it(
    cli: Run, words: str, given: dict[str, Any], out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: CALLS = []

    def write_report(folder: Any, path: Path, *, client: Any, **given: Any) -> ReportFacts:
        calls.append((folder, path, given))
        assert (client is not None) == ("--query" in words)
        counts = {"items": 1, "segments": 2, "all_items": 1, "all_segments": 1_002}
        counts |= {"pairs": 3, "failures": 1, "thumbnails": 0}
        return ReportFacts(path=path, size_bytes=2048, **counts, notes=["a note"])

    monkeypatch.setattr("twelvelabs_embed.report.write_report", write_report)
    ran = cli("report", "a", "b", *out, *words.split())
    path = Path(out[1] if out else "report.html")
    assert calls == [([Path("a"), Path("b")], path, {**PAGE, **given})]
    counts = "1 item, 2 of 1,002 segments, 3 pairs of near duplicates, 1 failure"
    assert (ran.out, ran.err) == (f"Wrote {path} (2.0 KB): {counts}\n", "Note: a note\n")


READY = {"_id": "a1", "status": "ready", "file_type": "image/jpeg"}


def test_options_of_assets_and_tasks_reach_the_client(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: CALLS = []

    def noted(name: str) -> Any:
        def call(resource: object, *args: Any, progress: Any = None, **given: Any) -> Asset:
            given.pop("callback", None)
            calls.append((name, args, given))
            if name == "resume":
                raise KeyboardInterrupt
            return Asset.from_dict(READY)

        return call

    for name in ("upload", "wait_until_ready"):
        monkeypatch.setattr(AssetsClient, name, noted(name))
    monkeypatch.setattr(Embed, "resume", noted("resume"))
    assert cli("assets", "upload", "beach.jpg").out == "a1\n"
    assert cli("assets", "upload", "beach.jpg", "--filename", "b", "--wait-sec", "9").out == "a1\n"
    cli("tasks", "wait", "t1")
    cli("tasks", "wait", "t1", "--model", "m", "--keep-asset", "--wait-sec", "9")
    ready = {"label": "beach.jpg"}
    assert calls == [
        ("upload", (Media.file("beach.jpg"),), {"filename": None, "timeout": 0}),
        ("wait_until_ready", ("a1",), {**ready, "timeout": 1800}),
        ("upload", (Media.file("beach.jpg"),), {"filename": "b", "timeout": 0}),
        ("wait_until_ready", ("a1",), {**ready, "timeout": 9}),
        ("resume", ("t1",), {"model": None, "keep_asset": False, "wait_sec": 7200}),
        ("resume", ("t1",), {"model": "m", "keep_asset": True, "wait_sec": 9}),
    ]


def test_options_of_lists_are_asked_of_the_service(cli: Run) -> None:
    empty = Response(body={"data": [], "page_info": {"page": 1, "total_page": 1}})
    with scripted_server(empty) as server:
        address = ("--base-url", server.base_url)
        for words in (
            "assets list",
            "assets list --type image --type document --name b --limit 51",
            "tasks list --limit 50",
            "tasks list --status failed --since 2026-11-30T12:00Z --until 2026-12-01T12:00Z",
        ):
            assert cli(*words.split(), *address).status == 0
    assert [dict(httpx.URL(one.path).params.multi_items()) for one in server.requests] == [
        {"page": "1", "page_limit": "20"},
        {"page": "1", "page_limit": "50", "asset_types": "document", "filename": "b"},
        {"page": "1", "page_limit": "50"},
        {
            **{"page": "1", "page_limit": "20", "status": "failed"},
            **{"started_at": "2026-11-30T12:00:00.000Z", "ended_at": "2026-12-01T12:00:00.000Z"},
        },
    ]
    assert httpx.URL(server.requests[1].path).params.get_list("asset_types") == [
        "image",
        "document",
    ]
