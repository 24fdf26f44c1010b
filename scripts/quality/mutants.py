"""Mutants: small changes of code that a test should notice, made with the operators of mutmut.

mutmut itself omits decorated functions and the data of modules and classes, since it runs all
mutants of a file from one copy. Here each mutant is a file of its own, so they are included, as are
two changes that it does not know: a call whose result nobody uses is omitted, and a condition is
inverted.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from functools import lru_cache
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import deep_replace
from mutmut.mutation.mutators import mutation_operators

_NEVER_CALLS = m.OneOf(*(m.Name(name) for name in ("cast", "TypeVar", "NewType", "super", "len")))
_CACHES = {"cache", "lru_cache", "cached_property"}
_LOGGING = m.Attribute(
    value=m.Name(value=m.MatchIfTrue(lambda name: name in {"logger", "_logger", "log", "_log"}))
)


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        path: the changed file, below the root
        line: where the changed expression or statement begins
        is_in_function: whether it runs when a function is called, not when the module is imported
        is_cached: whether it is in a function whose results are cached, or that only such call
        code: the whole file with the change
        diff: the change, as `diff -u` shows it, with a line of context
    """

    path: Path
    line: int
    is_in_function: bool
    is_cached: bool
    code: str
    diff: str

    @property
    def is_program(self) -> bool:
        """Whether it changes something, and compiles."""
        with suppress(SyntaxError):
            return bool(self.diff and ast.parse(self.code))
        return False

    @property
    def change(self) -> str:
        """The change without its place, which moves with the lines above."""
        return "".join(one for one in self.diff.splitlines(True) if not one.startswith("@@ "))


def find_sites(root: Path, path: Path, lines: set[int] | None = None) -> list[tuple[Path, int]]:
    """List a file's mutants by number, optionally of some lines only; they are made one by one."""
    changes = _changes(root / path)[1]
    return [(path, n) for n, one in enumerate(changes) if lines is None or one.line in lines]


def make_mutant(root: Path, path: Path, number: int) -> Mutant:
    """Make one of the mutants that `find_sites` lists."""
    module, changes = _changes(root / path)
    change = changes[number]
    changed = deep_replace(module, change.old, change.new)
    assert isinstance(changed, cst.Module)
    before, after = module.code.splitlines(True), changed.code.splitlines(True)
    diff = "".join(unified_diff(before, after, str(path), str(path), n=1))
    flags = (change.is_in_function, change.is_cached)
    return Mutant(path, change.line, *flags, changed.code, diff)


@dataclass(frozen=True)
class _Change:
    line: int
    is_in_function: bool
    is_cached: bool
    old: cst.CSTNode
    new: cst.CSTNode


@lru_cache(maxsize=1)  # sites are made in the order of files
def _changes(path: Path) -> tuple[cst.Module, list[_Change]]:
    wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
    visitor = _Visitor(_cached_functions(wrapper.module))
    return wrapper.visit(visitor), visitor.changes


def _cached_functions(module: cst.Module) -> set[str]:
    """Return the functions whose results are cached, and the private ones that only such call."""
    functions = [
        one for one in m.findall(module, m.FunctionDef()) if isinstance(one, cst.FunctionDef)
    ]
    cached = {one.name.value for one in functions if any(map(_is_cache, one.decorators))}
    used = {one.name.value: _names_in(one.body) for one in functions}
    defined, in_module = Counter(one.name.value for one in functions), _names_in(module)
    while cached:
        by_cached = sum((used[name] for name in cached), Counter[str]())
        more = {
            name
            for name in used.keys() - cached
            if name.startswith("_") and 0 < by_cached[name] == in_module[name] - defined[name]
        }
        if not more:
            break
        cached |= more
    return cached


def _is_cache(decorator: cst.Decorator) -> bool:
    return bool(_names_in(decorator).keys() & _CACHES)


def _names_in(node: cst.CSTNode) -> Counter[str]:
    return Counter(one.value for one in m.findall(node, m.Name()) if isinstance(one, cst.Name))


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, cached: set[str]) -> None:
        super().__init__()
        self.changes: list[_Change] = []
        self._cached = cached
        self._functions: list[str] = []  # the outermost one first

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_omitted(node):
            return False
        for new in _replacements(node):
            position = self.get_metadata(PositionProvider, node, None)
            if position is not None:
                is_cached = not self._cached.isdisjoint(self._functions)
                line, is_in_function = position.start.line, bool(self._functions)
                self.changes.append(_Change(line, is_in_function, is_cached, node, new))
        return True

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        if isinstance(node, cst.FunctionDef) and attribute == "body":
            self._functions.append(node.name.value)

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        if isinstance(original_node, cst.FunctionDef) and attribute == "body":
            self._functions.pop()


def _is_omitted(node: cst.CSTNode) -> bool:
    """Return whether it is no behaviour: types, imports, docstrings, logging, texts for people."""
    return (
        isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.FormattedString)
        or (isinstance(node, cst.SimpleString | cst.ConcatenatedString) and _is_prose(node))
        or m.matches(node, m.Expr(value=m.SimpleString() | m.ConcatenatedString()))
        or m.matches(node, m.Call(func=_NEVER_CALLS | _LOGGING))
        or m.matches(node, m.Expr(value=m.Call(func=_LOGGING)))
        or m.matches(node, m.If(test=m.Name("TYPE_CHECKING")))
        or m.matches(node, m.Assign(targets=[m.AssignTarget(target=m.Name("__all__"))]))
        or m.matches(node, m.AnnAssign(annotation=m.Annotation(annotation=m.Name("TypeAlias"))))
        or m.matches(node, m.Subscript(value=m.Name("Literal")))
        or m.matches(node, m.Decorator(decorator=m.Name() | m.Attribute()))
    )


def _is_prose(node: cst.SimpleString | cst.ConcatenatedString) -> bool:
    """Return whether a text is for people; the wording of a message is asserted in one place."""
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
    """Return whether only an argument that is a text for people was taken from a call."""
    if not (isinstance(old, cst.Call) and isinstance(new, cst.Call)):
        return False
    kept = {id(argument.value) for argument in new.args}
    gone = [argument.value for argument in old.args if id(argument.value) not in kept]
    return any(
        isinstance(value, cst.FormattedString)
        or (isinstance(value, cst.SimpleString | cst.ConcatenatedString) and _is_prose(value))
        for value in gone
    )
