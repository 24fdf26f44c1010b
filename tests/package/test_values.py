"""Values of the emulator and of the scripts do not change once they are made."""

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

CHANGEABLE = {"Session", "_Entry", "_Scan", "_Window"}  # they count, or collect


@pytest.mark.parametrize("package", ["twelvelabs_embed_emulator", "scripts"])
def test_values_do_not_change(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = importlib.import_module(package)
    monkeypatch.syspath_prepend(*place.__path__)  # as programs that start there import each other
    found = {}
    for info in pkgutil.walk_packages(place.__path__, f"{package}."):
        if info.name.rpartition(".")[2] not in ("__main__", "fuzz_target"):  # they are run
            module = importlib.import_module(info.name)
            for name, one in inspect.getmembers(module, dataclasses.is_dataclass):
                if one.__module__ == module.__name__:
                    found[name] = one.__dataclass_params__.frozen
    assert len(found) > 15
    assert {name for name, is_frozen in found.items() if is_frozen is not True} <= CHANGEABLE
