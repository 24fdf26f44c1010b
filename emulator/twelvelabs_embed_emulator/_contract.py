"""Judges request bodies by the contract file itself, so that a changed contract changes the judge.

Nothing here knows a property of a request by name: what is required, allowed and bounded stands in
`embed-v2.yaml` alone.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from jsonschema_rs import ValidationError, ValidationErrorKind

from ._errors import Code, refuse

_PATH = "/embed-v2"
_LONGEST_MESSAGE = 240  # characters; a wrong value may be a whole file in base64


def default_path() -> Path:
    """Return the contract file: beside the package when installed, else that of the checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "embed-v2.yaml"
    return installed if installed.exists() else here.parents[1] / "openapi" / "embed-v2.yaml"


class Contract:
    """The contract, compiled once; `judge` may be called from several threads.

    Args:
        path: an OpenAPI 3.1 document that describes `POST /embed-v2`.

    Raises:
        OSError: the file cannot be read.
        KeyError: it does not describe the operation.
    """

    def __init__(self, path: Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times faster
        document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        body = document["paths"][_PATH]["post"]["requestBody"]
        schema = body["content"]["application/json"]["schema"]
        self._validator = jsonschema_rs.Draft202012Validator(
            {**schema, "components": document["components"]}, validate_formats=True, offline=True
        )

    def judge(self, document: Any) -> None:
        """Check the decoded body of a request.

        Raises:
            ApiError: the body breaks the contract; the message names the most telling problem.
        """
        if not self._validator.is_valid(document):
            problem = _most_telling(_problems(self._validator.iter_errors(document)))
            raise refuse(_field(problem.path), problem.text, problem.code)


@dataclass(frozen=True)
class _Problem:
    path: tuple[str | int, ...]  # of the property, from the top of the body
    schema_depth: int
    code: Code
    text: str


def _problems(errors: Iterable[ValidationError]) -> Iterator[_Problem]:
    """Say each error in words, with the property that it is about."""
    for error in errors:
        path, depth = tuple(error.instance_path), len(error.schema_path)
        match error.kind:
            case ValidationErrorKind.Required(missing):
                yield _Problem((*path, missing), depth, "parameter_not_provided", "is required")
            case ValidationErrorKind.AdditionalProperties(unexpected):
                for name in unexpected:
                    text = "is not a known parameter"
                    yield _Problem((*path, name), depth, "parameter_unknown", text)
            case ValidationErrorKind.Enum(options):
                yield _Problem(path, depth, "parameter_invalid", _not_one_of(error, options))
            case ValidationErrorKind.Constant(expected):
                yield _Problem(path, depth, "parameter_invalid", _not_one_of(error, [expected]))
            case ValidationErrorKind.OneOfNotValid(variants):
                yield _problem_of_union(path, depth, variants)
            case _:
                yield _Problem(path, depth, "parameter_invalid", _shorten(error.message))


def _problem_of_union(
    path: tuple[str | int, ...], depth: int, variants: list[list[ValidationError]]
) -> _Problem:
    """Return the problem of the variant that is meant: the one whose tag (a `const`) matches.

    When no tag matches, the tag itself is the problem.
    """
    wrong_tags: list[ValidationError] = []
    for errors in variants:
        found = [error for error in errors if _is_wrong_tag(error, path)]
        if not found:
            return _most_telling(_problems(errors))
        wrong_tags += found
    text = _not_one_of(wrong_tags[0], [tag.kind.value for tag in wrong_tags])
    return _Problem(tuple(wrong_tags[0].instance_path), depth, "parameter_invalid", text)


def _is_wrong_tag(error: ValidationError, path: tuple[str | int, ...]) -> bool:
    """Whether `error` is that of a `const` property of the object at `path`."""
    is_const = isinstance(error.kind, ValidationErrorKind.Constant)
    return is_const and tuple(error.instance_path[:-1]) == path


def _most_telling(problems: Iterable[_Problem]) -> _Problem:
    """Return the problem that lies deepest in the body: it says most about where to look.

    Of equally deep ones, a wrong value comes first: it may be why others are missing or unknown.
    Then a rule of the object itself comes before a condition on it (`allOf`, `then`): when
    `input_type` is missing, all the conditions fail, and none of them matters.
    """
    return min(problems, key=_order)


def _order(problem: _Problem) -> tuple[int, bool, int]:
    is_wrong_value = problem.code == "parameter_invalid"
    return -len(problem.path), not is_wrong_value, problem.schema_depth


def _not_one_of(error: ValidationError, allowed: Sequence[Any]) -> str:
    """Say what may stand there, all of it; the library's own message leaves some out."""
    names = [json.dumps(value) for value in allowed]
    either = " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    return f"{_shorten(json.dumps(error.instance))} is not {either}"


def _field(path: tuple[str | int, ...]) -> str:
    """Write a path as `video.embedding_option[0]`; the body itself is `body`."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return _shorten(field.removeprefix(".") or "body")


def _shorten(text: str) -> str:
    """Cut the middle out of a long text: the value stands first, the limit last."""
    if len(text) <= _LONGEST_MESSAGE:
        return text
    return f"{text[: _LONGEST_MESSAGE // 2]}...{text[-_LONGEST_MESSAGE // 2 :]}"
