"""What the describing operations answer, in botocore's shapes."""

from collections.abc import Sequence
from typing import Any

from kube_aws.rehearsal.api.cloudformation.stack import Resource, Stack
from kube_aws.rehearsal.api.cloudformation.template import Template
from kube_aws.rehearsal.api.error import ApiError

PAGE = 100
"""How many entries AWS gives at once."""

Answer = dict[str, Any]


def stack(of: Stack) -> Answer:
    """Return an entry of DescribeStacks."""
    return _given(
        StackId=of.id,
        StackName=of.name,
        Description=of.revision.template.description,
        Parameters=[],
        CreationTime=of.created,
        LastUpdatedTime=of.updated,
        DeletionTime=of.deleted,
        RollbackConfiguration={},
        StackStatus=of.status,
        StackStatusReason=of.reason,
        DisableRollback=of.disable_rollback,
        NotificationARNs=[],
        Capabilities=of.capabilities,
        Outputs=of.outputs,
        Tags=of.revision.tags,
        EnableTerminationProtection=False,
        DriftInformation={"StackDriftStatus": "NOT_CHECKED"},
    )


def summary(of: Stack) -> Answer:
    """Return an entry of ListStacks."""
    return _given(
        StackId=of.id,
        StackName=of.name,
        TemplateDescription=of.revision.template.description,
        CreationTime=of.created,
        LastUpdatedTime=of.updated,
        DeletionTime=of.deleted,
        StackStatus=of.status,
        StackStatusReason=of.reason,
        DriftInformation={"StackDriftStatus": "NOT_CHECKED"},
    )


def resource(of: Stack, one: Resource) -> Answer:
    """Return an entry of DescribeStackResources."""
    return {"StackName": of.name, "StackId": of.id, "Timestamp": one.timestamp, **_resource(one)}


def resource_detail(of: Stack, one: Resource) -> Answer:
    """Return the answer of DescribeStackResource, with the Metadata."""
    times = _given(LastUpdatedTimestamp=one.timestamp, Metadata=one.metadata)
    return {"StackName": of.name, "StackId": of.id, **times, **_resource(one)}


def resource_summary(one: Resource) -> Answer:
    """Return an entry of ListStackResources."""
    entry = {"LastUpdatedTimestamp": one.timestamp, **_resource(one)}
    return {key: value for key, value in entry.items() if key != "Description"}


def template_summary(of: Template) -> Answer:
    """Return the answer of ValidateTemplate."""
    capabilities, why = of.capabilities
    return _given(
        Parameters=[],
        Description=of.description,
        Capabilities=capabilities or None,
        CapabilitiesReason=why,
        DeclaredTransforms=[],
    )


def page(name: str, entries: Sequence[Answer], token: str | None, key: str) -> Answer:
    """Return the page of `entries` behind the one that `token` names by its `key`, under `name`.

    What is added in front while a client turns the pages (new events) does not shift them.
    """
    start = 0
    if token is not None:
        places = [place for place, entry in enumerate(entries) if entry[key] == token]
        if not places:
            raise ApiError("ValidationError", "Invalid token")
        start = places[0] + 1
    shown = list(entries[start : start + PAGE])
    answer: Answer = {name: shown}
    if start + PAGE < len(entries):
        answer["NextToken"] = shown[-1][key]
    return answer


def _resource(one: Resource) -> Answer:
    return _given(
        LogicalResourceId=one.logical_id,
        PhysicalResourceId=one.physical_id or None,
        ResourceType=one.type,
        ResourceStatus=one.status,
        ResourceStatusReason=one.reason,
        Description=one.description,
        DriftInformation={"StackResourceDriftStatus": "NOT_CHECKED"},
    )


def _given(**entries: Any) -> Answer:
    return {name: value for name, value in entries.items() if value is not None}
