"""Which resource needs which, and whether an order exists."""

from collections.abc import Iterator, Mapping
from typing import Any

from kube_aws.rehearsal.api.cloudformation.intrinsics import placeholders, template_error
from kube_aws.rehearsal.api.error import ApiError


def references(value: Any) -> Iterator[tuple[str, str | None]]:
    """Yield each name that `value` refers to, with the attribute where it is one.

    Names of parameters and pseudo parameters are among them.
    """
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref" and isinstance(argument, str):
                yield argument, None
                return
            if function == "Fn::GetAtt":
                parts = argument.split(".", 1) if isinstance(argument, str) else argument
                if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
                    raise template_error(
                        "every Fn::GetAtt object requires two non-empty parameters, the resource name and "
                        "the resource attribute"
                    )
                yield parts[0], parts[1] if isinstance(parts[1], str) else None
                return
            if function == "Fn::Sub":
                yield from _substituted(argument)
                return
        for item in value.values():
            yield from references(item)


def dependencies(resources: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return for each resource the ones that must exist before it, in the template's order.

    A resource whose condition does not hold is not in `resources`; AWS ignores a DependsOn that names it.
    Raises ApiError, with AWS's text, if there is a circle.
    """
    needs = {}
    for name, resource in resources.items():
        explicit = resource.get("DependsOn", [])
        found = {target for target, _ in references([resource.get("Properties"), resource.get("Metadata")])}
        found.update([explicit] if isinstance(explicit, str) else explicit)
        needs[name] = [other for other in resources if other in found]
    stuck = _never_ready(needs)
    if stuck:
        raise ApiError("ValidationError", f"Circular dependency between resources: [{', '.join(stuck)}]")
    return needs


def _never_ready(needs: Mapping[str, list[str]]) -> list[str]:
    waiting = dict(needs)
    while ready := [
        name for name, wanted in waiting.items() if not any(other in waiting for other in wanted)
    ]:
        for name in ready:
            del waiting[name]
    return list(waiting)


def _substituted(argument: Any) -> Iterator[tuple[str, str | None]]:
    text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(given, dict):
        raise template_error(
            "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as "
            "first argument, and an optional second argument to specify a mapping of values to replace in "
            "the string"
        )
    yield from references(given)
    for name in placeholders(text):
        if name in given:
            continue
        if "." in name and not name.startswith("AWS::"):
            resource, attribute = name.split(".", 1)
            yield resource, attribute
        else:
            yield name, None
