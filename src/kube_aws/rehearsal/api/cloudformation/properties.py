"""Check a resource's properties against its type's schema, in CloudFormation's words.

The words are those of AWS's validator (aws-cloudformation/cloudformation-resource-schema), which names the
place by a JSON pointer and does not repeat the value: it could be a secret.
"""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def coerce(value: Any, schema: Schema, root: Schema) -> Any:
    """Return `value` with scalars in the type that the schema asks for, as CloudFormation converts them.

    "true" is a boolean where one is wanted, 80 a string; what cannot be converted stays as it is.
    """
    schema = _follow(schema, root)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        value = coerce(value, part, root)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {key: coerce(item, known[key], root) if key in known else item for key, item in value.items()}
    if isinstance(value, list):
        return [coerce(item, schema["items"], root) for item in value] if "items" in schema else value
    return _scalar(value, schema.get("type"))


def violations(value: Any, schema: Schema, root: Schema, pointer: str = "#") -> Iterator[str]:
    """Yield what is wrong, one line each, as `#/Tags/0: required key [Value] not found`."""
    schema = _follow(schema, root)
    wanted = schema.get("type")
    if wanted and not any(_is(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted)):
        name = wanted if isinstance(wanted, str) else wanted[0]
        yield f"{pointer}: expected type: {_NAMES[name]}, found: {_found(value)}"
        return
    if isinstance(value, dict):
        yield from _object(value, schema, root, pointer)
    elif isinstance(value, list):
        yield from _array(value, schema, root, pointer)
    elif not isinstance(value, bool):
        yield from _bounds(value, schema, pointer)
    if "enum" in schema and value not in schema["enum"]:
        yield f"{pointer}: failed validation constraint for keyword [enum]"
    if "const" in schema and value != schema["const"]:
        yield f"{pointer}: failed validation constraint for keyword [const]"
    yield from _combined(value, schema, root, pointer)


def _object(value: dict[str, Any], schema: Schema, root: Schema, pointer: str) -> Iterator[str]:
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{pointer}: required key [{key}] not found"
    for key, item in value.items():
        if key in known:
            yield from violations(item, known[key], root, f"{pointer}/{key}")
            continue
        matching = [part for pattern, part in patterns.items() if re.search(pattern, key)]
        for part in matching:
            yield from violations(item, part, root, f"{pointer}/{key}")
        if not matching and schema.get("additionalProperties") is False:
            yield f"{pointer}: extraneous key [{key}] is not permitted"


def _array(value: list[Any], schema: Schema, root: Schema, pointer: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{pointer}: expected minimum item count: {schema['minItems']}, found: {len(value)}"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{pointer}: expected maximum item count: {schema['maxItems']}, found: {len(value)}"
    if schema.get("uniqueItems") and any(item in value[:place] for place, item in enumerate(value)):
        yield f"{pointer}: array items are not unique"
    if isinstance(schema.get("items"), dict):
        for place, item in enumerate(value):
            yield from violations(item, schema["items"], root, f"{pointer}/{place}")


def _bounds(value: str | float, schema: Schema, pointer: str) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield f"{pointer}: expected minLength: {schema['minLength']}, actual: {len(value)}"
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{pointer}: expected maxLength: {schema['maxLength']}, actual: {len(value)}"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{pointer}: failed validation constraint for keyword [pattern]"
        return
    if value < schema.get("minimum", value):
        yield f"{pointer}: failed validation constraint for keyword [minimum]"
    if value > schema.get("maximum", value):
        yield f"{pointer}: failed validation constraint for keyword [maximum]"


def _combined(value: Any, schema: Schema, root: Schema, pointer: str) -> Iterator[str]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(keyword, ())
        matching = sum(not any(violations(value, part, root)) for part in parts)
        if keyword == "allOf" and matching < len(parts):
            yield f"{pointer}: #: only {matching} subschema matches out of {len(parts)}"
        elif keyword == "anyOf" and parts and not matching:
            yield f"{pointer}: #: no subschema matched out of the total {len(parts)} subschemas"
        elif keyword == "oneOf" and parts and matching != 1:
            yield f"{pointer}: #: {matching} subschemas matched instead of one"


def _follow(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def _scalar(value: Any, wanted: str | list[str] | None) -> Any:
    if wanted == "string" and isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, str):
        if wanted == "boolean" and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if wanted == "integer" and re.fullmatch(r"-?\d+", value):
            return int(value)
        if wanted == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return float(value)
    return value


_NAMES = {
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
    "array": "JSONArray",
    "object": "JSONObject",
    "null": "Null",
}
_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def _is(value: Any, name: str) -> bool:
    # In Python a boolean is an integer too.
    return isinstance(value, _KINDS[name]) and (name == "boolean" or not isinstance(value, bool))


def _found(value: Any) -> str:
    if isinstance(value, float):
        return "BigDecimal"
    return next(
        _NAMES[name]
        for name in ("boolean", "integer", "string", "array", "object", "null")
        if _is(value, name)
    )
