"""stack-template.json as it lies on disk, where people may have edited it: values and their positions."""

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from kube_aws.finding import Place
from kube_aws.tree import Tree

TEMPLATE = PurePosixPath("stack-template.json")

_DECODER = json.JSONDecoder()

Path = tuple[str | int, ...]
"""Keys and indices from the template's root to a value: `("Resources", "VPC", "Type")`."""


def parse(disk: Tree) -> object:
    """The template's value; None where it is missing or no JSON, which `checks/template.py` tells."""
    if TEMPLATE not in disk:
        return None
    try:
        return json.loads(disk[TEMPLATE].content)
    except (ValueError, RecursionError):
        return None


def walk(root: object) -> Iterator[tuple[Path, Any]]:
    """Every value with its path, containers before what they hold."""
    ahead: list[tuple[Path, object]] = [((), root)]
    while ahead:
        path, value = ahead.pop()
        yield path, value
        if isinstance(value, dict):
            ahead += [((*path, key), item) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            ahead += [((*path, index), item) for index, item in reversed(list(enumerate(value)))]


def at(value: object, *path: str | int) -> Any:
    """The value at a path; None where an edited template has none there."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def place(disk: Tree, path: Sequence[str | int]) -> Place:
    """Where a path stands in the file: its key, or its item in a list; else what it would lie in."""
    text = disk[TEMPLATE].content.decode()
    offset = _offset(text, path)
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Place(str(TEMPLATE), line, column, resource(path))


def resource(path: Sequence[str | int]) -> str | None:
    """The logical name of the resource that a path lies in."""
    return str(path[1]) if len(path) > 1 and path[0] == "Resources" else None


def _offset(text: str, path: Sequence[str | int]) -> int:
    offset = start = _blank(text, 0)
    for step in path:
        found = next((item for item in _items(text, start) if item[0] == step), None)
        if found is None:
            break
        _, offset, start = found
    return offset


def _items(text: str, start: int) -> Iterator[tuple[str | int, int, int]]:
    """Each item of the object or list at `start`: its key or index, where it begins, where its value does."""
    if text[start] not in "{[":
        return
    is_object = text[start] == "{"
    at = _blank(text, start + 1)
    index = 0
    while text[at] not in "}]":
        key: str | int = index
        value = at
        if is_object:
            key, end = _DECODER.raw_decode(text, at)
            value = _blank(text, _blank(text, end) + 1)
        yield key, at, value
        _, end = _DECODER.raw_decode(text, value)
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at] == "," else at
        index += 1


def _blank(text: str, at: int) -> int:
    """The next place that is not blank."""
    while text[at].isspace():
        at += 1
    return at
