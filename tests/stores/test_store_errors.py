"""What obstore raises, as errors of files, and the credentials that it gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from obstore.exceptions import GenericError, InvalidPathError, PreconditionError
from twelvelabs_embed import InvalidInputError
from twelvelabs_embed.errors import ApiConnectionError
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.store_access import (
    UnreadableKeyError,
    _from_profile,
    translating,
)

ADDRESS = "s3://media/a.jpg"
MACHINE = "http://169.254.169.254/latest/api/token"


@pytest.mark.parametrize(
    ("error", "fault", "what"),
    [
        (FileNotFoundError("no"), "object_missing", f"there is nothing at {ADDRESS}"),
        (GenericError("status code: 404"), "object_missing", f"there is nothing at {ADDRESS}"),
        (GenericError("status code: 401"), "object_unreadable", f"access to {ADDRESS} is denied"),
        (GenericError("status code: 403"), "object_unreadable", f"access to {ADDRESS} is denied"),
        (
            GenericError(f"{MACHINE} status code: 403"),
            "object_unreadable",
            f"there are no credentials for {ADDRESS}: set them in the environment",
        ),
        (
            GenericError("Account must be specified"),
            "object_unreadable",
            f"there are no credentials for {ADDRESS}: set them in the environment",
        ),
        (
            PreconditionError("status code: 412"),
            "object_unreadable",
            f"{ADDRESS} changed while it was read",
        ),
        (
            GenericError("received redirect without LOCATION"),
            "object_unreadable",
            f"{ADDRESS} is in another region: set AWS_REGION",
        ),
        (ValueError("wrong"), "object_unreadable", f"{ADDRESS} cannot be opened (wrong)"),
        (TypeError("wrong"), "object_unreadable", f"{ADDRESS} cannot be opened (wrong)"),
    ],
    ids=str,
)
def test_errors_of_a_store_are_errors_of_a_file(error: Exception, fault: str, what: str) -> None:
    with pytest.raises(StoreError) as caught, translating(ADDRESS):
        raise error
    assert (caught.value.fault, caught.value.what) == (fault, what)
    assert caught.value.__suppress_context__  # obstore's texts hold whole responses
    assert caught.value.__cause__ is None


def test_other_errors_are_of_the_connection_and_show_neither_signatures_nor_stacks() -> None:
    secret = f"error sending request for url (https://a.example/b?X-Sig={'s' * 300})  to\nDebug"
    with pytest.raises(ApiConnectionError) as caught, translating(f"s3://media/{'a' * 5000}"):
        raise GenericError(secret)
    assert "error sending request for url (https://a.example/b) to)" in str(caught.value)
    assert len(str(caught.value)) < 400
    with pytest.raises(UnreadableKeyError), translating(ADDRESS):
        raise InvalidPathError("a//b")


@pytest.mark.parametrize(
    "error",
    [
        StoreError("object_missing", "known"),
        ApiConnectionError("known"),
        InvalidInputError([]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_that_are_translated_already_stay_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translating(ADDRESS):
        raise error
    assert caught.value is error


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of profiles of AWS, and nothing else that has credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path / "credentials"


def test_profiles_of_aws_are_read_where_the_environment_has_no_credentials(profiles: Path) -> None:
    assert _from_profile({}) == {}  # there is none
    profiles.write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
    assert _from_profile({}).keys() == {"credential_provider"}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SKIP_SIGNATURE"):
        assert _from_profile({name: "given"}) == {}
