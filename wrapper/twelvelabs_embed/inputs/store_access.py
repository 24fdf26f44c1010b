"""Access to object stores by obstore: stores by the settings of the environment, and its errors."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import shorten_middle
from twelvelabs_embed.errors import ApiConnectionError, InvalidInputError
from twelvelabs_embed.inputs.faults import StoreError

__all__ = ["UnreadableKeyError", "obstore", "open_store", "translating"]

_RETRIES: Mapping[str, Any] = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
_SETTINGS = ("AWS_", "AZURE_", "GOOGLE_")
_STATUS = re.compile(r"status code: (\d{3})")
_MACHINE = "169.254.169.254"  # asked for credentials where there are no others


def open_store(scheme: str, bucket: str) -> Any:
    """Return obstore's store of a bucket, by the settings of the environment."""
    settings = {name: text for name, text in os.environ.items() if name.startswith(_SETTINGS)}
    return _make_store(scheme, bucket, frozenset(settings.items()))


@lru_cache(maxsize=64)
def _make_store(scheme: str, bucket: str, settings: frozenset[tuple[str, str]]) -> Any:
    stores = import_extra("obstore.store", "stores")
    environment = dict(settings)
    options: dict[str, Any] = {"retry_config": dict(_RETRIES)}
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or ""
    with translating(f"{scheme}://{bucket}"):
        if scheme == "gs":
            return stores.GCSStore(bucket, **options)
        if scheme == "az":
            return stores.AzureStore(bucket, **options)
        if endpoint:
            options["endpoint"] = endpoint
            options["client_options"] = {"allow_http": endpoint.lower().startswith("http://")}
        return stores.S3Store(bucket, **options, **_from_profile(environment))


def _from_profile(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return credentials by boto3, where it is installed: obstore reads no profiles of AWS."""
    is_given = "AWS_ACCESS_KEY_ID" in environment or "AWS_SKIP_SIGNATURE" in environment
    if is_given or find_spec("boto3") is None:
        return {}
    providers = import_extra("obstore.auth.boto3", "stores")
    try:
        return {"credential_provider": providers.Boto3CredentialProvider()}
    except ValueError:  # it finds none; obstore asks the machine's own role
        return {}


def obstore() -> Any:
    """Import obstore."""
    return import_extra("obstore", "stores")


class UnreadableKeyError(OSError):
    """A listing has a key that obstore cannot name."""


@contextmanager
def translating(address: str) -> Generator[None]:
    """Turn the errors of obstore into those of files; its texts hold responses and stacks."""
    try:
        yield
    except (StoreError, ApiConnectionError, InvalidInputError):
        raise
    except Exception as error:
        translated = _translate(address, error)
        raise translated from None


def _translate(address: str, error: Exception) -> Exception:
    name, text = type(error).__name__, _first_line(error)
    shown = shorten_middle(address)
    status = _STATUS.search(str(error))
    code = int(status[1]) if status else None
    if isinstance(error, FileNotFoundError) or code == 404:
        return StoreError("object_missing", f"there is nothing at {shown}")
    if name == "InvalidPathError":
        return UnreadableKeyError(errno.EINVAL, text)
    if code in (401, 403) and _MACHINE not in text:
        what = f"access to {shown} is denied"
    elif name == "PreconditionError":
        what = f"{shown} changed while it was read"
    elif "redirect" in text:
        what = f"{shown} is in another region: set AWS_REGION"
    elif _MACHINE in text or "must be specified" in text:
        what = f"there are no credentials for {shown}: set them in the environment"
    elif isinstance(error, (ValueError, TypeError)):
        what = f"{shown} cannot be opened ({text})"
    else:
        return ApiConnectionError(f"{shown} cannot be read ({text})")
    return StoreError("object_unreadable", what)


def _first_line(error: Exception) -> str:
    """Return the beginning of a message, without what may sign a request."""
    line = re.sub(r"\?[^\s'\"<>)]*", "", str(error).partition("\n")[0])
    return shorten_middle(" ".join(line.split()), 200)
