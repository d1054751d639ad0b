"""What CreateStack and UpdateStack are given, and whether AWS would take it."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError
from kube_aws.rehearsal.api.cloudformation.resources import handler
from kube_aws.rehearsal.api.cloudformation.run import Run
from kube_aws.rehearsal.api.cloudformation.stack import Operation, Revision, Stack, now
from kube_aws.rehearsal.api.cloudformation.template import read
from kube_aws.rehearsal.api.cloudformation.updating import change
from kube_aws.rehearsal.api.error import ApiError

_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_FAILED = ("CREATE_FAILED", "UPDATE_FAILED")
_TAKEN = frozenset(
    (
        "Capabilities",
        "ClientRequestToken",
        "DisableRollback",
        "StackName",
        "Tags",
        "TemplateBody",
    )
)


@dataclass(frozen=True)
class Request:
    """A request's parameters, in botocore's shape."""

    parameters: Mapping[str, Any]

    @property
    def stack_name(self) -> str:
        """The name, or for an update the name or id, of the stack."""
        return str(self.parameters["StackName"])

    @property
    def token(self) -> str | None:
        """The client's own name for the request."""
        return self.parameters.get("ClientRequestToken")

    @property
    def tags(self) -> list[dict[str, str]]:
        """The stack's tags."""
        return [{"Key": tag["Key"], "Value": tag["Value"]} for tag in self.parameters.get("Tags") or ()]

    @property
    def disable_rollback(self) -> bool:
        """Whether a failure leaves everything as it is then."""
        return bool(self.parameters.get("DisableRollback"))

    @property
    def body(self) -> str:
        """The template's text. Raises ApiError where none is given."""
        if not self.parameters.get("TemplateBody"):
            raise _invalid("Either Template URL or Template Body must be specified.")
        return str(self.parameters["TemplateBody"])


def created(request: Request, caller: Caller) -> Stack:
    """Return the stack that a CreateStack asks for, with its operation. Raises ApiError."""
    _refuse_unsupported(request)
    name = request.stack_name
    if len(name) > 128 or not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]*", name):
        rule = (
            "Member must have length less than or equal to 128"
            if len(name) > 128
            else "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
        raise _invalid(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: {rule}"
        )
    revision = _revision(request, caller)
    return Stack(
        id=f"arn:{caller.partition}:cloudformation:{caller.region}:{caller.account}:stack/{name}/{uuid.uuid4()}",
        name=name,
        caller=caller,
        revision=revision,
        created=now(),
        disable_rollback=request.disable_rollback,
        capabilities=list(request.parameters.get("Capabilities") or ()),
        create_token=request.token,
        operation=Operation("create", caller, request.disable_rollback, request.token),
    )


def updated(
    stack: Stack,
    request: Request,
    caller: Caller,
    run: Callable[[Stack], Run],
) -> None:
    """Give the stack the revision and operation that an UpdateStack asks for.

    Raises ApiError, and changes nothing, where AWS would refuse, or where something differs that the embedded
    AWS cannot change in place.
    """
    _refuse_unsupported(request)
    _check_state(stack, request.disable_rollback)
    revision = _revision(request, caller)
    if "Tags" not in request.parameters:
        revision.tags = stack.revision.tags
    before = stack.revision, stack.operation, stack.capabilities
    stack.revision, stack.operation = (
        revision,
        Operation("update", caller, request.disable_rollback, request.token),
    )
    stack.capabilities = list(request.parameters.get("Capabilities") or ())
    try:
        _check_changes(stack, before[0], run(stack))
    except (ApiError, RefusedError) as error:
        stack.revision, stack.operation, stack.capabilities = before
        raise _invalid(str(error)) from error
    stack.disable_rollback = request.disable_rollback
    stack.updated = now()


def _check_state(stack: Stack, disable_rollback: bool) -> None:
    if stack.status in _FAILED:
        if not disable_rollback:
            raise _invalid(
                f"This stack is currently in a non-terminal [{stack.status}] state. To update the stack from "
                "this state, please use the disable-rollback parameter with update-stack command. To "
                "rollback to the last known good state, use the rollback-stack command"
            )
    elif stack.status not in _COMPLETE:
        raise _invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")


def _check_changes(stack: Stack, old: Revision, run: Run) -> None:
    new = stack.revision
    if new.tags != old.tags and stack.stable is not None:
        raise _invalid("the embedded AWS cannot change the tags of a stack that stands")
    standing = {
        name: resource
        for name, resource in stack.resources.items()
        if resource.stands and name in run.definitions
    }
    differing = set(run.definitions) ^ set(stack.resources)
    for name in run.needs:
        if name in standing and differing.isdisjoint(run.needs[name]):
            if change(run, standing[name]).differs:
                differing.add(name)
        else:
            # What it refers to is known only when that is made or changed: the update itself will see.
            differing.add(name)
    if stack.status in _COMPLETE and not differing and new.template.outputs == old.template.outputs:
        raise _invalid("No updates are to be performed.")


def _revision(request: Request, caller: Caller) -> Revision:
    template = read(request.body, caller.region)
    absent = sorted({item["Type"] for item in template.resources.values() if handler(item["Type"]) is None})
    if absent:
        raise _invalid(f"the embedded AWS has no resource types [{', '.join(absent)}]; AWS has")
    needed, _ = template.capabilities
    given = set(request.parameters.get("Capabilities") or ())
    if "CAPABILITY_NAMED_IAM" in given:
        given.add("CAPABILITY_IAM")
    if not given.issuperset(needed):
        raise ApiError("InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(needed)}]")
    reserved = [tag["Key"] for tag in request.tags if tag["Key"].lower().startswith("aws:")]
    if reserved:
        raise _invalid("aws: prefixed tag key names are not allowed for external use.")
    if len(request.tags) > 50:
        raise _invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: "
                       "Member must have length less than or equal to 50")  # fmt: skip
    return Revision(template, request.tags)


def _refuse_unsupported(request: Request) -> None:
    for name, value in request.parameters.items():
        # On AWS, OnFailure=ROLLBACK is the same as nothing.
        if value and name not in _TAKEN and (name, value) != ("OnFailure", "ROLLBACK"):
            raise _invalid(f"the embedded AWS has no {name}")


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationError", message)
