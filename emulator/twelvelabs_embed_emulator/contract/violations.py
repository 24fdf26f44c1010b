"""Violations of the contract: which of several is reported, and in which words."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema_rs import ValidationError, ValidationErrorKind

from twelvelabs_embed_emulator.contract.errors import Code

_Path: TypeAlias = tuple[str | int, ...]

_MESSAGE_MAX_CHARACTERS = 240  # a wrong value may be a whole file in base64


@dataclass(frozen=True)
class Violation:
    """A violation of a schema.

    Attributes:
        path: that of the property, from the top of the body.
        schema_depth: how deep in the schema the violated rule is.
        code: the error code for it.
        text: a description without the field.
    """

    path: _Path
    schema_depth: int
    code: Code
    text: str

    @property
    def field(self) -> str:
        """The path as `video.embedding_option[0]`; the body itself is `body`."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return _shorten("".join(parts).removeprefix(".") or "body")


def first_violation(errors: Iterable[ValidationError]) -> Violation:
    """Return the violation that lies deepest in the body, as it says most about where to look.

    Of equally deep ones, a wrong value comes first: it may be why others are missing or unknown.
    Then a rule of the object itself comes before a condition on it (`allOf`, `then`): when
    `input_type` is missing, all the conditions fail, and none of them matters.
    """

    def order(violation: Violation) -> tuple[int, bool, int]:
        is_wrong_value = violation.code == "parameter_invalid"
        return -len(violation.path), not is_wrong_value, violation.schema_depth

    return min(violations(errors), key=order)


def violations(errors: Iterable[ValidationError]) -> Iterator[Violation]:
    """Describe each error, with the property that it is about."""
    for error in errors:
        path, depth = tuple(error.instance_path), len(error.schema_path)
        match error.kind:
            case ValidationErrorKind.Required(missing):
                yield Violation((*path, missing), depth, "parameter_not_provided", "is required")
            case ValidationErrorKind.AdditionalProperties(unexpected):
                for name in unexpected:
                    text = "is not a known parameter"
                    yield Violation((*path, name), depth, "parameter_unknown", text)
            case ValidationErrorKind.Enum(options):
                yield Violation(path, depth, "parameter_invalid", _not_one_of(error, options))
            case ValidationErrorKind.Constant(expected):
                yield Violation(path, depth, "parameter_invalid", _not_one_of(error, [expected]))
            case ValidationErrorKind.OneOfNotValid(variants):
                yield _violation_of_union(path, depth, variants)
            case ValidationErrorKind.OneOfMultipleValid():
                text = f"{_shorten(json.dumps(error.instance))} gives more than one of what may be"
                yield Violation(path, depth, "parameter_invalid", f"{text} given alone; choose one")
            case _:
                yield Violation(path, depth, "parameter_invalid", _shorten(error.message))


def _violation_of_union(
    path: _Path, depth: int, variants: list[list[ValidationError]]
) -> Violation:
    """Return the violation of the intended variant: the one whose tag (a `const`) matches.

    A variant that knows none of the given properties is not intended. When no tag matches, the tag
    itself is wrong, and when each variant lacks just one property, one of these is required.
    """
    missing = [_only_missing(errors, path) for errors in variants]
    if all(missing):
        text = f"one of {_either([str(name) for name in missing])} is required"
        return Violation(path, depth, "parameter_not_provided", text)
    wrong_tags: list[ValidationError] = []
    intended = [errors for errors in variants if not _is_unrelated(errors, path)]
    for errors in intended or variants:
        tags = [error for error in errors if _is_wrong_tag(error, path)]
        if not tags:
            return first_violation(errors)
        wrong_tags += tags
    text = _not_one_of(wrong_tags[0], [tag.kind.value for tag in wrong_tags])
    return Violation(tuple(wrong_tags[0].instance_path), depth, "parameter_invalid", text)


def _only_missing(errors: list[ValidationError], path: _Path) -> str | None:
    """Return the missing property that is the only error of the object at `path`."""
    kind = errors[0].kind if len(errors) == 1 else None
    if isinstance(kind, ValidationErrorKind.Required) and tuple(errors[0].instance_path) == path:
        return str(kind.property)
    return None


def _is_unrelated(errors: list[ValidationError], path: _Path) -> bool:
    """Return whether a variant lacks what it requires, and knows none of the given properties."""
    own = [error for error in errors if tuple(error.instance_path) == path]
    is_missing_some = any(isinstance(error.kind, ValidationErrorKind.Required) for error in own)
    return is_missing_some and any(
        isinstance(error.kind, ValidationErrorKind.AdditionalProperties)
        and isinstance(error.instance, dict)
        and set(error.kind.unexpected) == set(error.instance)
        for error in own
    )


def _is_wrong_tag(error: ValidationError, path: _Path) -> bool:
    """Return whether `error` is that of a `const` property of the object at `path`."""
    is_const = isinstance(error.kind, ValidationErrorKind.Constant)
    return is_const and tuple(error.instance_path[:-1]) == path


def _not_one_of(error: ValidationError, allowed: Sequence[Any]) -> str:
    """List all allowed values; the library's own message omits some."""
    return f"{_shorten(json.dumps(error.instance))} is not {_either(allowed)}"


def _either(allowed: Sequence[Any]) -> str:
    names = [json.dumps(value) for value in allowed]
    return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _shorten(text: str) -> str:
    """Cut the middle out of a long text: the value stands first, the limit last."""
    if len(text) <= _MESSAGE_MAX_CHARACTERS:
        return text
    half = _MESSAGE_MAX_CHARACTERS // 2
    return f"{text[:half]}...{text[-half:]}"
