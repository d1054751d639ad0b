"""The YAML documents of Kubernetes' files, as YAML's own nodes: they know the line of every value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kube_aws.finding import Place
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

_TAG = "tag:yaml.org,2002:"
_TYPES = {
    "map": "object",
    "seq": "array",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "null": "null",
}


class Object(NamedTuple):
    """One object: `version` is its apiVersion; both are empty where they are not written."""

    version: str
    kind: str
    node: Node


def objects(file: str, content: bytes) -> list[Object]:
    """The objects of a file in their order, those of a List among them.

    Read as Kubernetes reads it: YAML 1.1. Raises UserError with line and column where it is no YAML, and
    where a document is no mapping.
    """
    return [found for document in _documents(file, content) for found in _objects(file, document)]


def json_type(node: Node) -> str:
    """The type that JSON would have for a node: object, array, integer, number, boolean, null or string."""
    return _TYPES.get(str(node.tag).removeprefix(_TAG), "string")


def field(node: Node, name: str) -> Node | None:
    """The value of a key of a mapping."""
    if json_type(node) == "object":
        for key, value in node.value:
            if key.value == name:
                found: Node = value
                return found
    return None


def place(file: str, node: Node) -> Place:
    """Where a node begins."""
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _documents(file: str, content: bytes) -> list[Node]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    try:
        return [node for node in yaml.compose_all(content.decode()) if node is not None]
    except UnicodeDecodeError as error:
        raise UserError("not UTF-8", _NEXT_STEP, place=Place(file)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise UserError(f"not YAML: {error.problem or error.context}", _NEXT_STEP, place=at) from error
    except (YAMLError, ValueError, RecursionError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise UserError(f"not YAML: {what}", _NEXT_STEP, place=Place(file)) from error


_NEXT_STEP = "Mend it, or take the tool's version back."


def _objects(file: str, node: Node) -> Iterator[Object]:
    if json_type(node) == "null":
        return
    if json_type(node) != "object":
        raise UserError("not an object of Kubernetes", _NEXT_STEP, place=place(file, node))
    version, kind = (_text(field(node, name)) for name in ("apiVersion", "kind"))
    items = field(node, "items")
    if (version, kind) == ("v1", "List") and items is not None and json_type(items) == "array":
        for item in items.value:
            yield from _objects(file, item)
    else:
        yield Object(version, kind, node)


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""
