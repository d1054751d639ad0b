"""A template: its sections, and whether it is one that AWS would take."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kube_aws.rehearsal.api.cloudformation.graph import dependencies, references
from kube_aws.rehearsal.api.cloudformation.intrinsics import template_error
from kube_aws.rehearsal.api.cloudformation.schema import readable, schema
from kube_aws.rehearsal.api.error import ApiError

BODY_LIMIT = 51_200
"""Bytes of a template given in a request; CloudFormation quotas."""

_LIMITS = {"Resources": 500, "Outputs": 200}
_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
    "Hooks",
}
_RESOURCE_KEYS = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "Metadata",
    "DeletionPolicy",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "Description",
}
_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")
_NAMED_IAM = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
}
_IAM = {*_NAMED_IAM, "AWS::IAM::Policy", "AWS::IAM::AccessKey", "AWS::IAM::UserToGroupAddition"}
_PSEUDO = {
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::NoValue",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
}


@dataclass(frozen=True)
class Template:
    """A template that has passed `read`. `body` is the text as it was given."""

    body: str
    document: Mapping[str, Any]

    @property
    def resources(self) -> dict[str, Any]:
        """The Resources section, by logical id."""
        return self._section("Resources")

    @property
    def conditions(self) -> dict[str, Any]:
        """The definitions of the conditions."""
        return self._section("Conditions")

    @property
    def outputs(self) -> dict[str, Any]:
        """The declared outputs."""
        return self._section("Outputs")

    @property
    def description(self) -> str | None:
        """The template's description."""
        text = self.document.get("Description")
        return None if text is None else str(text)

    @property
    def capabilities(self) -> tuple[list[str], str | None]:
        """The capabilities that the caller must acknowledge, and AWS's reason."""
        acting = sorted(
            {resource["Type"] for resource in self.resources.values() if resource["Type"] in _IAM}
        )
        if not acting:
            return [], None
        named = any(
            _NAMED_IAM.get(resource["Type"]) in resource.get("Properties", {})
            for resource in self.resources.values()
        )
        reason = f"The following resource(s) require capabilities: [{', '.join(acting)}]"
        return ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"], reason

    def _section(self, name: str) -> dict[str, Any]:
        section: dict[str, Any] = self.document.get(name) or {}
        return section


def read(body: str, region: str) -> Template:
    """Parse and check a template, as far as AWS does before it begins to create anything.

    Raises ApiError (ValidationError) with AWS's text.
    """
    _check_size(body)
    try:
        return _read(body, region)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise _format_error("unsupported structure.") from error


def _read(body: str, region: str) -> Template:
    template = Template(body, _parse(body))
    _check_sections(template)
    for name, resource in template.resources.items():
        _check_resource(name, resource)
    unknown = sorted(
        {item["Type"] for item in template.resources.values() if schema(item["Type"], region) is None}
    )
    if unknown:
        raise _format_error(f"Unrecognized resource types: [{', '.join(unknown)}]")
    _check_references(template, region)
    dependencies(template.resources)
    return template


def _format_error(message: str) -> ApiError:
    return ApiError("ValidationError", f"Template format error: {message}")


def _parse(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except json.JSONDecodeError as error:
        if not body.lstrip().startswith("{"):
            raise _format_error("the embedded AWS reads templates in JSON only") from error
        place = f"(line {error.lineno}, column {error.colno})"
        raise _format_error(f"JSON not well-formed. {place}") from error
    if not isinstance(document, dict):
        raise _format_error("unsupported structure.")
    return document


def _check_size(body: str) -> None:
    if len(body.encode()) > BODY_LIMIT:
        raise ApiError(
            "ValidationError",
            f"1 validation error detected: Value '{body}' at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {BODY_LIMIT}",
        )


def _check_sections(template: Template) -> None:
    unknown = [name for name in template.document if name not in _SECTIONS]
    if unknown:
        raise ApiError("ValidationError", f"Invalid template property or properties [{', '.join(unknown)}]")
    if template.document.get("AWSTemplateFormatVersion", "2010-09-09") != "2010-09-09":
        raise _format_error("unsupported value for AWSTemplateFormatVersion.")
    for name in ("Parameters", "Mappings", "Transform", "Rules", "Hooks"):
        if name in template.document:
            raise _format_error(f"the embedded AWS has no {name}")
    if len((template.description or "").encode()) > 1024:
        raise _format_error("'Description' length is greater than 1024.")
    for name, limit in _LIMITS.items():
        section = template.document.get(name, {})
        if not isinstance(section, dict):
            raise _format_error(f"[/{name}] is not an object")
        if len(section) > limit:
            raise _format_error(
                f"Number of {name.lower()}, {len(section)}, is greater than maximum allowed, {limit}"
            )
    if not template.resources:
        raise _format_error("At least one Resources member must be defined.")


def _check_resource(name: str, resource: Any) -> None:
    if not (name.isascii() and name.isalnum()):
        raise _format_error(f"Resource name {name} is non alphanumeric.")
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise _format_error(f"[/Resources/{name}] Every Resources object must contain a Type member.")
    for key in resource:
        if key not in _RESOURCE_KEYS:
            raise ApiError("ValidationError", f"Invalid template resource property '{key}'")
    if "CreationPolicy" in resource:
        raise _format_error(f"[/Resources/{name}] the embedded AWS has no CreationPolicy")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        if resource.get(key, "Delete") not in _POLICIES:
            raise _format_error(f"Unrecognized {key} {resource[key]} for resource {name}")


def _check_references(template: Template, region: str) -> None:
    names = {*template.resources, *_PSEUDO}
    for block in ("Resources", "Outputs"):
        section = template.document.get(block, {})
        missing: list[str] = []
        for item in section.values():
            if not isinstance(item, dict):
                raise _format_error(f"every {block} member must be an object")
            wanted = item.get("DependsOn", [])
            missing += [
                name for name in ([wanted] if isinstance(wanted, str) else wanted) if name not in names
            ]
            if item.get("Condition", "") not in {"", *template.conditions}:
                raise _format_error(
                    f"Unresolved condition dependency {item['Condition']} in the {block} block of the "
                    "template"
                )
            for name, attribute in references(item):
                if attribute is None and name not in names:
                    missing.append(name)
                elif attribute is not None:
                    _check_attribute(template, name, attribute, region)
        if missing:
            listed = ", ".join(dict.fromkeys(missing))
            raise _format_error(
                f"Unresolved resource dependencies [{listed}] in the {block} block of the template"
            )


def _check_attribute(template: Template, name: str, attribute: str, region: str) -> None:
    if name not in template.resources:
        raise template_error(f"instance of Fn::GetAtt references undefined resource {name}")
    known = schema(template.resources[name]["Type"], region)
    if known is not None and attribute not in readable(known):
        raise template_error(f"resource {name} does not support attribute type {attribute} in Fn::GetAtt")
