"""Judges requests by the contract file itself, so that a changed contract changes the judge.

Nothing here knows a parameter or a property of a request by name: what is required, allowed and
bounded stands in `embed-v2.yaml` alone.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from twelvelabs_embed_emulator.contract.errors import Code, refuse

_Json: TypeAlias = dict[str, Any]

JSON = "application/json"
FORM = "multipart/form-data"

_METHODS = ("get", "put", "post", "delete", "patch")
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}
_LONGEST_MESSAGE = 240  # characters; a wrong value may be a whole file in base64


def default_path() -> Traversable:
    """Return the contract file: that of the package when installed, else that of the checkout."""
    installed = files("twelvelabs_embed_emulator") / "embed-v2.yaml"
    checkout = Path(__file__).resolve().parents[3]
    return installed if installed.is_file() else checkout / "openapi" / "embed-v2.yaml"


class Contract:
    """The contract, compiled once.

    Args:
        path: an OpenAPI 3.1 document.

    Attributes:
        operations: all that it describes. Of two paths that a request could mean, the one comes
            first that has a fixed part where the other has a parameter.

    Raises:
        OSError: the file cannot be read.
        KeyError: it is no such document.
    """

    def __init__(self, path: Traversable) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times faster
        document: _Json = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
        components = document["components"]
        self.operations = [
            Operation(path, method, item[method], components)
            for path, item in sorted(document["paths"].items(), key=_with_parameters)
            for method in _METHODS
            if method in item
        ]


def _with_parameters(item: tuple[str, _Json]) -> list[bool]:
    """Return which parts of a path are parameters; nothing when none is."""
    are_parameters = [part.startswith("{") for part in item[0].split("/")]
    return are_parameters if any(are_parameters) else []


class Operation:
    """One operation of the contract; its methods may be called from several threads.

    Attributes:
        id: its `operationId`.
        path: such as `/embed-v2/tasks/{task_id}`.
        method: such as `POST`.
        content_type: that of the body; None when it has none.
    """

    def __init__(self, path: str, method: str, operation: _Json, components: _Json) -> None:
        self.id: str = operation["operationId"]
        self.path = path
        self.method = method.upper()
        content = operation.get("requestBody", {}).get("content", {})
        self.content_type: str | None = next(iter(content), None)
        self._query = _query_schema(operation.get("parameters", []), components)
        self._query_validator = _validator(self._query, components)
        self._body: _Json = content[self.content_type]["schema"] if content else {}
        self._body_validator = _validator(self._body, components) if content else None
        self._components = components

    def judge(self, document: Any) -> None:
        """Check the decoded body of a request.

        Raises:
            ApiError: the body breaks the contract; the message names the most telling problem.
        """
        if self._body_validator is not None:
            _judge(document, self._body_validator)

    def read_query(self, items: Iterable[tuple[str, str]]) -> _Json:
        """Return the parameters of a query, with their types and default values.

        Raises:
            ApiError: the query breaks the contract.
        """
        properties: _Json = self._query["properties"]
        query: _Json = {}
        for name, text in items:
            schema = properties.get(name, {})
            if schema.get("type") == "array":
                # Words of a list hold no comma: one value may be several of them.
                is_words = "enum" in _resolved(schema["items"], self._components)
                query.setdefault(name, []).extend(text.split(",") if is_words else [text])
            elif name in query:
                raise refuse(name, "is given more than once")
            else:
                query[name] = _typed(text, schema)
        _judge(query, self._query_validator)
        defaults = {name: one["default"] for name, one in properties.items() if "default" in one}
        return defaults | query

    def read_form(self, fields: Mapping[str, str]) -> _Json:
        """Return the fields of a form that are text, with their types.

        Raises:
            ApiError: the form breaks the contract.
        """
        properties: _Json = _resolved(self._body, self._components).get("properties", {})
        form = {name: _typed(text, properties.get(name, {})) for name, text in fields.items()}
        self.judge(form)
        return form


def _typed(text: str, schema: _Json) -> Any:
    """Return what `text` means as a value of `schema`; the text itself if it is no such value."""
    if schema.get("type") == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if schema.get("type") == "boolean" and text in _BOOLEANS:
        return _BOOLEANS[text]
    return text


def _resolved(schema: _Json, components: _Json) -> _Json:
    """Return a schema, or the one of the components that it refers to."""
    found: _Json = schema
    if "$ref" in schema:
        found = components["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _query_schema(parameters: Sequence[_Json], components: _Json) -> _Json:
    """Return the schema of an object that holds the parameters of a query."""
    known = [
        components["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in parameters
    ]
    found = [one for one in known if one["in"] == "query"]
    return {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in found},
        "required": [one["name"] for one in found if one.get("required")],
        "additionalProperties": False,
    }


def _validator(schema: _Json, components: _Json) -> Draft202012Validator:
    return Draft202012Validator(
        {**schema, "components": components}, validate_formats=True, offline=True
    )


def _judge(document: Any, validator: Draft202012Validator) -> None:
    if not validator.is_valid(document):
        problem = _most_telling(_problems(validator.iter_errors(document)))
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
            case ValidationErrorKind.OneOfMultipleValid():
                text = f"{_shorten(json.dumps(error.instance))} gives more than one of what may be"
                yield _Problem(path, depth, "parameter_invalid", f"{text} given alone; choose one")
            case _:
                yield _Problem(path, depth, "parameter_invalid", _shorten(error.message))


def _problem_of_union(
    path: tuple[str | int, ...], depth: int, variants: list[list[ValidationError]]
) -> _Problem:
    """Return the problem of the variant that is meant: the one whose tag (a `const`) matches.

    One that knows nothing of what is there is not meant. When no tag matches, the tag itself is the
    problem, and when each variant lacks just one property, that none of them is there.
    """
    lacking = [_only_lack(errors, path) for errors in variants]
    if all(lacking):
        text = f"one of {_either([str(name) for name in lacking])} is required"
        return _Problem(path, depth, "parameter_not_provided", text)
    wrong_tags: list[ValidationError] = []
    meant = [errors for errors in variants if not _is_foreign(errors, path)]
    for errors in meant or variants:
        found = [error for error in errors if _is_wrong_tag(error, path)]
        if not found:
            return _most_telling(_problems(errors))
        wrong_tags += found
    text = _not_one_of(wrong_tags[0], [tag.kind.value for tag in wrong_tags])
    return _Problem(tuple(wrong_tags[0].instance_path), depth, "parameter_invalid", text)


def _only_lack(errors: list[ValidationError], path: tuple[str | int, ...]) -> str | None:
    """Return the name of the property without which alone the object at `path` is wrong."""
    kind = errors[0].kind if len(errors) == 1 else None
    if isinstance(kind, ValidationErrorKind.Required) and tuple(errors[0].instance_path) == path:
        return str(kind.property)
    return None


def _is_foreign(errors: list[ValidationError], path: tuple[str | int, ...]) -> bool:
    """Whether a variant requires what is not there, and knows nothing of what is."""
    own = [error for error in errors if tuple(error.instance_path) == path]
    requires = any(isinstance(error.kind, ValidationErrorKind.Required) for error in own)
    return requires and any(
        isinstance(error.kind, ValidationErrorKind.AdditionalProperties)
        and isinstance(error.instance, dict)
        and set(error.kind.unexpected) == set(error.instance)
        for error in own
    )


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
    return f"{_shorten(json.dumps(error.instance))} is not {_either(allowed)}"


def _either(allowed: Sequence[Any]) -> str:
    names = [json.dumps(value) for value in allowed]
    return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _field(path: tuple[str | int, ...]) -> str:
    """Write a path as `video.embedding_option[0]`; the body itself is `body`."""
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return _shorten(field.removeprefix(".") or "body")


def _shorten(text: str) -> str:
    """Cut the middle out of a long text: the value stands first, the limit last."""
    if len(text) <= _LONGEST_MESSAGE:
        return text
    return f"{text[: _LONGEST_MESSAGE // 2]}...{text[-_LONGEST_MESSAGE // 2 :]}"
