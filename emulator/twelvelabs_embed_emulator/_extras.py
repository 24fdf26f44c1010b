"""The third-party packages that the emulator needs, and the error that says how to get them."""

from importlib.util import find_spec

_MODULES = (
    "PIL",
    "av",
    "h11",
    "jsonschema_rs",
    "pypdf",
    "python_multipart",
    "scenedetect",
    "starlette",
    "uvicorn",
    "yaml",
)


def require_all() -> None:
    """Check that everything the emulator needs is installed, without importing any of it.

    Raises:
        ModuleNotFoundError: a part is missing; the message names it and the extra that brings it.
    """
    for module in _MODULES:
        if find_spec(module) is None:
            raise missing(module)


def missing(module: str | None, extra: str = "emulator") -> ModuleNotFoundError:
    """Return the error that names the extra which brings `module`; the caller raises it."""
    return ModuleNotFoundError(
        f"{module} is not installed. The extra [{extra}] of twelvelabs-embed brings it; "
        'see "Install" in its README.',
        name=module,
    )
