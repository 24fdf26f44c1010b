"""Violations: what is wrong with an input, as data, and their text for Python.

    Violation("route", "'task'", "a text is sent inside the request", Hint("omit", "route"))

A violation's `value` and `allowed` read the same in Python and on the command line. A hint may name
an argument, which is an option there: it is an action with arguments, and each side renders it from
a table of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from twelvelabs_embed._immutable import Immutable

__all__ = ["Hint", "HintRenderers", "Violation", "render_hint"]

HintRenderers: TypeAlias = Mapping[str, str | Callable[..., str]]
"""The text of each action: a format of its arguments, or what makes it of them."""


class Hint(Immutable):
    """What to do about a violation.

    Attributes:
        action: `text` (its argument says it all), `omit` fields, `set` a field to a value, `give` a
            field, `use_model`, `use_input` of a type, or another row of the renderers; `either` of
            several hints
        args: the arguments of the action: names of fields, values, hints
        then: what follows from it, as the end of the sentence
    """

    __slots__ = __match_args__ = ("action", "args", "then")
    action: str
    args: tuple[object, ...]
    then: str

    def __init__(self, action: str, *args: object, then: str = "") -> None:
        self._set_fields(action, args, then)

    def __str__(self) -> str:
        return render_hint(self, _PYTHON)


def render_hint(hint: Hint, renderers: HintRenderers) -> str:
    """Render a hint with a table of renderers."""
    if hint.action == "either":
        first, *others = (render_hint(one, renderers) for one in hint.args if isinstance(one, Hint))
        return ", or ".join([first, *(f"{text[0].lower()}{text[1:]}" for text in others)])
    render = renderers[hint.action]
    text = render.format(*hint.args) if isinstance(render, str) else render(*hint.args)
    return text + hint.then


def _arguments(*pairs: object) -> str:
    names, values = pairs[::2], pairs[1::2]
    return " and ".join(f"{name}={value!r}" for name, value in zip(names, values, strict=True))


_SEGMENTATIONS = {
    "fixed": "Fixed(sec)",
    "dynamic": "Dynamic(min_sec)",
    "spatial": "Spatial()",
    "sequential": "Sequential(5)",
}
_PYTHON: HintRenderers = {
    "text": "{0}",
    "omit": lambda *fields: f"Omit {' and '.join(map(str, fields))}",
    "set": lambda *pairs: f"Use {_arguments(*pairs)}",
    "give": "Give {0}",
    "example": "Write {0}={1}, for example",
    "use_model": "Use model={0!r}",
    "use_input": lambda *types: f"Use {' or '.join(f'{name}(…)' for name in types)}",
    "use_sound_of_video": "Use Video(…, options=['audio'])",
    "use_text_of_file": "For the words of a text use Text(…)",
    "use_segmentation": lambda *names: (
        f"Use {' or '.join(_SEGMENTATIONS[str(one)] for one in names)}"
    ),
    "add_source": "Add {0}=Image(…), for example",
    "name_input_type": (
        "Say what it is: Image(…), Audio(…) or Video(…); for the words of a text give a str"
    ),
    "convert_to_jpeg": "Convert it, or give it as a PIL image, which is sent as PNG",
    "get_again": "Get it again; a file object is read from its current position: seek(0) first",
}


class Violation(Immutable):
    """One thing that is wrong with an input.

    Attributes:
        field: which argument: `media`, `end`, `Fixed.sec`
        value: what was given, shortened for reading
        allowed: what is allowed
        hint: what to do about it; a plain text is made a `Hint`
        code: a stable name of what is wrong, such as `media.too_long`
    """

    __slots__ = __match_args__ = ("field", "value", "allowed", "hint", "code")
    field: str
    value: str
    allowed: str
    hint: Hint | None
    code: str

    def __init__(
        self,
        field: str,
        value: str,
        allowed: str,
        hint: Hint | str | None = None,
        *,
        code: str = "",
    ) -> None:
        if isinstance(hint, str):
            hint = Hint("text", hint) if hint else None
        self._set_fields(field, value, allowed, hint, code or f"{field}.invalid")

    def __str__(self) -> str:
        hint = f". {self.hint}" if self.hint else ""
        return f"{self.field}: {self.value}, but {self.allowed}{hint}"
