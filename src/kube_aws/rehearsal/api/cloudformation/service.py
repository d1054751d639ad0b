"""CloudFormation's operations."""

import copy
import threading
from collections.abc import Callable
from typing import Any

from kube_aws.rehearsal.api.cloudformation import creating, deleting, describe, updating
from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.requests import Request, created, updated
from kube_aws.rehearsal.api.cloudformation.run import Run
from kube_aws.rehearsal.api.cloudformation.stack import Operation, Resource, Stack
from kube_aws.rehearsal.api.cloudformation.stacks import Stacks
from kube_aws.rehearsal.api.cloudformation.template import read
from kube_aws.rehearsal.api.error import ApiError

Answer = dict[str, Any]

_RUNS: dict[str, Callable[[Run], None]] = {
    "create": creating.create,
    "update": updating.update,
    "undo": updating.undo,
    "rollback": deleting.delete,
    "delete": deleting.delete,
}

_NEEDED = {
    "CreateStack": ("StackName",),
    "UpdateStack": ("StackName",),
    "DeleteStack": ("StackName",),
    "DescribeStackEvents": ("StackName",),
    "DescribeStackResource": ("StackName", "LogicalResourceId"),
    "ListStackResources": ("StackName",),
    "GetTemplate": ("StackName",),
}


class CloudFormation:
    """The stacks of one embedded AWS, and the operations on them.

    The server gives it the requests that are signed for `cloudformation`, already parsed from the wire and
    already authorised, and puts its answers back on the wire:

        engine = CloudFormation(clients)         # clients(caller, "ec2") -> boto3 client
        answer = engine.handle("CreateStack", {"StackName": …}, Caller(account, region, credentials))

    - `parameters` and the answer have botocore's shapes (datetimes are aware and in UTC). An operation
      without output answers `{}`. `ApiError` is the error answer, and the only exception of a request.
    - `clients(caller, service)` gives a boto3 client for the same server, signed as the caller, in the
      caller's region. It is asked often, never twice at once: keep the clients.
    - Stack operations go on in threads after the answer.
    - `faults` maps a logical id or a type to the reason for which its creation fails, without asking any
      service, until the entry is removed. `delays` maps a logical id to the seconds that its creation waits.
    - `state()` can be pickled. Take it before the state of the services: then a service may know a thing that
      the engine has not noted yet (it looks for it when it resumes), but never the other way round.
      `restore(state)` on a new engine, then `resume()` once the server answers, carries on what was
      interrupted.
    - `forget(account)` empties an account. `stack_id(name, caller)` is for whoever authorises: the ARN that a
      request's StackName means. Call neither with a lock held that a service's request needs.
    """

    def __init__(self, clients: Callable[[Caller, str], Any]) -> None:
        self.clients = clients
        self.faults: dict[str, str] = {}
        self.delays: dict[str, float] = {}
        self.changed = threading.Condition()
        self._stacks = Stacks()
        self._runs: dict[str, tuple[Run, threading.Thread]] = {}
        self._operations: dict[str, Callable[[Answer, Caller], Answer]] = {
            "CreateStack": self._create_stack,
            "UpdateStack": self._update_stack,
            "DeleteStack": self._delete_stack,
            "DescribeStacks": self._describe_stacks,
            "DescribeStackEvents": self._describe_stack_events,
            "DescribeStackResource": self._describe_stack_resource,
            "DescribeStackResources": self._describe_stack_resources,
            "ListStackResources": self._list_stack_resources,
            "ListStacks": self._list_stacks,
            "GetTemplate": self._get_template,
            "ValidateTemplate": self._validate_template,
        }

    def handle(self, operation: str, parameters: Answer, caller: Caller) -> Answer:
        """Answer one request, or raise ApiError."""
        if operation not in self._operations:
            raise ApiError("InvalidAction", f"The rehearsal has no cloudformation:{operation}.", 501)
        for name in _NEEDED.get(operation, ()):
            if not parameters.get(name):
                raise ApiError(
                    "ValidationError",
                    f"1 validation error detected: Value null at '{name[0].lower()}{name[1:]}' failed to "
                    "satisfy constraint: Member must not be null",
                )
        with self.changed:
            return self._operations[operation](parameters, caller)

    def stack_id(self, name: str, caller: Caller) -> str | None:
        """Return the id of the stack that a request's StackName means, None where there is none."""
        with self.changed:
            found = self._stacks.find(name, caller)
            return None if found is None else found.id

    def state(self) -> object:
        """Return everything that must outlive the process."""
        with self.changed:
            return copy.deepcopy(self._stacks)

    def restore(self, state: object) -> None:
        """Take over what `state` returned in an earlier process."""
        assert isinstance(state, Stacks)  # noqa: S101 - it is what `state` returned
        with self.changed:
            self._stacks = state

    def forget(self, account: str | None) -> None:
        """Drop the stacks of an account, or of all of them, and stop what is under way in them."""
        with self.changed:
            for stack in [
                one for one in self._stacks.by_id.values() if account in (None, one.caller.account)
            ]:
                del self._stacks.by_id[stack.id]
                run, _ = self._runs.pop(stack.id, (None, None))
                if run is not None:
                    run.superseded = True
                    run.over.set()

    def resume(self) -> None:
        """Carry on the operations that were interrupted when the earlier process ended."""
        with self.changed:
            for stack in self._stacks.by_id.values():
                if stack.operation is not None and stack.id not in self._runs:
                    run = self._run(stack)
                    run.resumed = True
                    self._start(run)

    def _run(self, stack: Stack) -> Run:
        return Run(stack, self.clients, self.changed, self.faults, self.delays)

    def _start(self, run: Run) -> None:
        stack = run.stack
        earlier = self._runs.get(stack.id)
        if earlier is not None:
            run.resumed = earlier[0].resumed
            earlier[0].superseded = True
            earlier[0].over.set()
        thread = threading.Thread(
            target=self._carry_out, args=(run, earlier[1] if earlier else None), daemon=True, name=stack.name
        )
        self._runs[stack.id] = (run, thread)
        thread.start()

    def _carry_out(self, run: Run, earlier: threading.Thread | None) -> None:
        if earlier is not None:
            earlier.join()
        _RUNS[run.operation.kind](run)
        with self.changed:
            if not run.superseded:
                run.stack.operation = None
                del self._runs[run.stack.id]
            self.changed.notify_all()

    def _create_stack(self, parameters: Answer, caller: Caller) -> Answer:
        request = Request(parameters)
        existing = self._stacks.named(request.stack_name, caller)
        if existing is not None:
            if existing.create_token is not None and existing.create_token == request.token:
                return {"StackId": existing.id}
            raise ApiError("AlreadyExistsException", f"Stack [{request.stack_name}] already exists")
        stack = created(request, caller)
        run = self._run(stack)  # raises for what the template's conditions make wrong
        self._stacks.by_id[stack.id] = stack
        stack.set_status("CREATE_IN_PROGRESS", "User Initiated")
        self._start(run)
        return {"StackId": stack.id}

    def _update_stack(self, parameters: Answer, caller: Caller) -> Answer:
        request = Request(parameters)
        stack = self._stacks.existing(request.stack_name, caller, "Stack [{}] does not exist")
        updated(stack, request, caller, self._run)
        stack.set_status("UPDATE_IN_PROGRESS", "User Initiated")
        self._start(self._run(stack))
        return {"StackId": stack.id}

    def _delete_stack(self, parameters: Answer, caller: Caller) -> Answer:
        stack = self._stacks.find(parameters["StackName"], caller)
        if stack is None or stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
            return {}
        if stack.status.endswith("_IN_PROGRESS") and stack.status != "CREATE_IN_PROGRESS":
            raise ApiError(
                "ValidationError", f"Stack [{stack.id}] cannot be deleted while in status {stack.status}"
            )
        retain = tuple(parameters.get("RetainResources") or ())
        if retain and stack.status != "DELETE_FAILED":
            why = "RetainResources can only be used on a stack in the DELETE_FAILED state"
            raise ApiError("ValidationError", f"Invalid operation on stack [{stack.id}]. {why}")
        stack.operation = Operation(
            "delete", caller, token=parameters.get("ClientRequestToken"), retain=retain
        )
        stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
        self._start(self._run(stack))
        return {}

    def _describe_stacks(self, parameters: Answer, caller: Caller) -> Answer:
        name = parameters.get("StackName")
        if name is not None:
            return {
                "Stacks": [
                    describe.stack(self._stacks.existing(name, caller, "Stack with id {} does not exist"))
                ]
            }
        shown = [
            describe.stack(stack) for stack in self._stacks.of(caller) if stack.status != "DELETE_COMPLETE"
        ]
        return describe.page("Stacks", shown, parameters.get("NextToken"), "StackId")

    def _describe_stack_events(self, parameters: Answer, caller: Caller) -> Answer:
        stack = self._stacks.existing(parameters["StackName"], caller, "Stack [{}] does not exist")
        return describe.page("StackEvents", stack.events[::-1], parameters.get("NextToken"), "EventId")

    def _describe_stack_resource(self, parameters: Answer, caller: Caller) -> Answer:
        stack = self._stacks.existing(parameters["StackName"], caller, "Stack '{}' does not exist")
        name = parameters["LogicalResourceId"]
        if name not in stack.resources:
            raise ApiError("ValidationError", f"Resource {name} does not exist for stack {stack.name}")
        return {"StackResourceDetail": describe.resource_detail(stack, stack.resources[name])}

    def _describe_stack_resources(self, parameters: Answer, caller: Caller) -> Answer:
        physical_id, name = parameters.get("PhysicalResourceId"), parameters.get("LogicalResourceId")
        if "StackName" in parameters:
            stack = self._stacks.existing(parameters["StackName"], caller, "Stack with id {} does not exist")
        else:
            stack = self._stacks.holding(physical_id, caller)
        if name is not None and name not in stack.resources:
            raise ApiError("ValidationError", f"Resource {name} does not exist for stack {stack.name}")
        shown = [
            describe.resource(stack, resource)
            for resource in _sorted(stack)
            if name in (None, resource.logical_id)
        ]
        return {"StackResources": shown[: describe.PAGE]}

    def _list_stack_resources(self, parameters: Answer, caller: Caller) -> Answer:
        stack = self._stacks.existing(parameters["StackName"], caller, "Stack with id {} does not exist")
        shown = [describe.resource_summary(resource) for resource in _sorted(stack)]
        return describe.page(
            "StackResourceSummaries", shown, parameters.get("NextToken"), "LogicalResourceId"
        )

    def _list_stacks(self, parameters: Answer, caller: Caller) -> Answer:
        wanted = parameters.get("StackStatusFilter") or ()
        shown = [
            describe.summary(stack)
            for stack in self._stacks.of(caller)
            if not wanted or stack.status in wanted
        ]
        return describe.page("StackSummaries", shown, parameters.get("NextToken"), "StackId")

    def _get_template(self, parameters: Answer, caller: Caller) -> Answer:
        stack = self._stacks.existing(parameters["StackName"], caller, "Stack with id {} does not exist")
        return {
            "TemplateBody": stack.revision.template.body,
            "StagesAvailable": ["Original", "Processed"],
        }

    def _validate_template(self, parameters: Answer, caller: Caller) -> Answer:
        return describe.template_summary(read(Request(parameters).body, caller.region))


def _sorted(stack: Stack) -> list[Resource]:
    return [stack.resources[name] for name in sorted(stack.resources)]
