"""The OpenAPI contract, loaded and compiled to validators.

Nothing here knows a parameter or a property by name: what is required, allowed and bounded stands
in `embed-v2.yaml` alone, so that a changed contract changes the validation.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.nulls import without_nulls
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.contract.violations import first_violation

JSON = "application/json"
FORM = "multipart/form-data"
BYTES = "application/octet-stream"

_METHODS = ("get", "put", "post", "delete", "patch")
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def default_path() -> Traversable:
    """Return the contract file: that of the package when installed, else that of the checkout."""
    installed = files("twelvelabs_embed_emulator") / "embed-v2.yaml"
    checkout = Path(__file__).resolve().parents[3]
    return installed if installed.is_file() else checkout / "openapi" / "embed-v2.yaml"


def load_yaml(path: Traversable) -> Any:
    """Read a YAML file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times faster
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


class Contract:
    """The contract, compiled once.

    Args:
        path: an OpenAPI 3.1 document.
        strict_nulls: whether `null` in an optional property is an error; see `nulls`.

    Attributes:
        version: that of the document.
        operations: all that it describes. Of two paths that match the same request, the one with a
            fixed part where the other has a parameter comes first.

    Raises:
        OSError: the file cannot be read.
        KeyError: it is not an OpenAPI document.
    """

    def __init__(self, path: Traversable, *, strict_nulls: bool = False) -> None:
        document: Json = load_yaml(path)
        components = document["components"]
        self.version = str(document["info"]["version"])
        self.operations = [
            Operation(path, method, item[method], components, strict_nulls=strict_nulls)
            for path, item in sorted(document["paths"].items(), key=_with_parameters)
            for method in _METHODS
            if method in item
        ]


def _with_parameters(item: tuple[str, Json]) -> list[bool]:
    """Return which parts of a path are parameters; empty when none is."""
    are_parameters = [part.startswith("{") for part in item[0].split("/")]
    return are_parameters if any(are_parameters) else []


class Operation:
    """One operation of the contract. Its methods are thread-safe, and raise `ApiError`.

    Attributes:
        id: its `operationId`.
        path: such as `/embed-v2/tasks/{task_id}`.
        method: such as `POST`.
        content_type: that of the body; None when it has none.
        success_status: the status of its first response that is no error.
    """

    def __init__(
        self,
        path: str,
        method: str,
        operation: Json,
        components: Json,
        *,
        strict_nulls: bool,
    ) -> None:
        self.id: str = operation["operationId"]
        self.path = path
        self.method = method.upper()
        statuses = [int(one) for one in operation.get("responses", {}) if str(one).isdecimal()]
        self.success_status = min(statuses, default=200)
        content = operation.get("requestBody", {}).get("content", {})
        self.content_type: str | None = next(iter(content), None)
        self._query = _query_schema(operation.get("parameters", []), components)
        self._query_validator = _validator(self._query, components)
        self._body: Json = content[self.content_type]["schema"] if content else {}
        self._body_validator = _validator(self._body, components) if content else None
        self._components = components
        self._strict_nulls = strict_nulls

    def validate(self, document: Any) -> Any:
        """Validate the decoded body of a request, and return it without explicit nulls.

        The error names the most relevant violation.
        """
        validator = self._body_validator
        if validator is None or validator.is_valid(document):
            return document
        if not self._strict_nulls:
            resolve = partial(_resolve, components=self._components)
            document = without_nulls(document, [self._body], resolve)
        _validate(document, validator)
        return document

    def read_query(self, items: Iterable[tuple[str, str]]) -> Json:
        """Return the validated parameters of a query, with their types and default values."""
        properties: Json = self._query["properties"]
        query: Json = {}
        for given, text in items:
            name = given.removesuffix("[]") if _is_array(properties, given) else given
            schema = properties.get(name, {})
            if schema.get("type") == "array":
                # The values of an enum hold no comma: one parameter may hold several of them.
                is_enum = "enum" in _resolve(schema["items"], self._components)
                query.setdefault(name, []).extend(text.split(",") if is_enum else [text])
            elif name in query:
                raise bad_request(name, "is given more than once")
            else:
                query[name] = _typed(text, schema)
        _validate(query, self._query_validator)
        defaults = {name: one["default"] for name, one in properties.items() if "default" in one}
        return defaults | query

    def read_form(self, fields: Mapping[str, str]) -> Json:
        """Return the validated text fields of a form, with their types."""
        properties: Json = _resolve(self._body, self._components).get("properties", {})
        form = {name: _typed(text, properties.get(name, {})) for name, text in fields.items()}
        return Json(self.validate(form))


def _is_array(properties: Json, name: str) -> bool:
    """Return whether a name is that of a list, also with the `[]` that some clients append."""
    schema: Json = properties.get(name.removesuffix("[]"), {})
    return schema.get("type") == "array"


def _typed(text: str, schema: Json) -> Any:
    """Convert `text` to the type of `schema`; return the text itself if that is not possible."""
    if schema.get("type") == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if schema.get("type") == "boolean" and text in _BOOLEANS:
        return _BOOLEANS[text]
    return text


def _resolve(schema: Json, components: Json, section: str = "schemas") -> Json:
    """Return a schema (or a parameter), or the one of the components that it refers to."""
    resolved: Json = schema
    if "$ref" in schema:
        resolved = components[section][schema["$ref"].rpartition("/")[2]]
    return resolved


def _query_schema(parameters: Sequence[Json], components: Json) -> Json:
    """Return the schema of an object that holds the parameters of a query."""
    resolved = [_resolve(one, components, "parameters") for one in parameters]
    in_query = [one for one in resolved if one["in"] == "query"]
    return {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in in_query},
        "required": [one["name"] for one in in_query if one.get("required")],
        "additionalProperties": False,
    }


def _validator(schema: Json, components: Json) -> Draft202012Validator:
    return Draft202012Validator(
        {**schema, "components": components}, validate_formats=True, offline=True
    )


def _validate(document: Any, validator: Draft202012Validator) -> None:
    if not validator.is_valid(document):
        violation = first_violation(validator.iter_errors(document))
        raise bad_request(violation.field, violation.text, violation.code)
