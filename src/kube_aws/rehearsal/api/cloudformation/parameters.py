"""The values of a template's parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kube_aws.rehearsal.api.error import ApiError


def values(
    declared: Mapping[str, Any], given: Sequence[Mapping[str, Any]], previous: Mapping[str, str]
) -> dict[str, str]:
    """Return the text of each parameter: the given one, the one of before, or the default.

    Raises ApiError for a missing, unknown or unacceptable value.
    """
    unknown = [item["ParameterKey"] for item in given if item["ParameterKey"] not in declared]
    if unknown:
        raise _invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    chosen: dict[str, str] = {}
    for item in given:
        name = item["ParameterKey"]
        if item.get("UsePreviousValue"):
            if name not in previous:
                raise _invalid(
                    f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for "
                    "a parameter key not in the previous template"
                )
            chosen[name] = previous[name]
        else:
            chosen[name] = item.get("ParameterValue", "")
    for name, declaration in declared.items():
        if name not in chosen and "Default" in declaration:
            chosen[name] = _text(declaration["Default"])
    missing = [name for name in declared if name not in chosen]
    if missing:
        raise _invalid(f"Parameters: [{', '.join(missing)}] must have values")
    for name, declaration in declared.items():
        _check(name, chosen[name], declaration)
    return chosen


def typed(declared: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what `Ref` gives for each parameter: a list for the list types, else the text."""
    return {
        name: [part.strip() for part in text.split(",")] if _is_list(declared[name]["Type"]) else text
        for name, text in texts.items()
    }


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _check(name: str, text: str, declaration: Mapping[str, Any]) -> None:
    kind = declaration["Type"]
    if kind.startswith("AWS::SSM::"):
        raise _invalid(f"the embedded AWS has no parameters of type {kind} ({name})")
    if len(text.encode()) > 4096:
        raise _invalid(f"Parameter '{name}' must be at most 4096 bytes long")
    allowed = declaration.get("AllowedValues")
    parts = [part.strip() for part in text.split(",")] if _is_list(kind) else [text]
    for part in parts:
        if allowed is not None and part not in [_text(value) for value in allowed]:
            raise _invalid(f"Parameter '{name}' must be one of AllowedValues")
        if kind in ("Number", "List<Number>") and not re.fullmatch(r"[-+]?\d+(\.\d+)?", part):
            raise _invalid(f"Parameter '{name}' must be a number")
        _check_constraints(name, part, declaration)


def _check_constraints(name: str, text: str, declaration: Mapping[str, Any]) -> None:
    description = declaration.get("ConstraintDescription")
    numeric = declaration["Type"] in ("Number", "List<Number>")
    broken = None
    if "AllowedPattern" in declaration and not re.fullmatch(declaration["AllowedPattern"], text):
        broken = f"must match pattern {declaration['AllowedPattern']}"
    elif len(text) < int(declaration.get("MinLength", 0)):
        broken = f"must contain at least {declaration['MinLength']} characters"
    elif len(text) > int(declaration.get("MaxLength", len(text))):
        broken = f"must contain at most {declaration['MaxLength']} characters"
    elif numeric and float(text) < float(declaration.get("MinValue", text)):
        broken = f"must be a number not less than {declaration['MinValue']}"
    elif numeric and float(text) > float(declaration.get("MaxValue", text)):
        broken = f"must be a number not greater than {declaration['MaxValue']}"
    if broken:
        reason = f"failed to satisfy constraint: {description}" if description else broken
        raise _invalid(f"Parameter '{name}' {reason}" if not description else f"Parameter {name} {reason}")


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationError", message)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
