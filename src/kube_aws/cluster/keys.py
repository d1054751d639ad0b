"""The keys of cluster.yaml as a list, read from the model: for messages, explain, init and the reference."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kube_aws.cluster.model import CLUSTER, About, Cluster

_WORDS = ("true", "false", "yes", "no", "on", "off", "y", "n", "null")
"""What some YAML reader or other takes for more than a word."""

_PLAIN = r"[A-Za-z/]([\w./:@+-]*[\w/])?"
"""What no YAML reader takes for anything but a text."""

NOTHING = ("", '""', "{}", "[]")
"""Defaults that say: none."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `name` is its path (`addons.coredns.replicas`); `default` and `example` are YAML."""

    name: str
    section: str
    meaning: str
    change: str
    required: bool
    default: str
    example: str
    choices: tuple[str, ...]
    limits: str
    group: bool
    """Whether other keys stand below this one."""


@cache
def keys() -> tuple[Key, ...]:
    """All keys, in the order of the model."""
    return tuple(_keys(Cluster, "", CLUSTER))


def known(name: str) -> Key:
    """The key of that name, or for an element of a list or mapping the key that holds it."""
    by_name = {key.name: key for key in keys()}
    while name not in by_name:
        name = name.rpartition(".")[0]
    return by_name[name]


def nearest(name: str) -> str | None:
    """The known key that is most like this one, whatever its case and whether or not its path is complete."""
    names = [key.name for key in keys()]
    by_folded = {name.casefold().rpartition(".")[2]: name for name in reversed(names)}
    by_folded |= {name.casefold(): name for name in names}
    found = get_close_matches(name.casefold(), by_folded, 1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def _keys(model: type[BaseModel], prefix: str, inherited: About) -> Iterator[Key]:
    for field_name, field in model.model_fields.items():
        name = f"{prefix}{field.alias or field_name}"
        about = next((fact for fact in field.metadata if isinstance(fact, About)), inherited)
        group = field.default if isinstance(field.default, BaseModel) else None
        default = "" if field.is_required() or field.default is None else in_yaml(field.default)
        yield Key(
            name,
            about.section,
            field.description or "",
            about.change,
            field.is_required(),
            default,
            in_yaml(field.examples[0]) if field.examples else default,
            get_args(field.annotation) if get_origin(field.annotation) is Literal else (),
            _limits(field),
            group is not None,
        )
        if group:
            yield from _keys(type(group), f"{name}.", about)


def _limits(field: FieldInfo) -> str:
    ends = {end: getattr(fact, end) for fact in field.metadata for end in ("ge", "le") if hasattr(fact, end)}
    return f"{ends['ge']} to {ends['le']}" if ends else ""


def in_yaml(value: object) -> str:
    """A value as one line of YAML that every reader takes for the same value."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{key}: {in_yaml(item)}" for key, item in value.items()) + "}"
        case tuple() | list():
            return "[" + ", ".join(map(in_yaml, value)) + "]"
        case BaseModel():
            return in_yaml(value.model_dump(by_alias=True))
        case str() if value.lower() in _WORDS or not re.fullmatch(_PLAIN, value):
            return json.dumps(value, ensure_ascii=not value.isprintable())
    return str(value)
