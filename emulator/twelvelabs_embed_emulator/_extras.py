"""Says which extra to install when a part of the emulator is missing."""

from importlib.util import find_spec

_MODULES = ("av", "jsonschema_rs", "PIL", "pypdf", "scenedetect", "starlette", "uvicorn", "yaml")


def require_all() -> None:
    """Check that everything the emulator needs is installed, without importing any of it.

    Raises:
        ImportError: a part is missing; the message names it and the extra that brings it.
    """
    for module in _MODULES:
        if find_spec(module) is None:
            raise missing(module)


def missing(module: str | None) -> ImportError:
    """Return the error that says how to get `module`; the caller raises it."""
    return ImportError(
        f"The emulator needs {module}, which is not installed. The extra brings it: "
        'pip install "twelvelabs-embed[emulator]"',
        name=module,
    )
