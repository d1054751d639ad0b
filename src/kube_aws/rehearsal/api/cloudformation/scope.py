"""What a stack's functions refer to, and which of its template's parts its conditions choose."""

import json
from typing import Any

from kube_aws.rehearsal.api.cloudformation.intrinsics import Scope, choose, holds, resolve
from kube_aws.rehearsal.api.cloudformation.schema import readable, schema
from kube_aws.rehearsal.api.cloudformation.stack import Revision, Stack
from kube_aws.rehearsal.api.error import ApiError

_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def scope(stack: Stack, revision: Revision) -> Scope:
    """Return the scope of a revision of the stack; references give what its resources are now."""
    template = revision.template
    pseudo = {
        "AWS::AccountId": stack.caller.account,
        "AWS::NotificationARNs": [],
        "AWS::Partition": stack.caller.partition,
        "AWS::Region": stack.caller.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": _SUFFIXES.get(stack.caller.partition, "amazonaws.com"),
    }

    def reference(name: str) -> str:
        return stack.resources[name].physical_id

    def attribute(name: str, path: str) -> Any:
        resource = stack.resources[name]
        if path in resource.attributes:
            return resource.attributes[path]
        known = schema(resource.type, stack.caller.region) or {}
        if path in resource.properties and path in readable(known):
            return resource.properties[path]
        raise ApiError(
            "ValidationError", f"the embedded AWS has no attribute {path} of {resource.type} ({name})"
        )

    bare = Scope(pseudo, {}, reference, attribute)
    conditions = {
        name: holds(condition, template.conditions, bare) for name, condition in template.conditions.items()
    }
    return Scope(pseudo, conditions, reference, attribute)


def chosen(section: dict[str, Any], conditions: dict[str, bool]) -> dict[str, Any]:
    """Return the members of a section whose condition holds, with the branches of Fn::If that hold."""
    return {
        name: choose(item, conditions)
        for name, item in section.items()
        if "Condition" not in item or conditions[item["Condition"]]
    }


def metadata(definition: dict[str, Any], within: Scope) -> str | None:
    """Return a resource's Metadata as DescribeStackResource tells it: JSON text, functions resolved."""
    if "Metadata" not in definition:
        return None
    return json.dumps(resolve(definition["Metadata"], within), separators=(",", ":"), ensure_ascii=False)


def outputs(stack: Stack, within: Scope) -> list[dict[str, str]]:
    """Return the stack's outputs in botocore's shape."""
    listed = []
    for name, output in chosen(stack.revision.template.outputs, dict(within.conditions)).items():
        if "Export" in output:
            raise ApiError("ValidationError", f"the embedded AWS has no exports (Outputs/{name})")
        value = resolve(output["Value"], within)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        entry = {"OutputKey": name, "OutputValue": text}
        if "Description" in output:
            entry["Description"] = output["Description"]
        listed.append(entry)
    return listed
