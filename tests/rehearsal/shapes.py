"""Compares an answer, as it is on the wire, with the shape that botocore's model gives it.

botocore itself is lenient: it skips what it does not know and takes what it gets. Here every element must be
known, required members must be there, values must have their type, enumerated ones must be in the list.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_ENVELOPE = {"requestId", "RequestId", "ResponseMetadata"}


def problems(operation: Any, headers: dict[str, str], body: bytes) -> list[str]:
    """What is wrong with the answer to an operation, each with its place."""
    shape = operation.output_shape
    if shape is None or not body:
        return []
    if operation.service_model.protocol in ("json", "rest-json"):
        return list(_json(shape, json.loads(body), operation.name))
    root = ElementTree.fromstring(body)
    wrapper = shape.serialization.get("resultWrapper")
    if wrapper:
        root = next(child for child in root if _name(child) == wrapper)
    return list(_xml(shape, root, operation.name))


def _json(shape: Any, value: Any, place: str) -> Iterator[str]:
    if shape.type_name == "structure":
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        names = {name: member.serialization.get("name", name) for name, member in shape.members.items()}
        yield from (f"{place}.{name} is unknown" for name in value if name not in members)
        yield from (
            f"{place}.{name} is missing" for name in shape.required_members if names[name] not in value
        )
        for name, item in value.items():
            if name in members:
                yield from _json(members[name], item, f"{place}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from _json(shape.member, item, f"{place}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _json(shape.value, item, f"{place}.{key}")
    else:
        kinds = {"boolean": bool, "integer": int, "long": int, "timestamp": (int, float, str)}
        kind: Any = kinds.get(shape.type_name, (str, int, float))
        if not isinstance(value, kind):
            yield f"{place} = {value!r} is no {shape.type_name}"
        yield from _enumerated(shape, value, place)


def _xml(shape: Any, node: Any, place: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _structure(shape, node, place)
    elif shape.type_name == "list":
        expected = shape.member.serialization.get("name", "member")
        for child in node:
            if _name(child) != expected:
                yield f"{place} holds {_name(child)} in place of {expected}"
            yield from _xml(shape.member, child, f"{place}[]")
    elif shape.type_name == "map":
        return
    else:
        text = node.text or ""
        patterns = {
            "boolean": "true|false",
            "integer": r"-?\d+",
            "long": r"-?\d+",
            "timestamp": _TIME.pattern,
        }
        if not re.fullmatch(patterns.get(shape.type_name, r"(?s:.*)"), text):
            yield f"{place} = {text!r} is no {shape.type_name}"
        yield from _enumerated(shape, text, place)


def _structure(shape: Any, node: Any, place: str) -> Iterator[str]:
    members, seen = {}, set()
    for name, member in shape.members.items():
        location = member.serialization.get("name", name)
        if member.type_name == "list" and member.serialization.get("flattened"):
            location = member.member.serialization.get("name", location)
        members[location] = (name, member)
        if member.serialization.get("location"):
            seen.add(name)
    for child in node:
        if _name(child) in _ENVELOPE:
            continue
        if _name(child) not in members:
            yield f"{place}.{_name(child)} is unknown"
            continue
        name, member = members[_name(child)]
        seen.add(name)
        flat = member.type_name == "list" and member.serialization.get("flattened")
        yield from _xml(member.member if flat else member, child, f"{place}.{name}")
    yield from (f"{place}.{name} is missing" for name in shape.required_members if name not in seen)


def _enumerated(shape: Any, value: Any, place: str) -> Iterator[str]:
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield f"{place} = {value!r} is none of {', '.join(allowed[:6])}"


def _name(node: Any) -> str:
    return str(node.tag.rpartition("}")[2])
