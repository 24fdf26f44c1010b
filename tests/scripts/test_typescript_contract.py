"""The contract for TypeScript: the same, but for catch-alls; two generators are tried with it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.codegen import typescript_contract
from scripts.codegen.typescript_contract import CONTRACT, ROOT, VARIANT, closed

TOOLS = ROOT / "node_modules" / ".bin"
UNIONS = ("EmbeddingMediaMetadata", "EmbeddingTaskMediaMetadata")


def test_the_file_is_what_the_script_makes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["typescript-contract", "--check"])
    assert typescript_contract.main() == 0
    changed = tmp_path / "changed.yaml"
    changed.write_text(VARIANT.read_text("utf-8").replace("marengo3.5", "marengo4.0"), "utf-8")
    monkeypatch.setattr(typescript_contract, "VARIANT", changed)
    monkeypatch.setattr(typescript_contract, "ROOT", tmp_path)
    assert typescript_contract.main() == 1
    assert "changed.yaml is not what the contract makes" in capsys.readouterr().out


def test_the_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typescript_contract, "ROOT", tmp_path)
    monkeypatch.setattr(typescript_contract, "VARIANT", tmp_path / "variant.yaml")
    monkeypatch.setattr("sys.argv", ["typescript-contract"])
    assert typescript_contract.main() == 0
    assert (tmp_path / "variant.yaml").read_text("utf-8") == VARIANT.read_text("utf-8")


def test_all_but_the_unions_is_the_same() -> None:
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    variant = closed(contract)
    schemas, closed_schemas = (one["components"]["schemas"] for one in (contract, variant))
    assert schemas.keys() - closed_schemas.keys() == {"EmbeddingOtherMetadata"}
    assert [one for one in closed_schemas if closed_schemas[one] != schemas[one]] == list(UNIONS)
    assert variant["paths"] == contract["paths"]
    for name in UNIONS:
        union = closed_schemas[name]
        kinds = {one["$ref"] for one in union["oneOf"]}
        mapping = union["discriminator"]["mapping"]
        assert set(mapping.values()) == kinds
        for tag, kind in mapping.items():
            properties = closed_schemas[kind.rpartition("/")[2]]["properties"]
            assert properties["input_type"]["const"] == tag


USE = """
export function duration(metadata: Media | Task): number {
  if (metadata.input_type === "video") { return metadata.duration; }
  if (metadata.input_type === "document") { return metadata.embedding_dimension ?? 0; }
  return 0;
}
"""
GENERATORS = {
    "openapi-typescript": (
        lambda contract: ["openapi-typescript", contract, "-o", "api.d.ts"],
        'import type { components } from "./api";\n'
        'type Media = components["schemas"]["EmbeddingMediaMetadata"];\n'
        'type Task = components["schemas"]["EmbeddingTaskMediaMetadata"];\n',
    ),
    "openapi-ts": (
        lambda contract: ["openapi-ts", "-i", contract, "-o", "api", "-p", "@hey-api/typescript"],
        "import type { EmbeddingMediaMetadata as Media } from './api/types.gen';\n"
        "import type { EmbeddingTaskMediaMetadata as Task } from './api/types.gen';\n",
    ),
}


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize(("contract", "is_narrowed"), [(VARIANT, True), (CONTRACT, False)])
def test_generated_types_are_distinguished(
    generator: str, contract: Path, is_narrowed: bool, tmp_path: Path
) -> None:
    if not all((TOOLS / name).exists() for name in (generator, "tsc")):
        pytest.skip("the generators of TypeScript are not installed")
    command, imports = GENERATORS[generator]
    path = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    name, *words = command(str(contract))
    subprocess.run(
        [str(TOOLS / name), *words], cwd=tmp_path, check=True, env={**os.environ, "PATH": path}
    )
    (tmp_path / "use.ts").write_text(imports + USE)
    checked = subprocess.run(
        [str(TOOLS / "tsc"), "--noEmit", "--strict", "use.ts"],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (checked.returncode == 0) == is_narrowed, checked.stdout
    assert is_narrowed or "TS2339" in checked.stdout
