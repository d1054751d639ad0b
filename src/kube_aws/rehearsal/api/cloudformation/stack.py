"""A stack as it stands: its resources, its events, the operation under way. All of it can be pickled."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.template import Template

STACK_TYPE = "AWS::CloudFormation::Stack"


@dataclass
class Resource:
    """One resource of a stack.

    `attempt` counts how often its creation was begun. `properties` and `attributes` are resolved; `metadata`
    is JSON text. `previous` holds properties and metadata of before an update that may be rolled back.
    """

    logical_id: str
    type: str
    needs: list[str]
    attempt: int = 0
    deletion_policy: str = "Delete"
    description: str | None = None
    physical_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    metadata: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    status: str = ""
    reason: str | None = None
    timestamp: datetime | None = None
    previous: tuple[dict[str, Any], str | None] | None = None

    @property
    def stands(self) -> bool:
        """Whether it was created, whatever became of later updates."""
        return self.status == "CREATE_COMPLETE" or self.status.startswith("UPDATE_")


@dataclass(frozen=True)
class Operation:
    """A stack operation under way. It lasts until the stack's status is a final one.

    kind          what is being done
    stay          whether a failure leaves everything as it is then, in place of a rollback
    token         the request's ClientRequestToken, repeated on each event
    retain        logical ids that a deletion leaves alone
    """

    kind: Literal["create", "update", "rollback", "undo", "delete"]
    caller: Caller
    stay: bool = False
    token: str | None = None
    retain: tuple[str, ...] = ()


@dataclass
class Revision:
    """What a request gave: a template and the stack's tags."""

    template: Template
    tags: list[dict[str, str]]


@dataclass
class Stack:
    """A stack.

    `stable` is the revision that it last had whole; `events` are in botocore's shape, the oldest first.
    """

    id: str
    name: str
    caller: Caller
    revision: Revision
    created: datetime
    disable_rollback: bool
    capabilities: list[str]
    create_token: str | None
    stable: Revision | None = None
    updated: datetime | None = None
    deleted: datetime | None = None
    status: str = ""
    reason: str | None = None
    operation: Operation | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def set_status(self, status: str, reason: str | None = None) -> None:
        """Give the stack a status, with its event."""
        self.status = status
        self.reason = reason
        event = {
            "EventId": str(uuid.uuid4()),
            "LogicalResourceId": self.name,
            "PhysicalResourceId": self.id,
            "ResourceType": STACK_TYPE,
        }
        self._record(event, status, reason)

    def set_resource_status(self, resource: Resource, status: str, reason: str | None = None) -> None:
        """Give a resource a status, with its event."""
        event = {
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical_id,
            "ResourceType": resource.type,
        }
        if resource.properties:
            event["ResourceProperties"] = json.dumps(resource.properties, separators=(",", ":"))
        resource.timestamp = self._record(event, status, reason)
        resource.status = status
        resource.reason = reason

    def _record(self, event: Mapping[str, Any], status: str, reason: str | None) -> datetime:
        time = now()
        if self.events and time <= self.events[-1]["Timestamp"]:
            # An event's id holds its time: no two events of a stack have the same.
            time = self.events[-1]["Timestamp"] + timedelta(milliseconds=1)
        written = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        whole = {
            "EventId": f"{event['LogicalResourceId']}-{status}-{written}",
            **event,
            "StackId": self.id,
            "StackName": self.name,
            "Timestamp": time,
            "ResourceStatus": status,
        }
        if reason is not None:
            whole["ResourceStatusReason"] = reason
        if self.operation is not None and self.operation.token is not None:
            whole["ClientRequestToken"] = self.operation.token
        self.events.append(whole)
        return time


def now() -> datetime:
    """Return the time as AWS tells it: UTC, to the millisecond."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
