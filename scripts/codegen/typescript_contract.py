"""Make the variant of the contract for generators of TypeScript and other closed unions.

    scripts/typescript-contract            write openapi/embed-v2.typescript.yaml
    scripts/typescript-contract --check    only compare

Unions of responses end with a catch-all in the contract, so that a kind that is new is decoded. Its
tag is any text, and a type checker cannot tell the kinds apart by their tags then. The variant has
no catch-alls, and says by a discriminator which tag is which kind. All else is the same.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "openapi" / "embed-v2.yaml"
VARIANT = ROOT / "openapi" / "embed-v2.typescript.yaml"
HEAD = "# Made from embed-v2.yaml by scripts/typescript-contract: do not edit.\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/typescript-contract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare; 1 when it differs")
    arguments = parser.parse_args()
    text = as_text(closed(yaml.safe_load(CONTRACT.read_text("utf-8"))))
    if not arguments.check:
        VARIANT.write_text(text, "utf-8")
        print(f"Wrote {VARIANT.relative_to(ROOT)}")
    elif not VARIANT.exists() or VARIANT.read_text("utf-8") != text:
        print(f"{VARIANT.relative_to(ROOT)} is not what the contract makes")
        return 1
    return 0


def as_text(document: dict[str, Any]) -> str:
    dumped: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    return HEAD + dumped


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a contract whose unions have discriminators in place of catch-alls."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    catch_alls = {name for name, schema in schemas.items() if _is_catch_all(schema)}
    return {
        **document,
        "components": {
            **document["components"],
            "schemas": {
                name: _closed_union(schema, schemas, catch_alls)
                for name, schema in schemas.items()
                if name not in catch_alls
            },
        },
    }


def _is_catch_all(schema: dict[str, Any]) -> bool:
    """Return whether a schema is for tags that no other one has."""
    return any("not" in one for one in schema.get("properties", {}).values())


def _closed_union(
    schema: dict[str, Any], schemas: dict[str, Any], catch_alls: set[str]
) -> dict[str, Any]:
    names = [_name(one) for one in schema.get("oneOf", ())]
    if not catch_alls.intersection(names):
        return schema
    kept = [name for name in names if name not in catch_alls]
    tags = {tag: _tags(schemas[name]) for name in kept for tag in _tags(schemas[name])}
    (tag,) = tags  # all have the same one
    mapping = {_tags(schemas[name])[tag]: _reference(name) for name in kept}
    return {
        **schema,
        "oneOf": [{"$ref": _reference(name)} for name in kept],
        "discriminator": {"propertyName": tag, "mapping": mapping},
    }


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _reference(name: str) -> str:
    return f"#/components/schemas/{name}"


def _tags(schema: dict[str, Any]) -> dict[str, str]:
    """Return the properties of a kind that have one value, with it."""
    return {
        name: one["const"] for name, one in schema.get("properties", {}).items() if "const" in one
    }


if __name__ == "__main__":
    sys.exit(main())
