"""The packages that mutants are made of, and the tests that should notice them."""

from pathlib import Path

LIBRARY, EMULATOR = "wrapper/twelvelabs_embed", "emulator/twelvelabs_embed_emulator"
# fields, model and types, which we wrote (openapi/templates); the others are the generator's.
_GENERATED = "generated/twelvelabs_embed_api/[fmt]*.py"
_TOP_TESTS = tuple(
    f"tests/test_{name}.py"
    for name in (
        "client", "embed", "error_texts", "errors", "files", "pacing", "retry", "sending", "text",
        "timestamps", "vendor_names",
    )
)  # fmt: skip
_EMULATOR_PACKAGES = (
    "*.py", "conformance", "contract", "embedding", "endpoints", "faults", "media", "samples",
    "server", "state",
)  # fmt: skip
_EMULATOR_TESTS = (
    "tests/emulator", "tests/contract", "tests/hostile", "tests/faults/test_script.py",
    "tests/faults/test_proxy_parts.py", "tests/faults/test_retries.py",
    "tests/package/test_names.py", "tests/package/test_values.py",
)  # fmt: skip


def _script_tests(*names: str) -> tuple[str, ...]:
    return (*(f"tests/scripts/test_{name}.py" for name in names), "tests/package/test_values.py")


# They read the code of the library, so that coverage does not know which lines they are about.
_READERS = [
    "tests/integrations/test_extras.py::test_each_extra_that_is_named_brings_the_package",
    "tests/package/test_signatures.py::test_a_violation_names_something_that_one_gives",
]

# Each package with the tests that should notice a mistake in it.
_LIBRARY_PACKAGES: dict[str, tuple[str, ...]] = {
    f"{LIBRARY}/*.py": (
        *_TOP_TESTS, "tests/faults", "tests/package/test_names.py", "tests/test_parity.py",
        "tests/batch", "tests/telemetry", "tests/replay/test_embed.py", "tests/cli/test_process.py",
        "tests/stores/test_runs.py", "tests/validation/test_advice.py",
    ),
    f"{LIBRARY}/_http": (
        "tests/http", *_TOP_TESTS, "tests/telemetry", "tests/secrets",
        "tests/batch/test_open_files.py", "tests/api/test_requests.py",
    ),
    f"{LIBRARY}/api": (
        "tests/api", "tests/vendor_style", "tests/http/test_pagination.py", "tests/test_parity.py",
        "tests/faults/test_created_once.py",
    ),
    f"{LIBRARY}/batch": ("tests/batch", "tests/bulk/test_run.py", "tests/bulk/test_run_ends.py"),
    f"{LIBRARY}/bulk": ("tests/bulk", "tests/stores"),
    f"{LIBRARY}/cli": (
        "tests/cli", "tests/bulk/test_run_cli.py", "tests/bulk/test_shards_and_datasets.py",
        "tests/report/test_report_cli.py", "tests/search/test_search_cli.py",
        "tests/secrets/test_commands.py", "tests/test_errors.py",
    ),
    f"{LIBRARY}/errors": ("tests/http", *_TOP_TESTS, "tests/telemetry", "tests/secrets"),
    f"{LIBRARY}/inputs": ("tests/inputs", "tests/validation", "tests/stores"),
    f"{LIBRARY}/integrations": (
        "tests/integrations", "tests/cluster", "tests/package",
        "tests/contract/test_conformance.py::test_the_option_of_pytest",
    ),
    f"{LIBRARY}/limits": ("tests/limits", "tests/validation"),
    f"{LIBRARY}/report": ("tests/report",),
    f"{LIBRARY}/results": ("tests/results", "tests/test_embed.py"),
    f"{LIBRARY}/search": ("tests/search",),
    f"{LIBRARY}/uploads": (
        "tests/uploads", "tests/faults/test_upload.py", "tests/stores/test_upload_sources.py"
    ),
    f"{LIBRARY}/validation": ("tests/validation", "tests/hostile"),
}  # fmt: skip
PACKAGES: dict[str, tuple[str, ...]] = {
    # Defaults and parameters of all that is public.
    **{name: (*tests, "tests/package/test_signatures.py")
       for name, tests in _LIBRARY_PACKAGES.items()},
    **{f"{EMULATOR}/{name}": _EMULATOR_TESTS for name in _EMULATOR_PACKAGES},
    _GENERATED: (
        "tests/generated", "tests/api/test_models.py", "tests/vendor_style",
        "tests/http/test_endpoints.py", "tests/test_timestamps.py",
    ),
    "scripts/*.py": _script_tests("demo", "environment", "environment_parts", "versions"),
    "scripts/api_watch": _script_tests(
        "api_diff", "api_drift", "api_report", "code_references", "follow", "made_changes",
        "openapi_diff", "openapi_keywords", "prose", "sources",
    ),
    "scripts/codegen": _script_tests(
        "python_diff", "python_names", "regenerate", "typescript_contract"
    ),
    "scripts/docs_site": ("tests/docs/test_site_parts.py", "tests/cli/test_docs.py"),
    "scripts/recording": _script_tests("record", "cassette_schema"),
    "scripts/release": ("tests/package/test_wheel.py", "tests/package/test_check_wheel.py"),
}  # fmt: skip


def readers_of(path: Path) -> list[str]:
    """List the tests that read the code of a file, instead of running it."""
    return _READERS if path.is_relative_to(LIBRARY) else []


def short_name(package: str) -> str:
    """Shorten a package to `bulk` or `emulator/media`; `top` is the modules beside the packages."""
    if package == _GENERATED:
        return "generated"
    name = package.replace("*.py", "top").removeprefix(f"{LIBRARY}/")
    return name.replace(EMULATOR, "emulator")
