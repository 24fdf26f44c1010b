"""Names of the vendor's SDK that are not here: errors say what to use instead."""

import re
from importlib import import_module
from inspect import signature
from pkgutil import iter_modules
from typing import Any

import pytest
import twelvelabs
import twelvelabs_embed
from attrs import fields
from twelvelabs_embed import VideoInputRequest
from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._vendor_names import EMBED_ARGUMENTS, OF_CLIENT, OF_EMBED
from twelvelabs_embed.errors import MissingDependencyError
from twelvelabs_embed.sending import EmbedOptions

from tests.clients import ClientKind, both_clients


def get(owner: Any, name: str) -> Any:
    return getattr(getattr(owner, "_blocking", owner), name)


@both_clients
async def test_what_is_not_here_is_an_error_that_says_where_it_is(kind: ClientKind) -> None:
    async with kind.open() as client:
        for owner, known in ((client, OF_CLIENT), (client.embed, OF_EMBED)):
            for name, hint in known.items():
                with pytest.raises(AttributeError) as caught:
                    get(owner, name)
                type_name = type(getattr(owner, "_blocking", owner)).__name__
                assert str(caught.value) == f"{type_name}.{name} {hint}"
                assert caught.value.name == name
            with pytest.raises(AttributeError, match="has no attribute 'nothing'") as caught:
                get(owner, "nothing")
            assert caught.value.obj is getattr(owner, "_blocking", owner)


@both_clients
async def test_arguments_of_the_vendors_calls_are_errors_that_name_ours(kind: ClientKind) -> None:
    async with kind.open() as client:
        for name, instead in EMBED_ARGUMENTS.items():
            with pytest.raises(TypeError) as caught:
                await client.embed("a dog", **{name: 1})
            assert name in str(caught.value)
            assert instead in str(caught.value)


@both_clients
def test_all_arguments_of_the_vendors_calls_are_known(kind: ClientKind) -> None:
    embed = getattr(twelvelabs, kind.client_type.__name__)(api_key="k").embed
    calls = (embed.create, embed.tasks.create, embed.v_2.create, embed.v_2.tasks.create)
    theirs = {name for call in calls for name in signature(call).parameters}
    theirs |= {field.name for field in fields(VideoInputRequest) if field.init}
    assert EMBED_ARGUMENTS.keys() == theirs - {*EmbedOptions.__struct_fields__}


@pytest.mark.parametrize(("name", "instead"), EMBED_ARGUMENTS.items())
def test_what_is_suggested_instead_of_an_argument_is_there(name: str, instead: str) -> None:
    """An option of ours, or an input with an argument that stands for it."""
    if option := re.fullmatch("'(\\w+)'", instead):
        assert option[1] in EmbedOptions.__struct_fields__
        assert option[1] in name
    elif found := re.fullmatch(r"it with the input: (\w+)\(\.\.\., (\w+)=.*\)", instead):
        assert found[2] in signature(getattr(twelvelabs_embed, found[1])).parameters
        assert found[2].rstrip("s") in name or name == "video_clip_length"
        assert name.startswith(("video_", "audio_")) <= (found[1].lower() in name)
    else:
        assert "client.embed('a dog')" in instead or "Video('film.mkv')" in instead


@both_clients
def test_all_that_the_vendors_client_has_is_here_or_has_a_hint(kind: ClientKind) -> None:
    ours: Any = kind.client_type("k")
    theirs = getattr(twelvelabs, kind.client_type.__name__)(api_key="k")
    first_version = {"generate", "index", "summarize", "task"}
    assert OF_CLIENT.keys() - first_version == _missing(theirs, ours)
    assert OF_EMBED.keys() - first_version == _missing(theirs.embed, ours.embed)


@pytest.mark.parametrize("package", ["errors", "types"])
def test_classes_may_be_imported_from_the_vendors_modules(package: str) -> None:
    theirs, ours = (import_module(f"{one}.{package}") for one in ("twelvelabs", "twelvelabs_embed"))
    modules = {
        name: one.name
        for one in iter_modules(theirs.__path__)
        for name in vars(import_module(f"twelvelabs.{package}.{one.name}"))
        if name.lower() == one.name.replace("_", "") and hasattr(ours, name)
    }
    assert len(modules) == {"errors": 12, "types": 135}[package]
    for name, module in modules.items():
        found = import_module(f"twelvelabs_embed.{package}.{module}")
        assert getattr(found, name) is getattr(ours, name)


def _missing(theirs: Any, ours: Any) -> set[str]:
    return {name for name in dir(theirs) if not (name.startswith("_") or hasattr(ours, name))}


def test_hints_lead_to_what_is_there() -> None:
    assert all("from twelvelabs import TwelveLabs" in hint for hint in OF_CLIENT.values())
    assert all("client.embed" in hint for hint in OF_EMBED.values())


def test_a_missing_package_is_an_error_that_names_its_extra() -> None:
    assert import_extra("json.decoder", "any").JSONDecoder
    with pytest.raises(MissingDependencyError) as caught:
        import_extra("no_such_package.part", "bulk")
    error = caught.value
    assert (error.package, error.extra, error.name) == ("no_such_package", "bulk", error.package)
    assert "[bulk]" in str(error)
    assert isinstance(error.__cause__, ModuleNotFoundError)
