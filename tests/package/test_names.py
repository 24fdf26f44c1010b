"""`__all__` is exact: what it lists is there, and what it does not list is not for users."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType

import attrs
import msgspec
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
    """Without an underscore: what is listed, what other modules import, types and constants."""
    open_names = {name for name in defined(module) if not name.startswith(("_", "pytest_"))}
    open_names = {name for name in open_names if not name.isupper()}
    assert open_names - set(list_of(module)) - imported() == set()


def test_the_package_lists_what_its_modules_list() -> None:
    names_of_modules = {name for module in modules() for name in list_of(module)}
    names_of_modules |= {*twelvelabs_embed_api.models.__all__}
    shared_with_our_modules = {"RawResponse", "RequestOptions", "AsyncPager", "Page", "Pager"}
    assert set(twelvelabs_embed.__all__) - names_of_modules <= shared_with_our_modules


def test_type_checkers_see_the_names_that_are_there() -> None:
    """What stands below `if TYPE_CHECKING:` is what the table has, each name from its module."""
    found = {}
    for node in ast.walk(tree(Path(inspect.getfile(twelvelabs_embed)))):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=imports):
                for one in imports:
                    assert isinstance(one, ast.ImportFrom)
                    assert one.module is not None
                    names = [alias.name for alias in one.names]
                    if names == ["*"]:  # which re-exports what the module lists
                        names = list_of(importlib.import_module(one.module))
                    else:
                        assert names == [alias.asname for alias in one.names]
                    found |= dict.fromkeys(names, one.module)
    table = twelvelabs_embed._MODULES
    assert found == {
        name: module if module == twelvelabs_embed._GENERATED else f"twelvelabs_embed.{module}"
        for name, module in table.items()
    }
    assert twelvelabs_embed.__all__ == sorted(table)


@pytest.mark.parametrize("package", [twelvelabs_embed, twelvelabs_embed_emulator])
def test_the_version_is_the_distributions(package: ModuleType) -> None:
    assert package.__version__ == metadata.version("twelvelabs-embed")


@pytest.mark.parametrize(
    ("package", "name", "message"),
    [
        (twelvelabs_embed, "Vidoe", "module 'twelvelabs_embed' has no attribute 'Vidoe'; did you"),
        (twelvelabs_embed, "Vidoe", "did you mean 'Video'?"),
        (twelvelabs_embed, "xyzzy", "module 'twelvelabs_embed' has no attribute 'xyzzy'"),
        (twelvelabs_embed_emulator, "Emulater", "did you mean 'Emulator'?"),
        (twelvelabs_embed_emulator, "xyzzy", "no attribute 'xyzzy'"),
    ],
)
def test_an_unknown_name_comes_with_one_that_is_near(
    package: ModuleType, name: str, message: str
) -> None:
    with pytest.raises(AttributeError, match=rf"{re.escape(message)}") as raised:
        getattr(package, name)
    # Python would add its own suggestion to that of the message.
    assert (raised.value.name, raised.value.obj) == (name, None)
    assert not hasattr(package, name)


def test_dir_has_the_names_before_they_are_used() -> None:
    code = "import twelvelabs_embed as t; print({'Video', '__version__'} <= set(dir(t)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 suggests nothing for imports")
def test_python_suggests_a_name_that_is_imported() -> None:
    code = "from twelvelabs_embed import Vidoe"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Did you mean: 'Video'?" in done.stderr


def test_inputs_settings_and_results_do_not_change() -> None:
    """Threads share them, and what is known of an input stays true."""
    values = [getattr(twelvelabs_embed, name) for name in twelvelabs_embed.__all__]
    ours = [one for one in values if isinstance(one, type) and "_api." not in one.__module__]
    structs = {one for one in ours if issubclass(one, msgspec.Struct)}
    attributed = {one for one in ours if attrs.has(one)}
    assert (len(structs), len(attributed)) >= (5, 20)
    changeable = {one for one in structs if not one.__struct_config__.frozen}
    changeable |= {one for one in attributed if one.__setattr__ is object.__setattr__}
    assert changeable == set()


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
    """Every name that a module of our packages imports from another."""
    found: set[str] = set()
    for package in (twelvelabs_embed, twelvelabs_embed_emulator):
        for path in Path(inspect.getfile(package)).parent.rglob("*.py"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ImportFrom):
                    found |= {alias.name for alias in node.names}
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
