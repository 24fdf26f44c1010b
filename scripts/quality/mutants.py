"""Mutants: small changes of code that a test should notice, made with the operators of mutmut.

mutmut itself leaves out decorated functions and the data of modules and classes, since it runs all
mutants of a file from one copy. Here each mutant is a file of its own, so they are included, as are
two changes that it does not know: a call whose result nobody uses is left out, and a condition is
inverted.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import deep_replace
from mutmut.mutation.mutators import mutation_operators

_NEVER_CALLS = m.OneOf(*(m.Name(name) for name in ("cast", "TypeVar", "NewType", "super", "len")))
_LOGGING = m.Attribute(
    value=m.Name(value=m.MatchIfTrue(lambda name: name in {"logger", "_logger", "log", "_log"}))
)


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        path: the changed file, below the root
        line: where the changed expression or statement begins
        code: the whole file with the change
        diff: the change, as `diff -u` shows it, without context of more than a line
    """

    path: Path
    line: int
    code: str
    diff: str


def find_sites(root: Path, path: Path, lines: set[int] | None = None) -> list[tuple[Path, int]]:
    """List a file's mutants by number, optionally of some lines only; they are made one by one."""
    return [(path, number) for number, _ in enumerate(_changes(root / path, lines)[1])]


def make_mutant(root: Path, path: Path, number: int, lines: set[int] | None = None) -> Mutant:
    """Make one of the mutants that `find_sites` lists."""
    module, changes = _changes(root / path, lines)
    line, old, new = changes[number]
    changed = deep_replace(module, old, new)
    assert isinstance(changed, cst.Module)
    before, after = module.code.splitlines(True), changed.code.splitlines(True)
    diff = "".join(unified_diff(before, after, str(path), str(path), n=1))
    return Mutant(path, line, changed.code, diff)


_cache: dict[tuple[Path, float], tuple[cst.Module, list[tuple[int, cst.CSTNode, cst.CSTNode]]]] = {}


def _changes(
    path: Path, lines: set[int] | None
) -> tuple[cst.Module, list[tuple[int, cst.CSTNode, cst.CSTNode]]]:
    key = (path, path.stat().st_mtime)
    if key not in _cache:
        wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
        visitor = _Visitor()
        _cache[key] = wrapper.visit(visitor), visitor.changes
    module, changes = _cache[key]
    return module, [change for change in changes if lines is None or change[0] in lines]


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[int, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_left_alone(node):
            return False
        for new in _replacements(node):
            position = self.get_metadata(PositionProvider, node, None)
            if position is not None:
                self.changes.append((position.start.line, node, new))
        return True


def _is_left_alone(node: cst.CSTNode) -> bool:
    """Leave out what is not behaviour: types, imports, docstrings, logging and texts for people."""
    return (
        isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.FormattedString)
        or (isinstance(node, cst.SimpleString | cst.ConcatenatedString) and _is_prose(node))
        or m.matches(node, m.Expr(value=m.SimpleString() | m.ConcatenatedString()))
        or m.matches(node, m.Call(func=_NEVER_CALLS | _LOGGING))
        or m.matches(node, m.If(test=m.Name("TYPE_CHECKING")))
        or m.matches(node, m.Assign(targets=[m.AssignTarget(target=m.Name("__all__"))]))
        or m.matches(node, m.AnnAssign(annotation=m.Annotation(annotation=m.Name("TypeAlias"))))
        or m.matches(node, m.Decorator(decorator=m.Name() | m.Attribute()))
    )


def _is_prose(node: cst.SimpleString | cst.ConcatenatedString) -> bool:
    """Whether a text is for people; the wording of a message is asserted in one place."""
    value = node.evaluated_value
    return isinstance(value, str) and " " in value.strip()


def _replacements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from (new for new in operator(node) if not _is_prose_changed(node, new))
    if m.matches(node, m.Expr(value=m.Call() | m.Await(expression=m.Call()))):
        yield cst.Pass()
    if isinstance(node, cst.If):
        inside = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), inside))


def _is_prose_changed(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether only an argument that is a text for people was taken from a call."""
    if not (isinstance(old, cst.Call) and isinstance(new, cst.Call)):
        return False
    kept = {id(argument.value) for argument in new.args}
    gone = [argument.value for argument in old.args if id(argument.value) not in kept]
    return any(
        isinstance(value, cst.FormattedString)
        or (isinstance(value, cst.SimpleString | cst.ConcatenatedString) and _is_prose(value))
        for value in gone
    )


def compiles(code: str) -> bool:
    """Whether a mutant is a program at all."""
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True
