"""Sources of OpenAPI documents: files, folders of dated files, and revisions of our repository."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.api_watch.openapi_loader import Document, Json, LoadError

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "openapi/embed-v2.yaml"
HISTORY = "openapi/history"
DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


@dataclass(frozen=True)
class Source:
    """The text of a document, from a file or from a revision of our repository."""

    label: str
    text: str
    file: Path | None = None
    revision: str | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it is a contract of ours: our code uses its names."""
        if self.file:
            file = self.file.resolve()
            return file == ROOT / CONTRACT or file.parent == ROOT / HISTORY
        path = self.label.partition(":")[2]
        return path in ("", CONTRACT) or path.startswith(f"{HISTORY}/")

    @property
    def date(self) -> str:
        """The date in its label: `2026-05-22` of `vendor/2026-05-22.json`; or else nothing."""
        found = DATE.search(self.label.rpartition("/")[2])
        return found[0] if found else ""

    def document(self) -> Document:
        try:
            # Not all JSON is valid YAML, and the YAML parser is slow.
            parsed = (
                json.loads(self.text) if self.text.lstrip().startswith("{") else parse(self.text)
            )
        except (ValueError, yaml.YAMLError) as error:
            raise LoadError(f"{self.label} is neither YAML nor JSON: {error}") from error
        if not isinstance(parsed, dict) or not isinstance(parsed.get("paths"), dict):
            raise LoadError(f"{self.label} is not an OpenAPI document: it has no `paths`")
        return Document(self.label, parsed)


def parse(text: str) -> Json:
    # The C loader is ten times faster; the vendor's document has 500 KB.
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def load_source(name: str, root: Path = ROOT) -> Source:
    """Load a document: a file, `REVISION` (our contract then) or `REVISION:PATH`.

    A file takes precedence over a revision of the same name.
    """
    for file in (Path(name), root / name):
        if file.is_file():
            return Source(name, file.read_text("utf-8"), file=file)
    revision, colon, path = name.partition(":")
    blob = f"{revision}:{path if colon else CONTRACT}"
    shown = git(root, "show", "--end-of-options", blob)
    if shown.returncode:
        words = shown.stderr.strip().splitlines() or ["git says nothing"]
        raise LoadError(f"{name} is no file, and not in git as {blob}: {words[0]}")
    return Source(name, shown.stdout, revision=revision)


def load_range(name: str, root: Path = ROOT) -> list[Source]:
    """Load the documents of a folder by name, or of `OLD..NEW[:PATH]` by the commits between.

    Raises:
        LoadError: there are not two of them.
    """
    folder = next((one for one in (Path(name), root / name) if one.is_dir()), None)
    if folder:
        files = sorted(f for f in folder.iterdir() if f.suffix in (".json", ".yaml", ".yml"))
        sources = [Source(f.name, f.read_text("utf-8"), file=f) for f in files]
    else:
        sources = list(load_commits(name, root))
    if len(sources) < 2:
        raise LoadError(f"{name} has fewer than two documents")
    return sources


def is_range(name: str, root: Path = ROOT) -> bool:
    return (".." in name and not Path(name).exists()) or any(
        one.is_dir() for one in (Path(name), root / name)
    )


def load_commits(name: str, root: Path) -> list[Source]:
    """Load a document of ours at the start of a range, and at each commit that changed it."""
    revisions, _, path = name.partition(":")
    path = path or CONTRACT
    start = revisions.partition("..")[0]
    form = ("--format=%h %cs", "--reverse", "--first-parent")
    log = git(root, "log", *form, "--end-of-options", revisions, "--", path)
    if log.returncode:
        raise LoadError(f"{name} is no folder, and no range of commits: {log.stderr.strip()}")
    first = load_source(f"{start}:{path}", root)
    return [first] + [
        Source(f"{commit} of {date}", load_source(f"{commit}:{path}", root).text, revision=commit)
        for commit, date in (line.split() for line in log.stdout.splitlines())
    ]


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
