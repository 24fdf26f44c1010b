"""Extension of griffe: the signatures of methods that are made from flows.

griffe reads source, where `resume = sync_method(EmbedFlows.resume)` is an attribute, and where the
methods of `V2Client` do not stand at all; they are taken from the imported class.
"""

import importlib
import inspect
import re
from typing import Any

import griffe

MAKER = re.compile(r"_?(a?sync|blocking|awaiting)_?\w*\(")


class FlowMethods(griffe.Extension):
    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        for module in modules(pkg):
            for found in module.classes.values():
                if not found.is_alias:
                    complete(found)


def modules(package: griffe.Module) -> list[griffe.Module]:
    inner = [one for one in package.modules.values() if not one.is_alias]
    return [package, *(deep for one in inner for deep in modules(one))]


def complete(found: griffe.Class) -> None:
    """Add the functions that the imported class has and its source has not."""
    real = getattr(importlib.import_module(found.module.path), found.name, None)
    for name, value in vars(real).items() if isinstance(real, type) else ():
        written = found.members.get(name)
        is_made = written is None or (written.is_attribute and MAKER.match(str(written.value)))
        is_public = not name.startswith("_") or name == "__call__"
        if inspect.isfunction(value) and is_public and is_made:
            found.set_member(name, method(name, value, written or found))


def method(name: str, real: Any, written: griffe.Object) -> griffe.Function:
    signature = inspect.signature(real)
    returned = signature.return_annotation
    made = griffe.Function(
        name,
        lineno=written.lineno,
        endlineno=written.endlineno,
        parameters=griffe.Parameters(*map(parameter, signature.parameters.values())),
        returns=None if returned is inspect.Signature.empty else str(returned),
        docstring=griffe.Docstring(
            inspect.getdoc(real) or "", parser="google", parser_options={"warnings": False}
        ),
    )
    made.labels |= {"async"} if inspect.iscoroutinefunction(real) else set()
    assert made.docstring is not None
    made.docstring.parent = made
    return made


def parameter(real: inspect.Parameter) -> griffe.Parameter:
    empty = inspect.Parameter.empty
    return griffe.Parameter(
        real.name,
        kind=griffe.ParameterKind[real.kind.name.lower()],
        annotation=None if real.annotation is empty else str(real.annotation),
        default=None if real.default is empty else repr(real.default),
    )
