"""One operation on one stack, while it runs."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.graph import dependencies
from kube_aws.rehearsal.api.cloudformation.intrinsics import Scope
from kube_aws.rehearsal.api.cloudformation.properties import coerce, violations
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError
from kube_aws.rehearsal.api.cloudformation.schema import read_only, schema
from kube_aws.rehearsal.api.cloudformation.scope import chosen, scope
from kube_aws.rehearsal.api.cloudformation.stack import Resource, Revision, Stack
from kube_aws.rehearsal.api.cloudformation.work import CancelledError, Work

_CLIENTS = threading.Lock()
"""Held while a client is made: boto3's default session is not made for threads."""


class Run:
    """An operation's thread-shared state.

    lock     held for every look at or change of the stack
    over     set when nothing more may begin and what waits must stop waiting
    resumed  whether an earlier process began it: what that made, but did not note, is looked for
    faults   logical ids or types whose creation fails, with the reason; delays: seconds by logical id
    """

    def __init__(
        self,
        stack: Stack,
        clients: Callable[[Caller, str], Any],
        lock: threading.Condition,
        faults: Mapping[str, str],
        delays: Mapping[str, float],
    ) -> None:
        assert stack.operation is not None  # noqa: S101 - a run is of an operation
        self.stack = stack
        self.operation = stack.operation
        self.lock = lock
        self.faults = faults
        self.delays = delays
        self.over = threading.Event()
        self.superseded = False
        self.resumed = False
        self._clients = clients
        self.use(stack.revision)

    def use(self, revision: Revision) -> None:
        """Work towards this revision of the stack."""
        self.scope: Scope = scope(self.stack, revision)
        self.definitions = chosen(revision.template.resources, dict(self.scope.conditions))
        self.needs = dependencies(self.definitions)

    def client(self, service: str) -> Any:
        """Return a boto3 client signed as the caller."""
        with _CLIENTS:
            return self._clients(self.operation.caller, service)

    def work(self, resource: Resource) -> Work:
        """Return what a resource type's functions need."""
        stack = self.stack
        tagging = self._schema(resource.type).get("tagging", {})
        system = {
            "aws:cloudformation:stack-name": stack.name,
            "aws:cloudformation:stack-id": stack.id,
            "aws:cloudformation:logical-id": resource.logical_id,
        }
        return Work(
            stack_name=stack.name,
            logical_id=resource.logical_id,
            caller=self.operation.caller,
            token=f"{stack.id.rpartition('/')[2]}-{resource.logical_id}-{resource.attempt}",
            stack_tags=stack.revision.tags if tagging.get("taggable") else [],
            system_tags=[{"Key": key, "Value": value} for key, value in system.items()]
            if tagging.get("cloudFormationSystemTags")
            else [],
            client=self.client,
            pause=self.pause,
        )

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the operation's end: then CancelledError."""
        if self.over.wait(seconds):
            raise CancelledError

    def valid(self, resource: Resource, properties: dict[str, Any]) -> dict[str, Any]:
        """Return the properties in the schema's types; RefusedError, in AWS's words, if they do not fit."""
        known = self._schema(resource.type)
        given: dict[str, Any] = coerce(properties, known, known)
        for name in given:
            if name in read_only(known):
                raise RefusedError(f"Encountered unsupported property {name}")
        wrong = list(violations(given, known, known))
        if wrong:
            lines = "\n".join(wrong)
            raise RefusedError(
                f"Properties validation failed for resource {resource.logical_id} with message:\n{lines}"
            )
        return given

    def _schema(self, resource_type: str) -> dict[str, Any]:
        return schema(resource_type, self.stack.caller.region) or {"properties": {}}
