"""Names and strings in source files, each with the function or class that it stands in."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A name or a whole string in our code.

    Attributes:
        text: the word itself
        kind: `key` (of a mapping), `string`, `attribute`, `argument` (of a call), `parameter` (of a
            function) or `name`
        line: from 1
        definition: the function, or else the class, that it stands in; empty outside of one
        called: what is called, for an argument
    """

    text: str
    kind: str
    line: int
    definition: str
    called: str = ""


def words(node: ast.AST, definition: str) -> Iterator[Word]:
    """Yield the words of a syntax tree, in source order."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            definition = f"{definition}.{name}" if definition else name
            yield Word(name, "name", node.lineno, definition)
        case ast.Call(func=function, keywords=keywords):
            called = ast.unparse(function).rpartition(".")[2]
            for one in keywords:
                yield Word(one.arg or "", "argument", one.value.lineno, definition, called)
        case ast.arg(arg=name):
            yield Word(name, "parameter", node.lineno, definition)
        case ast.Attribute(attr=name):
            yield Word(name, "attribute", node.lineno, definition)
        case ast.Name(id=name) | ast.alias(name=name):
            yield Word(name, "name", node.lineno, definition)
        case ast.Constant(value=str(name)):
            yield Word(name, "string", node.lineno, definition)
        case _:
            pass
    for key in keys_of(node):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield Word(key.value, "key", key.lineno, definition)
    for child in ast.iter_child_nodes(node):
        yield from words(child, definition)


def keys_of(node: ast.AST) -> Iterable[ast.AST | None]:
    match node:
        case ast.Dict(keys=keys) | ast.MatchMapping(keys=keys):
            return keys
        case ast.Subscript(slice=key):
            return [key]
        case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[key, *_]):
            return [key]
        case ast.Compare(left=key, ops=[ast.In()]):
            return [key]
        case _:
            return []
