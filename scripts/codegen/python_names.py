"""Public Python names of a generated package, and their sources in the contract.

A name is relative to the package, without the module that contains it:
`models.Asset`, `models.Asset.file_type`, `api.assets.list_assets`, `api.assets.list_assets(page)`.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import griffe
from openapi_python_client.strings import ClassName, PythonIdentifier

Document = Mapping[str, Any]

METHODS = ("get", "put", "post", "patch", "delete")
SCHEMAS = "#/components/schemas/"
# One of the four functions of an operation; all of them take the same.
FUNCTION = "sync_detailed"


# ------------------------------------------------------------------------------------ the package


@dataclass(frozen=True)
class Declared:
    """A public name.

    Attributes:
        owner: the class or operation that contains it; empty for classes and operations
        type: of a field or parameter, what an operation returns, or the values of an enum
        default: of a field or parameter; None when it must be given
    """

    owner: str = ""
    type: str = ""
    default: str | None = None


class Constructors(griffe.Extension):
    """Adds the `__init__` that attrs generates, which griffe does not know."""

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        if any(one.callable_path == "attrs.frozen" for one in cls.decorators):
            parameters = griffe.Parameters(*map(parameter_of, fields(cls)))
            cls.set_member("__init__", griffe.Function("__init__", parameters=parameters))


def parameter_of(field: griffe.Attribute) -> griffe.Parameter:
    kind = griffe.ParameterKind.keyword_only
    default = written(field.value)
    return griffe.Parameter(field.name, annotation=field.annotation, kind=kind, default=default)


def fields(cls: griffe.Class) -> list[griffe.Attribute]:
    """Return the parameters of the constructor, in order."""
    members = [one for one in cls.members.values() if isinstance(one, griffe.Attribute)]
    return [one for one in members if one.is_public and "property" not in one.labels]


def load(package: Path) -> griffe.Module:
    """Read a package without importing it."""
    found = griffe.load(
        package.name,
        search_paths=[package.parent],
        try_relative_path=False,
        allow_inspection=False,
        extensions=griffe.load_extensions(Constructors),
    )
    assert isinstance(found, griffe.Module)
    return found


def declarations(package: griffe.Module) -> dict[str, Declared]:
    """Return the public names that come from a contract: models with fields, and operations."""
    return dict([*models(package["models"]), *operations(package["api"])])


def models(module: griffe.Module) -> Iterator[tuple[str, Declared]]:
    # Helpers in the modules of models, such as the tables of enums, are not exported.
    for exported in map(str, module.exports or ()):
        name, found = f"models.{exported}", module[exported].final_target
        if isinstance(found, griffe.Attribute):
            yield name, Declared(type=str(found.value))
            continue
        yield name, Declared()
        for field in fields(found):
            kept = Declared(name, str(field.annotation), written(field.value))
            yield f"{name}.{field.name}", kept


def operations(module: griffe.Module) -> Iterator[tuple[str, Declared]]:
    for tag in module.modules.values():
        for operation in tag.modules.values():
            name, function = f"api.{tag.name}.{operation.name}", operation[FUNCTION]
            yield name, Declared(type=str(function.returns))
            for one in function.parameters:
                if one.name != "client":
                    kept = Declared(name, str(one.annotation), written(one.default))
                    yield f"{name}({one.name})", kept


def written(value: str | griffe.Expr | None) -> str | None:
    """Return a default as it is written, also of a field with a converter."""
    text = None if value is None else str(value)
    if text is None or not text.startswith("_attrs_field("):
        return text
    found = re.search(r"default=(\w+)", text)
    return found[1] if found else None


def union_members(type: str) -> set[str]:
    """Return the members of a union: `list[A | B] | None` has `list[A]`, `list[B]` and `None`."""
    return set(_members(ast.parse(type, mode="eval").body)) if type else set()


def _members(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left, ast.BitOr(), right):
            yield from _members(left)
            yield from _members(right)
        case ast.Subscript(ast.Name("list"), inner):
            yield from (f"list[{member}]" for member in _members(inner))
        case ast.Subscript(ast.Name("Literal"), ast.Tuple(words)):
            yield from map(ast.unparse, words)
        case ast.Subscript(ast.Name("Literal"), word):
            yield ast.unparse(word)
        case _:
            yield ast.unparse(node)


# ----------------------------------------------------------------------------------- the contract


@dataclass(frozen=True)
class Place:
    """The source of a name in the contract; None for what does not apply.

    Attributes:
        schema: the name of a schema
        property: of that schema, as on the wire: `_id`
        operation: such as `GET /assets`
        parameter: of that operation, as on the wire, or `body`
    """

    schema: str | None = None
    property: str | None = None
    operation: str | None = None
    parameter: str | None = None


def places(contract: Document) -> dict[str, Place]:
    """Return the source of each Python name that the generator will make."""
    found: dict[str, Place] = {}
    for schema, body in contract.get("components", {}).get("schemas", {}).items():
        model = f"models.{ClassName(schema, '')}"
        found[model] = Place(schema)
        for wire in body.get("properties", {}):
            found[f"{model}.{PythonIdentifier(wire, '').removesuffix('_')}"] = Place(schema, wire)
    for operation, body in operations_of(contract).items():
        tag = PythonIdentifier(body.get("tags", ["default"])[0], "")
        name = f"api.{tag}.{PythonIdentifier(body.get('operationId', ''), '')}"
        found[name] = Place(operation=operation)
        for wire in ("body", *parameters_of(body, contract)):
            place = Place(operation=operation, parameter=wire)
            found[f"{name}({PythonIdentifier(wire, '')})"] = place
    return found


def operations_of(contract: Document) -> dict[str, Document]:
    """Return the operations by method and path, such as `GET /assets`."""
    return {
        f"{method.upper()} {path}": {"parameters": item.get("parameters", []), **item[method]}
        for path, item in contract.get("paths", {}).items()
        for method in METHODS
        if method in item
    }


def parameters_of(operation: Document, contract: Document) -> list[str]:
    return [str(resolve(one, contract)["name"]) for one in operation["parameters"]]


def resolve(node: Document, contract: Document) -> Document:
    """Return the node, or what it refers to; an empty one if the reference is dangling."""
    while "$ref" in node:
        target: Any = contract
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target.get(part, {})
        node = target
    return node


def stepped(
    nodes: Iterable[Document], property: str, contract: Document
) -> Iterator[tuple[str, Document]]:
    """Yield the schemas of a property of some objects, each with the name of its owner."""
    for node in nodes:
        for schema, one in variants(node, contract):
            if property in one.get("properties", {}):
                yield schema, one["properties"][property]


def variants(
    node: Document, contract: Document, schema: str = ""
) -> Iterator[tuple[str, Document]]:
    """Yield the node, what it refers to, its variants and the items of a list."""
    if "$ref" in node:
        schema = node["$ref"].rpartition("/")[2]
        node = resolve(node, contract)
    yield schema, node
    items = [node["items"]] if "items" in node else []
    for one in [*node.get("oneOf", []), *node.get("anyOf", []), *node.get("allOf", []), *items]:
        yield from variants(one, contract, schema)


def reached(start: Any, contract: Document) -> set[str]:
    """Return the schemas that a part of the contract refers to, directly or through others."""
    references: set[str] = set()
    waiting = [start]
    while waiting:
        match waiting.pop():
            case {"$ref": str(reference)} as node:
                if reference not in references:
                    references.add(reference)
                    waiting.append(resolve(node, contract))
            case dict() as node:
                waiting += node.values()
            case list() as nodes:
                waiting += nodes
            case _:
                pass
    return {one.removeprefix(SCHEMAS) for one in references if one.startswith(SCHEMAS)}


def sent_and_received(contract: Document) -> tuple[set[str], set[str]]:
    """Return the schemas that users send, and those that they receive. One can be both."""
    found = operations_of(contract).values()
    sent = [part for one in found for part in (one["parameters"], one.get("requestBody"))]
    received = [one.get("responses") for one in found]
    return reached(sent, contract), reached(received, contract)
