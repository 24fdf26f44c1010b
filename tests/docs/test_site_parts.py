"""What the site makes of a page, and of methods that are made from flows; nothing is built."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import griffe
import pytest

from scripts.docs_site import hooks
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
    assert [record.getMessage() for record in caplog.records] == [
        "search.md: there is no nothing.md"
    ]


def test_help_is_inserted_into_the_page_of_the_command_line_alone() -> None:
    mark = "<!-- help: compact -->\n"
    assert on_site(mark) == mark
    shown = on_site(mark, "docs/cli.md")
    assert shown.startswith("```text\nUsage: ")
    assert "twelvelabs-embed compact" in shown


def test_pages_outside_the_folder_are_added_where_they_lie() -> None:
    added: list[Any] = []
    config: Any = SimpleNamespace(
        site_dir="site", use_directory_urls=False, plugins=SimpleNamespace(_current_plugin="hooks")
    )
    hooks.on_files(cast(Any, added), config)
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
