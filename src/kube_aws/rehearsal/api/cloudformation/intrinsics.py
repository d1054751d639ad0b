"""The intrinsic functions of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kube_aws.rehearsal.api.error import ApiError

CONDITION_FUNCTIONS = frozenset({"Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"})
NO_VALUE = object()
"""What `{"Ref": "AWS::NoValue"}` stands for: the property or list item is left out."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True)
class Scope:
    """What the functions of one stack refer to.

    pseudo      AWS's pseudo parameters
    conditions  each condition's value
    reference   the physical id of a resource, by its logical id
    attribute   an attribute of a resource, by logical id and name
    """

    pseudo: Mapping[str, Any]
    conditions: Mapping[str, bool]
    reference: Callable[[str], Any]
    attribute: Callable[[str, str], Any]


def resolve(value: Any, scope: Scope) -> Any:
    """Return `value` with every function replaced by its result.

    Raises ApiError with AWS's text for a function that is wrongly used.
    """
    if isinstance(value, list):
        return [item for item in (resolve(item, scope) for item in value) if item is not NO_VALUE]
    if isinstance(value, str):
        if "{{resolve:" in value:
            raise template_error(f"the embedded AWS has no dynamic references: {value}")
        return value
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name in _FUNCTIONS:
            try:
                return _FUNCTIONS[name](argument, scope)
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                raise template_error(f"{name} is not used as it is meant: {argument}") from error
        if name.startswith("Fn::"):
            raise template_error(f"the embedded AWS has no function {name}")
    resolved = {key: resolve(item, scope) for key, item in value.items()}
    return {key: item for key, item in resolved.items() if item is not NO_VALUE}


def template_error(message: str) -> ApiError:
    """Return the error for a template that is well-formed but makes no sense."""
    return ApiError("ValidationError", f"Template error: {message}")


def holds(condition: Any, definitions: Mapping[str, Any], scope: Scope) -> bool:
    """Evaluate a condition: a name's definition, or a condition function."""
    if not isinstance(condition, dict) or len(condition) != 1:
        raise ApiError("ValidationError", "Template format error: Every Condition member must be a function.")
    ((name, argument),) = condition.items()
    parts = argument if isinstance(argument, list) else [argument]
    match name:
        case "Condition":
            if argument not in definitions:
                raise ApiError(
                    "ValidationError",
                    f"Template format error: Unresolved condition dependency {argument} "
                    "in the Conditions block of the template",
                )
            return holds(definitions[argument], definitions, scope)
        case "Fn::Equals":
            sides = resolve(argument, scope)
            if not isinstance(sides, list) or len(sides) != 2:
                raise template_error("every Fn::Equals object requires a list of 2 string parameters.")
            return bool(sides[0] == sides[1])
        case "Fn::Not":
            return not all(holds(part, definitions, scope) for part in parts)
        case "Fn::And":
            return all(holds(part, definitions, scope) for part in parts)
        case "Fn::Or":
            return any(holds(part, definitions, scope) for part in parts)
        case _:
            raise template_error(f"{name} is not a condition function")


def choose(value: Any, conditions: Mapping[str, bool]) -> Any:
    """Return `value` with each `Fn::If` replaced by the branch that holds, still unresolved."""
    if isinstance(value, list):
        return [choose(item, conditions) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Fn::If"]:
        return choose(_branch(value["Fn::If"], conditions), conditions)
    return {key: choose(item, conditions) for key, item in value.items()}


def placeholders(text: str) -> list[str]:
    """Return the names in a `Fn::Sub` text, without those escaped as `${!Name}`."""
    return [name.strip() for escaped, name in _PLACEHOLDER.findall(text) if not escaped]


def _branch(argument: Any, conditions: Mapping[str, bool]) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise template_error("Fn::If requires a list argument with three elements")
    name, then, otherwise = argument
    if name not in conditions:
        raise ApiError(
            "ValidationError",
            f"Template format error: Unresolved condition dependency {name} "
            "in the Resources block of the template",
        )
    return then if conditions[name] else otherwise


def _ref(name: Any, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return NO_VALUE
    return scope.pseudo[name] if name in scope.pseudo else scope.reference(name)


def _get_att(argument: Any, scope: Scope) -> Any:
    logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return scope.attribute(logical_id, resolve(attribute, scope))


def _sub(argument: Any, scope: Scope) -> str:
    text, given = argument if isinstance(argument, list) else (argument, {})
    values = resolve(given, scope)

    def replace(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        if escaped:
            return "${" + name + "}"
        name = name.strip()
        if name in values:
            return str(values[name])
        if name in scope.pseudo:
            return str(scope.pseudo[name])
        return str(_get_att(name, scope) if "." in name else scope.reference(name))

    return _PLACEHOLDER.sub(replace, text)


def _join(argument: Any, scope: Scope) -> str:
    if isinstance(argument, list) and len(argument) == 2:
        delimiter, parts = resolve(argument, scope)
        if isinstance(delimiter, str) and isinstance(parts, list):
            return delimiter.join(_text(part) for part in parts)
    raise template_error(
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to "
        "be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
    )


def _select(argument: Any, scope: Scope) -> Any:
    index, items = resolve(argument, scope)
    if not isinstance(items, list):
        raise template_error(
            "Fn::Select requires a list argument with two elements: an integer index and a list"
        )
    if not 0 <= int(index) < len(items):
        raise template_error(f"Fn::Select cannot select nonexistent value at index {index}")
    return items[int(index)]


def _split(argument: Any, scope: Scope) -> list[str]:
    delimiter, text = resolve(argument, scope)
    return str(text).split(delimiter)


def _base64(argument: Any, scope: Scope) -> str:
    return base64.b64encode(_text(resolve(argument, scope)).encode()).decode()


def _if(argument: Any, scope: Scope) -> Any:
    return resolve(_branch(argument, scope.conditions), scope)


def _text(value: Any) -> str:
    # CloudFormation writes booleans as JSON does.
    return str(value).lower() if isinstance(value, bool) else str(value)


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Base64": _base64,
    "Fn::If": _if,
}
