"""Which store an address is of, and the settings that it has."""

from __future__ import annotations

from typing import Any

import pytest
from obstore import store as stores
from twelvelabs_embed.inputs.store_access import open_store


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("scheme", "kind", "name", "setting"),
    [
        ("s3", stores.S3Store, "bucket", "AWS_REGION"),
        ("gs", stores.GCSStore, "bucket", "GOOGLE_PROXY_URL"),
        ("az", stores.AzureStore, "container_name", "AZURE_STORAGE_ENDPOINT"),
    ],
)
def test_each_scheme_has_its_store_by_its_settings(
    scheme: str, kind: type[Any], name: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(scheme, "films")
    monkeypatch.setenv(setting, "https://elsewhere.example")
    assert open_store(scheme, "films") is not store
    assert type(store) is kind
    assert store.config[name] == "films"
    assert store.retry_config["max_retries"] == 4


@pytest.mark.usefixtures("account")
def test_a_store_follows_the_settings_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_store("s3", "films")
    assert open_store("s3", "films") is first
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:9000")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "HTTP://localhost:9001")
    local = open_store("s3", "films")
    assert local.config["endpoint"] == "HTTP://localhost:9001"
    assert local.client_options["allow_http"] == "true"
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
    assert open_store("s3", "films").config["endpoint"] == "http://localhost:9000"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://storage.example")
    assert open_store("s3", "films").client_options["allow_http"] == "false"
