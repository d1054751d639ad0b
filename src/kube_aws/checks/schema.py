"""Kubernetes' objects against the schemas of their kinds, every fault with its line and column.

The schemas are JSON Schema, of which Kubernetes uses `$ref`, `type`, `properties`, `required`, `items`,
`additionalProperties`, and `oneOf` for types.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kube_aws.checks.documents import json_type

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

Schema = Mapping[str, Any]

_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "a text",
    "null": "nothing",
}


class Fault(NamedTuple):
    """What is wrong with a node: the issue's short name, and what it is."""

    node: Node
    issue: str
    what: str


class Schemas(NamedTuple):
    """Schemas by their name, and by the apiVersion and kind that stand at the root of a file."""

    by_name: Mapping[str, Schema]
    by_kind: Mapping[tuple[str, str], Schema]


def read(path: Path) -> Schemas:
    """The schemas of a file: `{"$defs": {name: schema}}`."""
    by_name = json.loads(path.read_bytes())["$defs"]
    by_kind = {
        (f"{root['group']}/{root['version']}".removeprefix("/"), root["kind"]): schema
        for schema in by_name.values()
        for root in schema.get("x-kubernetes-group-version-kind", ())
    }
    return Schemas(by_name, by_kind)


def faults(node: Node, schema: Schema, schemas: Schemas) -> Iterator[Fault]:
    """All faults of a node and of what it holds."""
    yield from _faults(node, schema, schemas, set())


def nearest(name: str, names: Iterable[str]) -> str:
    """`; did you mean …?` where a known name is near, else nothing."""
    lower = {known.lower(): known for known in names}
    found = get_close_matches(name.lower(), lower, n=1, cutoff=0.75)
    return f"; did you mean {lower[found[0]]}?" if found else ""


def _faults(node: Node, schema: Schema, schemas: Schemas, seen: set[tuple[int, int]]) -> Iterator[Fault]:
    while "$ref" in schema:
        schema = schemas.by_name[schema["$ref"].rpartition("/")[2]]
    if (id(node), id(schema)) in seen:
        return  # an alias to what was looked at, perhaps to what holds it
    seen.add((id(node), id(schema)))
    expected, found = _types(schema), json_type(node)
    if expected and found not in expected and not (found == "integer" and "number" in expected):
        wanted = " or ".join(_WORDS[name] for name in expected if name != "null")
        yield Fault(node, "type", f"{wanted} stands here, not {_WORDS[found]}")
    elif found == "object":
        yield from _mapping_faults(node, schema, schemas, seen)
    elif found == "array":
        for item in node.value:
            yield from _faults(item, schema.get("items", {}), schemas, seen)


def _mapping_faults(
    node: Node, schema: Schema, schemas: Schemas, seen: set[tuple[int, int]]
) -> Iterator[Fault]:
    fields: Mapping[str, Schema] = schema.get("properties", {})
    others: Schema | bool = schema.get("additionalProperties", {})
    given: set[str] = set()
    for key, value in node.value:
        name = key.value
        if not isinstance(name, str):
            yield Fault(key, "key", "a key must be a word")
            continue
        if name in given:
            yield Fault(key, "twice", f"{name} is given twice")
        given.add(name)
        if name in fields:
            yield from _faults(value, fields[name], schemas, seen)
        elif not isinstance(others, bool):
            yield from _faults(value, others, schemas, seen)
        elif name != "<<":  # what a merge brings is looked at where it stands, if at all
            yield Fault(key, "field", f"there is no field {name} here{nearest(name, fields)}")
    for name in schema.get("required", ()):
        if name not in given and "<<" not in given:
            yield Fault(node, "missing", f"{name} is missing here")


def _types(schema: Schema) -> list[str]:
    """The types that a schema allows; none where it allows all."""
    if "oneOf" in schema:
        return [name for option in schema["oneOf"] for name in _types(option)]
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types
