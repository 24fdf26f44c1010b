"""What the site makes of a page, and of methods that are made from flows; nothing is built."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import griffe
import pytest

from scripts.docs_site import cli_help, hooks
from scripts.docs_site.methods import FlowMethods

ROOT = Path(__file__).resolve().parents[2]


def on_site(markdown: str, page: str = "docs/how-to/search.md") -> str:
    """What becomes of the text of a page."""
    name = page.removeprefix("docs/") if page.startswith("docs/") else hooks.ELSEWHERE[page]
    file = SimpleNamespace(src_uri=name, abs_src_path=str(ROOT / page))
    made: Any = SimpleNamespace(file=file)
    nothing = cast(Any, None)
    return hooks.on_page_markdown(markdown, page=made, config=nothing, files=nothing)


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        ("docs/how-to/search.md", "[G](../guide.md#a)", "[G](../guide.md#a)"),
        ("docs/how-to/search.md", "[R](../../README.md#install)", "[R](../readme.md#install)"),
        ("README.md", "[G](docs/guide.md)", "[G](guide.md)"),
        ("README.md", "[C](CONTRIBUTING.md)", "[C](contributing.md)"),
        ("README.md", "[code](conftest.py)", "code"),
        ("README.md", "[top](#install)", "[top](#install)"),
        ("README.md", "[web](https://example.com/a.md)", "[web](https://example.com/a.md)"),
        ("README.md", "```py\na[b](guide.md)\n```", "```py\na[b](guide.md)\n```"),
    ],
)
def test_links_of_the_repository_lead_to_pages_of_the_site(
    page: str, link: str, expected: str
) -> None:
    assert on_site(f"{link}\n", page) == f"{expected}\n"


def test_a_link_to_nothing_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "mkdocs.hooks"):
        on_site("[gone](nothing.md)")
        on_site("[here](search.md)")
    # By this name, mkdocs counts the warning: `--strict` makes an error of it.
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("mkdocs.hooks", "search.md: there is no nothing.md")
    ]


def test_help_is_inserted_into_the_page_of_the_command_line_alone() -> None:
    page = "before\n<!-- help: compact -->\nafter\n<!-- help: twelvelabs-embed -->\n"
    assert on_site(page) == page
    before, one, between, whole, _ = re.split(r"```(?:text\n)?", on_site(page, "docs/cli.md"))
    assert (before, between) == ("before\n", "\nafter\n")
    assert one.startswith("Usage: twelvelabs-embed compact ")
    assert whole.startswith("Usage: twelvelabs-embed [OPTIONS] COMMAND [ARGS]...\n")


def test_help_is_the_same_in_each_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []

    def run(command: list[str], **settings: Any) -> SimpleNamespace:
        ran.append((command, settings))
        return SimpleNamespace(stdout="\nUsage  \n\n  more \n\n")

    terminal = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERMINAL_WIDTH", "COLUMNS")
    monkeypatch.setattr(os, "environ", {"HOME": "h", **dict.fromkeys(terminal, "1")})
    monkeypatch.setattr(subprocess, "run", run)
    assert cli_help.help_text("tasks list") == "Usage\n\n  more"
    command = [sys.executable, "-m", "twelvelabs_embed", "tasks", "list", "--help"]
    environment = {"HOME": "h", "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    settings = {"env": environment, "check": True, "capture_output": True, "encoding": "utf-8"}
    assert ran == [(command, settings)]


def test_pages_outside_the_folder_are_added_where_they_lie() -> None:
    added: list[Any] = []
    config: Any = SimpleNamespace(
        site_dir="site", use_directory_urls=False, plugins=SimpleNamespace(_current_plugin="hooks")
    )
    assert hooks.on_files(cast(Any, added), config) is cast(Any, added)
    assert {file.src_uri: file.abs_src_path for file in added} == {
        name: str(ROOT / path) for path, name in hooks.ELSEWHERE.items()
    }
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path, name in hooks.ELSEWHERE.items():
        assert (ROOT / path).is_file()
        assert f" {name}\n" in listed


def test_methods_of_flows_have_their_signatures() -> None:
    package = griffe.load(
        "twelvelabs_embed",
        search_paths=[ROOT / "wrapper"],
        allow_inspection=False,
        extensions=griffe.load_extensions(FlowMethods),
    )
    blocking, awaited = (package[f"embed.{name}.resume"] for name in ("Embed", "AsyncEmbed"))
    for method in (blocking, awaited):
        assert isinstance(method, griffe.Function)
        assert [one.name for one in method.parameters][:2] == ["self", "task_id"]
        assert method.parameters["task_id"].annotation == "str"
        assert method.docstring is not None
        assert method.docstring.value
        assert method.docstring.parent is method
    assert ("async" in blocking.labels, "async" in awaited.labels) == (False, True)
    create = package["api.v2.V2Client.create"]  # which does not stand in the source
    assert isinstance(create, griffe.Function)
    assert create.parameters["model_name"].kind is griffe.ParameterKind.keyword_only


SOURCE = """
import functools

def sync_method(flow):
    return flow

class Flows:
    def resume(self, task_id: str, /, *more: int, wait: bool = True, **options) -> bytes:
        \'\'\'Resume it.

        Args:
            unknown: it has none.
        \'\'\'

    async def wait(self): pass

    def _inner(self): pass

    def __call__(self): pass

class Made:
    def own(self): pass

    resume = sync_method(Flows.resume)
    wait = async_method = sync_method(Flows.wait)
    _inner = sync_method(Flows._inner)
    other = functools.partial(Flows._inner)
    named = Flows.resume

Made.__call__, Made.added = Flows.__call__, Flows._inner
"""


def test_made_methods_are_as_those_that_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made_for_docs").mkdir()
    (tmp_path / "made_for_docs" / "__init__.py").write_text("from .deep import Made\n")
    (tmp_path / "made_for_docs" / "deep.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    package = griffe.load(
        "made_for_docs",
        search_paths=[tmp_path],
        allow_inspection=False,
        extensions=griffe.load_extensions(FlowMethods),
    )
    made = package["deep.Made"]
    functions = {name: one for name, one in made.members.items() if one.is_function}
    assert functions.keys() == {"own", "resume", "wait", "async_method", "__call__", "added"}
    labels = {name: one.labels for name, one in functions.items() if one.labels}
    assert labels == {"wait": {"async"}, "async_method": {"async"}}
    resume = functions["resume"]
    assert isinstance(resume, griffe.Function)
    kind = griffe.ParameterKind
    assert [(one.name, one.annotation, one.default, one.kind) for one in resume.parameters] == [
        ("self", None, None, kind.positional_only),
        ("task_id", "<class 'str'>", None, kind.positional_only),
        ("more", "<class 'int'>", None, kind.var_positional),
        ("wait", "<class 'bool'>", "True", kind.keyword_only),
        ("options", None, None, kind.var_keyword),
    ]
    line = SOURCE.splitlines().index("    resume = sync_method(Flows.resume)") + 1
    assert (resume.returns, resume.lineno, resume.endlineno) == ("<class 'bytes'>", line, line)
    assert functions["own"].docstring is None
    docstring = resume.docstring
    assert docstring is not None
    assert (docstring.value.splitlines()[0], docstring.parser) == ("Resume it.", "google")
    assert (docstring.parser_options, docstring.parent) == ({"warnings": False}, resume)
    added = functions["added"]
    assert isinstance(added, griffe.Function)
    assert (added.lineno, added.returns, added.parameters["self"].annotation) == (
        made.lineno,
        None,
        None,
    )
