"""`__all__` is exact: what it lists is there, and what it does not list is not for users."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import twelvelabs_embed
import twelvelabs_embed_api
import twelvelabs_embed_emulator

from tests.package.surface import modules

NAMES_OF_TYPES = ("TypeVar", "ParamSpec", "TypeAlias")


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_what_a_module_lists_is_there_once(module: ModuleType) -> None:
    listed = list_of(module)
    assert len(listed) == len(set(listed))
    assert [name for name in listed if not hasattr(module, name)] == []
    assert [name for name in listed if name.startswith("_")] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_what_it_does_not_list_is_for_its_neighbours(module: ModuleType) -> None:
    """Without an underscore is what is listed, what other rooms import, and types and constants."""
    open_names = {name for name in defined(module) if not name.startswith(("_", "pytest_"))}
    open_names = {name for name in open_names if not name.isupper()}
    assert open_names - set(list_of(module)) - imported() == set()


def test_the_package_lists_what_its_rooms_list() -> None:
    rooms = {name for module in modules() for name in list_of(module)}
    shared_with_rooms_of_ours = {"RawResponse", "RequestOptions"}
    assert set(twelvelabs_embed.__all__) - rooms <= shared_with_rooms_of_ours


@pytest.mark.parametrize(
    "package", [twelvelabs_embed, twelvelabs_embed_api, twelvelabs_embed_emulator]
)
def test_type_checkers_may_read_it(package: ModuleType) -> None:
    assert package.__file__ is not None
    assert Path(package.__file__).with_name("py.typed").exists()


def list_of(module: ModuleType) -> list[str]:
    """`__all__`; a package that only holds others needs none."""
    return list(getattr(module, "__all__", ()))


def defined(module: ModuleType) -> Iterator[str]:
    for node in tree(Path(inspect.getfile(module))).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if not any(kind in ast.unparse(value) for kind in NAMES_OF_TYPES):
                    yield name
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                if ast.unparse(annotation) not in NAMES_OF_TYPES:
                    yield name


@cache
def imported() -> set[str]:
    """Every name that a room of our packages imports from another."""
    found: set[str] = set()
    for package in (twelvelabs_embed, twelvelabs_embed_emulator):
        for path in Path(inspect.getfile(package)).parent.rglob("*.py"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ImportFrom):
                    found |= {alias.name for alias in node.names}
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
