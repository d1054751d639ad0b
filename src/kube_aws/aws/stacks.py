"""CloudFormation's calls on one stack, each safe to send twice."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from kube_aws.aws.errors import code, message
from kube_aws.aws.tags import tags_of

CAPABILITIES = ["CAPABILITY_IAM"]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as DescribeStacks tells it; times in UTC."""

    id: str
    name: str
    description: str
    status: str
    reason: str
    created: datetime
    updated: datetime | None
    outputs: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack: names, type (`AWS::EC2::VPC`), status."""

    logical_id: str
    physical_id: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class StackEvent:
    """What happened to a resource, or to the stack itself (`of_stack`)."""

    id: str
    time: datetime
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    of_stack: bool


def describe(cloudformation: Any, name: str) -> Stack | None:
    """The stack of this name or id; None where there is none.

    A deleted stack is still described by its id, as DELETE_COMPLETE.
    """
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if code(error) == "ValidationError" and "does not exist" in message(error):
            return None
        raise
    return Stack(
        found["StackId"],
        found["StackName"],
        found.get("Description", ""),
        found["StackStatus"],
        found.get("StackStatusReason", ""),
        found["CreationTime"],
        found.get("LastUpdatedTime"),
        {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])},
        tags_of(found.get("Tags", [])),
    )


def resources(cloudformation: Any, stack_id: str) -> list[Resource]:
    """Every resource that the stack has or had in this operation."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    return [
        Resource(
            item["LogicalResourceId"],
            item.get("PhysicalResourceId", ""),
            item["ResourceType"],
            item["ResourceStatus"],
        )
        for page in pages
        for item in page["StackResourceSummaries"]
    ]


def template(cloudformation: Any, stack_id: str) -> dict[str, Any]:
    """The template that the stack was last given, as it was sent; empty for a YAML one, which is not ours."""
    body = cloudformation.get_template(StackName=stack_id, TemplateStage="Original")["TemplateBody"]
    return {} if isinstance(body, str) else dict(body)


def events(cloudformation: Any, stack_id: str) -> Iterator[StackEvent]:
    """All events, newest first; a page is only asked for when it is reached."""
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for event in page["StackEvents"]:
            yield StackEvent(
                event["EventId"],
                event["Timestamp"],
                event["LogicalResourceId"],
                event.get("PhysicalResourceId", ""),
                event["ResourceType"],
                event["ResourceStatus"],
                event.get("ResourceStatusReason", ""),
                event.get("PhysicalResourceId") == event["StackId"],
            )


def create(cloudformation: Any, name: str, body: bytes, tags: Mapping[str, str], salt: bytes = b"") -> str:
    """Create the stack, without rollback, so that a failure can be looked at and continued.

    Returns its id; that of the existing one where another run was faster. `salt` makes another token.
    """
    try:
        answer = cloudformation.create_stack(
            StackName=name,
            TemplateBody=body.decode(),
            Capabilities=CAPABILITIES,
            DisableRollback=True,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            ClientRequestToken=token("create", body, salt),
        )
    except ClientError as error:
        found = describe(cloudformation, name)
        if code(error) == "TokenAlreadyExistsException" and found is None and not salt:
            # The token is remembered of a stack of the same bytes that was destroyed since.
            return create(cloudformation, name, body, tags, secrets.token_bytes(16))
        if code(error) not in ("AlreadyExistsException", "TokenAlreadyExistsException") or found is None:
            raise
        return found.id
    return str(answer["StackId"])


def update(cloudformation: Any, stack_id: str, body: bytes, tags: Mapping[str, str], after: str) -> bool:
    """Update, or continue where a creation or update failed; False where there is nothing to do.

    `after` is the newest event before it: the same update after a further event is another call.
    """
    try:
        cloudformation.update_stack(
            StackName=stack_id,
            TemplateBody=body.decode(),
            Capabilities=CAPABILITIES,
            DisableRollback=True,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            ClientRequestToken=token("update", body, after.encode()),
        )
    except ClientError as error:
        if code(error) == "ValidationError" and "No updates are to be performed" in message(error):
            return False
        raise
    return True


def delete(cloudformation: Any, stack_id: str, after: str) -> None:
    """Delete the stack; `after` as for `update`."""
    cloudformation.delete_stack(
        StackName=stack_id, ClientRequestToken=token("delete", stack_id.encode(), after.encode())
    )


def token(operation: str, *inputs: bytes) -> str:
    """A request's token: the same call sent twice is done once. (Letters, digits and `-`, 128 at most.)"""
    digest = hashlib.sha256(b"\0".join(inputs)).hexdigest()
    return f"kube-aws-{operation}-{digest[:32]}"
