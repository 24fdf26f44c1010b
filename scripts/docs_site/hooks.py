"""Hooks of mkdocs: pages from outside docs/, links of the repository, help of the command line."""

import logging
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from scripts.docs_site.cli_help import insert_help

ROOT = Path(__file__).resolve().parents[2]
# Pages outside docs/, at their usual places in a repository.
ELSEWHERE = {
    "README.md": "readme.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "emulator/twelvelabs_embed_emulator/PARITY.md": "parity.md",
}
LINK = re.compile(r"\[(?P<text>[^\]\n]*)\]\((?P<target>[^)\s]+)\)")

_log = logging.getLogger("mkdocs.hooks")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for path, name in ELSEWHERE.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Insert the help of the command line, and make links of the repository links of the site."""
    if page.file.src_uri == "cli.md":
        markdown = insert_help(markdown)
    source = Path(page.file.abs_src_path or "")

    def rewritten(link: re.Match[str]) -> str:
        parts = urlsplit(link["target"])
        if parts.scheme or not parts.path:
            return link[0]
        path = Path(os.path.normpath(source.parent / parts.path))
        if not path.exists():
            _log.warning("%s: there is no %s", source.name, link["target"])
        name = page_of(path)
        if name is None:
            return link["text"]
        target = os.path.relpath(name, Path(page.file.src_uri).parent).replace(os.sep, "/")
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return f"[{link['text']}]({target}{fragment})"

    # Not inside code, where brackets and parentheses mean something else.
    blocks = re.split(r"(^```.*?^```$)", markdown, flags=re.DOTALL | re.MULTILINE)
    return "".join(
        block if block.startswith("```") else LINK.sub(rewritten, block) for block in blocks
    )


def page_of(path: Path) -> str | None:
    """Return the name of a file of the repository on the site, if it is there."""
    if path.is_relative_to(ROOT / "docs"):
        return path.relative_to(ROOT / "docs").as_posix()
    return ELSEWHERE.get(path.relative_to(ROOT).as_posix())
