"""docs/cli.md and the help of the command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
import typer.main
from twelvelabs_embed import RetryPolicy, TwelveLabs, Video, WaitTimeoutError
from twelvelabs_embed.api import upload_asset
from twelvelabs_embed.cli.app import app
from twelvelabs_embed.cli.errors import STATUS_HELP, Status
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import MediaSettings, RouteWord
from twelvelabs_embed.client import BASE_URL_VARIABLE, DEFAULT_TIMEOUT_SEC, KEY_VARIABLES
from twelvelabs_embed.embed import DEFAULT_WAIT_SEC
from twelvelabs_embed.validation.routing import RouteName

from scripts.docs_site import cli_help
from tests.cli.runner import Ran, Run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
EXAMPLES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if "twelvelabs-embed" in line and not re.search("emulator --port|--install|pip", line)
]


def commands(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """The program itself, as no word, and its commands: `tasks list`."""
    if not path:
        yield ()
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


COMMANDS = list(commands(typer.main.get_group(app)))


def test_the_page_has_a_place_for_the_help_of_each_command() -> None:
    names = [" ".join(words) or "twelvelabs-embed" for words in COMMANDS]
    assert sorted(re.findall(r"^<!-- help: (.*) -->$", PAGE, re.MULTILINE)) == sorted(names)


def command_of(path: tuple[str, ...]) -> Any:
    command: Any = typer.main.get_group(app)
    for name in path:
        command = command.commands[name]
    return command


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_lines_of_a_help_text_fit_into_80_columns(path: tuple[str, ...]) -> None:
    _, *lines = (command_of(path).help or "").splitlines()  # the first one is wrapped where it ends
    assert [line for line in lines if len(line) > 78] == []


def test_the_site_inserts_the_help(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = "\n".join(line.rstrip() for line in cli("tasks", "list", "--help").out.splitlines())
    page = cli_help.insert_help("a\n<!-- help: tasks list -->\nb\n")
    assert page == f"a\n```text\n{shown.strip()}\n```\nb\n"


@pytest.mark.parametrize("path", [*filter(None, COMMANDS)], ids=" ".join)
def test_the_help_of_a_group_says_what_each_command_does(path: tuple[str, ...], cli: Run) -> None:
    *group, name = path
    words = [name, *command_of(path).help.split()[:3]]
    assert re.search(rf"│ {' +'.join(map(re.escape, words))}", cli(*group, "--help").out)


def test_each_command_has_our_help() -> None:
    """Not typer's, which is worded and arranged differently in every other version."""

    def check(group: Any) -> None:
        assert isinstance(group, Group)
        for one in group.commands.values():
            if hasattr(one, "commands"):
                check(one)
            else:
                assert isinstance(one, Command), one.name

    check(typer.main.get_group(app))


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_help_fits_the_terminal(
    cli: Run, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in ((), ("run",), ("assets", "metadata")):
        ran = cli(*words, "--help")
        assert ran.status == 0
        assert max(map(len, ran.out.splitlines())) <= min(columns, 80)


@pytest.fixture
def example(
    cli: Run,
    media: Path,
    tmp_path: Path,
    begin_upload: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs an example where it can: among media, with a task, an asset and half an upload."""
    for name in ("film.mkv", "beach.jpg", "talk.wav", "paper.pdf", "notes.md"):
        (tmp_path / name).symlink_to(media / name)
    monkeypatch.chdir(tmp_path)

    def run(*words: str, stdin: bytes | None = None) -> Ran:
        reads = words[0] in ("search", "report", "compact") or "--from" in words
        if reads and not (tmp_path / "vectors").exists():
            assert cli("run", "beach.jpg", "film.mkv", "--out", "vectors").status == 0
        if "--emulator" in words:
            monkeypatch.delenv("TWELVELABS_API_KEY")
        if words[:2] == ("uploads", "resume"):
            begin_upload("film.mkv")
        if words[0] == "tasks":
            words = tuple(_task_id() if word == "ID" else word for word in words)
        elif "ID" in " ".join(words):
            is_film = words[0] == "video" or "transcription" in words
            name = "film.mkv" if is_film else "beach.jpg"
            asset_id = cli("assets", "upload", name).out.strip()
            words = tuple(re.sub(r"\bID$", asset_id, word) for word in words)
        return cli(*words, stdin=stdin)

    return run


def _task_id() -> str:
    """A new task."""
    ids: list[str | None] = []
    with TwelveLabs() as client, suppress(WaitTimeoutError):  # unless it is ready at once
        progress = lambda event: ids.append(event.id)  # noqa: E731
        client.embed(Video("film.mkv"), route="task", wait_sec=0, progress=progress)
    return ids[0] or ""


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_examples_of_the_page_run(example: Run, line: str) -> None:
    said, _, command = line.rpartition(" | ")
    stdin = shlex.split(said)[1].encode() + b"\n" if said else None
    ran = example(*shlex.split(command)[1:], stdin=stdin)
    assert ran.status == 0, ran.err


def test_the_examples_of_the_help_run(cli: Run, example: Run) -> None:
    for command in COMMANDS:
        [words] = re.findall(r"Example: twelvelabs-embed (.*)", cli(*command, "--help").out)
        if not words.startswith("emulator"):
            ran = example(*shlex.split(words))
            assert ran.status == 0, (words, ran.err)


def test_the_error_that_the_page_shows_is_what_is_shown(cli: Run) -> None:
    command, shown = re.findall(r"```text\n\$ twelvelabs-embed (.*?)\n(.*?)```", PAGE, re.DOTALL)[0]
    assert cli(*shlex.split(command)).err == shown


def test_every_exit_status_is_documented() -> None:
    table = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    helped = {int(status) for status in re.findall(r"^ *(\d+)  ", STATUS_HELP, re.MULTILINE)}
    assert table == helped == {0, 2, 5, 130, *Status}


def test_defaults_and_names_are_those_of_the_client(cli: Run) -> None:
    shown = cli("--help").out + cli("text", "--help").out
    defaults = {one.name: one.default for one in attrs.fields(MediaSettings)}
    assert defaults["timeout_sec"] == DEFAULT_TIMEOUT_SEC
    assert defaults["max_retries"] == RetryPolicy().attempts - 1
    assert defaults["wait_sec"] == DEFAULT_WAIT_SEC
    assert [*RouteWord] == [*get_args(RouteName)]
    for name in (*KEY_VARIABLES, BASE_URL_VARIABLE):
        assert name in shown


@pytest.mark.parametrize(
    ("words", "wait_sec"),
    [
        ("tasks wait", DEFAULT_WAIT_SEC),
        ("assets upload", upload_asset.DEFAULT_TIMEOUT_SEC),
        ("uploads resume", upload_asset.DEFAULT_TIMEOUT_SEC),
    ],
)
def test_commands_wait_as_long_as_the_client(words: str, wait_sec: float) -> None:
    command: Any = typer.main.get_group(app)
    for word in words.split():
        command = command.commands[word]
    defaults = {one.name: one.default for one in command.params}
    assert defaults["wait_sec"] == wait_sec
