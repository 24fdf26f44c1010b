"""The house is as ARCHITECTURE.md draws it."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest
import twelvelabs_embed
import twelvelabs_embed_api
import twelvelabs_embed_emulator
import yaml
from twelvelabs_embed import errors
from twelvelabs_embed_emulator import Emulator

ROOT = Path(__file__).resolve().parents[1]


def test_imports_point_one_way() -> None:
    """The rules are in pyproject.toml, under importlinter."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


def test_imports_of_scripts_point_one_way() -> None:
    scripts = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in (ROOT / "scripts").rglob("*.py")
    }
    imports: dict[str, set[str]] = {name: set() for name in scripts}
    for name, path in scripts.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imports[name] |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imports[name].add(node.module)
                imports[name] |= {f"{node.module}.{one.name}" for one in node.names}
    assert "scripts.codegen.codegen" in imports["scripts.codegen.regenerate"]
    TopologicalSorter(imports).prepare()  # raises CycleError


@pytest.mark.parametrize("package", [twelvelabs_embed, twelvelabs_embed_emulator])
def test_architecture_names_each_module_beside_its_package(package: ModuleType) -> None:
    library, _, emulator = (ROOT / "ARCHITECTURE.md").read_text().partition("\n## The emulator\n")
    text = library if package is twelvelabs_embed else emulator
    rows = dict(re.findall(r"^\| (?:`(\w+)/`|\(top\)) \| (.+) \|$", text, re.MULTILINE))
    folder = Path(str(package.__file__)).parent
    omitted = {"core", "types", "wrapper"}  # the vendor's modules, re-exported
    if package is twelvelabs_embed_emulator:
        omitted |= {"_extras.py", "_version.py"}
    missing = [
        str(path)
        for path in (one.relative_to(folder) for one in folder.rglob("*.py"))
        if not path.name.startswith("__")
        and path.parts[0] not in omitted
        and f"`{path.stem}`" not in rows.get(path.parts[0] if len(path.parts) > 1 else "", "")
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("module", "terms"),
    [
        ("_files", "atomic writes"),
        ("_http/decoding", "deserialize"),
        ("_http/encoding", "serialize"),
        ("_http/network", "proxies, certificates"),
        ("_http/pagination", "pagination"),
        ("_http/redaction", "redaction"),
        ("_http/sending", "idempotent"),
        ("_http/telemetry", "spans, metrics, OpenTelemetry"),
        ("_http/transport", "connection pool"),
        ("api/polling", "polling"),
        ("batch/rate_limiter", "rate limit, throttle, Retry-After, sliding window"),
        ("batch/slots", "semaphore"),
        ("batch/worker_pool", "worker pool, backpressure"),
        ("bulk/checkpoint", "checkpoint"),
        ("bulk/numbered_files", "Parquet, file lock"),
        ("bulk/streak", "circuit breaker"),
        ("retry", "retry, backoff"),
        ("search/exact", "cosine similarity"),
        ("search/fusion", "reciprocal rank fusion"),
        ("uploads/multipart", "multipart"),
        ("uploads/resume_store", "crash"),
        ("uploads/source", "MIME type"),
        ("validation/__init__", "validation"),
        ("emulator:faults/__init__", "fault injection"),
        ("emulator:server/request_log", "request log"),
        ("emulator:state/quota", "rate limit, quota"),
        ("emulator:state/store", "SQLite"),
        ("generated:fields", "validation, deserialization"),
        ("generated:model", "serialization, validation"),
    ],
)
def test_a_search_for_a_standard_term_leads_to_its_module(module: str, terms: str) -> None:
    packages = {"emulator": twelvelabs_embed_emulator, "generated": twelvelabs_embed_api}
    package, _, name = module.rpartition(":")
    path = Path(str(packages.get(package, twelvelabs_embed).__file__)).parent / f"{name}.py"
    docstring = " ".join((ast.get_docstring(ast.parse(path.read_text())) or "").lower().split())
    assert [one for one in terms.split(", ") if one.lower() not in docstring] == []


def test_no_test_replaces_the_clock_of_the_whole_process() -> None:
    """An event loop of another thread that reads it then would sleep for hours."""
    replaced = re.compile(r"""setattr\(\s*(?:[\w.]+\.)?time,|["']time\.(?:monotonic|time)["']""")
    paths = (ROOT / "tests").rglob("*.py")
    assert [str(one) for one in paths if replaced.search(one.read_text("utf-8"))] == []


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert len(twelvelabs_embed.__all__) > 50
    for name in twelvelabs_embed.__all__:
        value = getattr(twelvelabs_embed, name)
        if isinstance(value, type):
            assert value.__doc__, name


def test_every_error_is_public() -> None:
    assert set(errors.__all__) <= set(twelvelabs_embed.__all__)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("twelvelabs_embed", "httpx numpy attrs msgspec twelvelabs_embed_api"),
        ("twelvelabs_embed.client", "httpx numpy attr twelvelabs_embed_api"),
        ("twelvelabs_embed.validation.planning", "PIL av numpy httpx attr"),
        ("twelvelabs_embed.results.embeddings", "pyarrow pandas httpx attr twelvelabs_embed_api"),
        ("twelvelabs_embed_emulator", "av PIL cv2 numpy starlette uvicorn"),
    ],
)
def test_the_import_is_lazy(module: str, heavy: str) -> None:
    code = f"import sys, {module}; print({set(heavy.split())} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_one_text_imports_only_what_it_needs(emulator: Emulator) -> None:
    """Of a process that embeds one text, imports are most of the time."""
    ours = (
        "api batch uploads inputs.base inputs.coercion inputs.media validation.media_probe "
        "validation.rules.media validation.rules.options _http.endpoints _http.transport_async"
    )
    heavy = {"attr", "opentelemetry", "twelvelabs_embed_api"}
    heavy |= {f"twelvelabs_embed.{name}" for name in ours.split()}
    code = (
        "import sys; sys.modules['click'] = None\n"  # with it, httpx imports its command line
        "from twelvelabs_embed import TwelveLabs\n"
        f"TwelveLabs('key', base_url={emulator.base_url!r}).embed('a').vector\n"
        f"print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_contract_names_the_reference_pages_types() -> None:
    contract = yaml.safe_load((ROOT / "openapi" / "embed-v2.yaml").read_text())
    named = {
        "AudioInputRequest",
        "AudioSegmentation",
        "AudioSegmentationFixed",
        "CreateEmbeddingsRequestInputType",
        "EmbeddingData",
        "EmbeddingDataEmbeddingOption",
        "EmbeddingDataEmbeddingScope",
        "EmbeddingMediaMetadata",
        "EmbeddingSuccessResponse",
        "ImageInputRequest",
        "MediaSource",
        "TextImageInputRequest",
        "TextInputRequest",
        "VideoInputRequest",
        "VideoSegmentation",
        "VideoSegmentationDynamicDynamic",
        "VideoSegmentationFixedFixed",
    }
    schemas = contract["components"]["schemas"]
    assert named <= set(schemas)
    assert contract["info"]["version"] == "2026-11"
    assert named <= set(twelvelabs_embed.__all__)
