"""Documents as they come: what cannot be read is omitted, and named.

`post: null` is no operation; `required: true` in a schema, or a parameter without a name, says
nothing that could be compared.
"""

from typing import Any

from scripts.api_watch.schemas import LOWER, UPPER, Json

NUMBER, MAP, LIST = (int, float), (dict,), (list,)
# What the values of keywords must be.
EXPECTED: dict[str, tuple[type, ...]] = {
    **dict.fromkeys((*LOWER, *UPPER, "multipleOf"), NUMBER),
    **dict.fromkeys(("properties", "responses", "content", "headers", "components"), MAP),
    **dict.fromkeys(("paths", "schemas", "securitySchemes", "schema", "requestBody"), MAP),
    **dict.fromkeys(("if", "then", "else", "not", "variables", "info"), MAP),
    **dict.fromkeys(("allOf", "oneOf", "anyOf", "enum", "security", "servers", "tags"), LIST),
    **dict.fromkeys(("$ref", "name", "in", "pattern", "format", "operationId"), (str,)),
    "type": (str, list),
    "required": (bool, list),
    "items": (dict, bool),
    "additionalProperties": (dict, bool),
}
# Their keys are names and no keywords, and each value is a map.
NAMED = {
    "paths", "schemas", "properties", "responses", "content", "headers", "securitySchemes",
    "requestBodies", "pathItems", "variables", "parameters",
}  # fmt: skip
# Of these, the maps are schemas, which can be a truth value.
SCHEMAS = ("properties", "schemas")
# Their values are of any kind.
VALUES = {"default", "const", "enum", "example", "examples", "value"}
# Lists of maps, and what each map needs.
ITEMS = {
    "parameters": {"name", "in"}, "servers": {"url"}, "security": set[str](),
    "allOf": set[str](), "oneOf": set[str](), "anyOf": set[str](),
}  # fmt: skip
METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")


def cleaned(node: Json, dropped: list[str], path: str = "", names: str = "") -> Any:
    """Return a document without what cannot be read.

    Args:
        node: the document, or a part of it
        dropped: gets the places of what was omitted
        path: of the node
        names: the keyword whose names the keys are, such as `properties`; empty for keywords
    """
    if not isinstance(node, dict):
        return node
    found = {}
    for key, value in node.items():
        here = f"{path}/{str(key).replace('/', '~1')}"
        if not names and key in VALUES and (key != "enum" or isinstance(value, list)):
            found[key] = value
        elif value is None:
            continue
        elif not fits(key, value, names, path):
            dropped.append(here)
        elif isinstance(value, list) and not names:
            found[key] = cleaned_items(key, value, dropped, here)
        else:
            found[key] = cleaned(value, dropped, here, key if not names and key in NAMED else "")
    return found


def fits(key: str, value: Json, names: str, path: str) -> bool:
    if names:
        return isinstance(value, dict) or (names in SCHEMAS and isinstance(value, bool))
    if key == "parameters":
        return isinstance(value, dict if path == "/components" else list)
    if key in ("required", "type") and isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    if key in METHODS and not isinstance(value, dict):
        return False
    is_number = key in EXPECTED and EXPECTED[key] is NUMBER
    if is_number and isinstance(value, bool):
        return key.startswith("exclusive")
    return isinstance(value, EXPECTED.get(key, object))


def cleaned_items(key: str, items: list[Json], dropped: list[str], path: str) -> list[Json]:
    if key not in ITEMS:
        return items
    found = []
    for number, item in enumerate(items):
        here = f"{path}/{number}"
        one = cleaned(item, dropped, here) if isinstance(item, dict) else None
        if one is None or not (ITEMS[key] <= one.keys() or "$ref" in one):
            dropped.append(here)
        else:
            found.append(one)
    return found
