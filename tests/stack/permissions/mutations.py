"""A policy with one thing less: what a test of its permissions must notice."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Statement = dict[str, Any]

# Everything of a type, wherever it is: `*` would say the same, but `validate` wants the type written.
_ALL_OF_A_TYPE = re.compile(r"arn:aws:\w+:\*?:\*?:\w+/\*")


def mutations(policy: list[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    """Each action, resource, condition and value of a condition taken away, each resource widened to all;
    with what was done, in words."""
    for index, statement in enumerate(policy):
        name = statement.get("Sid", f"statement {index}")
        for what, changed in _of(statement):
            yield f"{name}: {what}", [*policy[:index], *changed, *policy[index + 1 :]]


def _of(statement: Statement) -> Iterator[tuple[str, list[Statement]]]:
    for element in ("Action", "Resource"):
        given = listed(statement.get(element, []))
        for one in given:
            left = [other for other in given if other != one]
            yield f"without {element} {one}", [statement | {element: left}] if left else []
            if element == "Resource" and one != "*" and not _ALL_OF_A_TYPE.fullmatch(one):
                yield f"with Resource * for {one}", [statement | {element: [*left, "*"]}]
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            changed = deepcopy(statement)
            del changed["Condition"][operator][key]
            yield f"without {operator} {key}", [changed]
            values = listed(wanted)
            for value in values if len(values) > 1 else ():
                changed = deepcopy(statement)
                changed["Condition"][operator][key] = [other for other in values if other != value]
                yield f"without {operator} {key} {value}", [changed]


def listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]
