"""Do what was planned on AWS, and tell what happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kube_aws.aws import stacks
from kube_aws.aws.session import client
from kube_aws.aws.stacks import Stack, StackEvent
from kube_aws.aws.watch import before_running_operation, watch
from kube_aws.operations import plan
from kube_aws.operations.cause import failure
from kube_aws.terminal.event import Begin, Change, Event, Note, State
from kube_aws.terminal.screen import say
from kube_aws.terminal.show import show

if TYPE_CHECKING:
    import boto3

_VERBS: dict[str, tuple[str, State]] = {
    "CREATE_IN_PROGRESS": ("creating", "running"),
    "CREATE_COMPLETE": ("created", "done"),
    "UPDATE_IN_PROGRESS": ("changing", "running"),
    "UPDATE_COMPLETE": ("changed", "done"),
    "DELETE_IN_PROGRESS": ("removing", "running"),
    "DELETE_COMPLETE": ("removed", "done"),
    "DELETE_SKIPPED": ("kept", "done"),
}
_SUCCESS = {
    "created": frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"}),
    "changed": frozenset({"UPDATE_COMPLETE"}),
    "removed": frozenset({"DELETE_COMPLETE"}),
}
_SAYS_NOTHING = frozenset({"Resource creation Initiated", "User Initiated"})


def execute(action: plan.Action, session: boto3.Session, *, wait: bool = True) -> Iterator[Event]:
    """Start one action and follow it to its end (or not, without `wait`).

    UserError with the root cause where it fails. Killed at any moment and planned anew, it goes on.
    """
    cloudformation = client(session, "cloudformation")
    match action:
        case plan.Create(name, body, tags):
            stack_id = stacks.create(cloudformation, name, body, tags)
            if wait:
                yield Begin(len(json.loads(body)["Resources"]))
                yield from _follow(session, stack_id, "", "created")
        case plan.Continue(stack, body, tags, newest):
            yield Note(f"Continuing stack {stack.name}, which stopped at {stack.status}.")
            existing = _existing(cloudformation, stack.id)
            if stacks.update(cloudformation, stack.id, body, tags, newest) and wait:
                yield Begin(len(json.loads(body)["Resources"]), existing)
                yield from _follow(session, stack.id, newest, "created")
        case plan.Change(stack, body, tags, newest, _):
            if stacks.update(cloudformation, stack.id, body, tags, newest) and wait:
                yield Begin(1)
                yield from _follow(session, stack.id, newest, "changed")
        case plan.Remove(stack, newest):
            yield Note(f"Removing what is left of stack {stack.name} ({stack.status}).")
            yield from delete(session, stack, newest)
        case plan.Watch(stack):
            yield Note(f"Stack {stack.name} is in state {stack.status} already; watching it.")
            if wait:
                yield from watch_running(session, stack)


def delete(session: boto3.Session, stack: Stack, newest_event: str) -> Iterator[Event]:
    """Delete the stack and follow it to its end."""
    cloudformation = client(session, "cloudformation")
    there = [item for item in stacks.resources(cloudformation, stack.id) if item.status != "DELETE_COMPLETE"]
    stacks.delete(cloudformation, stack.id, newest_event)
    yield Begin(len(there))
    yield from _follow(session, stack.id, newest_event, "removed")


def watch_running(session: boto3.Session, stack: Stack) -> Iterator[Event]:
    """Follow the operation that runs on the stack already, from its beginning."""
    cloudformation = client(session, "cloudformation")
    did = "removed" if stack.status.startswith("DELETE") else "created"
    if stack.status.startswith("UPDATE"):
        did = "changed"
    after = before_running_operation(cloudformation, stack.id)
    yield Begin(len(stacks.resources(cloudformation, stack.id)))
    yield from _follow(session, stack.id, after, did)


def shown(events: Iterator[Event], again: str) -> None:
    """Show the events; Ctrl-C stops only that, and says which command watches on."""
    try:
        show(events)
    except KeyboardInterrupt:
        say(f'\nOnly the watching stopped: AWS goes on by itself. "{again}" watches on.')
        raise


def _follow(session: boto3.Session, stack_id: str, after: str, did: str) -> Iterator[Event]:
    seen: list[StackEvent] = []
    for event in watch(client(session, "cloudformation", attempts=1), stack_id, after):
        if isinstance(event, str):
            yield Note(event)
            continue
        seen.append(event)
        if not event.of_stack:
            yield _change(event)
    if seen[-1].status not in _SUCCESS[did]:
        raise failure(seen, did, *_afterwards(client(session, "cloudformation"), stack_id, did))


def _change(event: StackEvent) -> Change:
    verb, state = _VERBS.get(event.status, ("failed", "failed"))
    detail = event.physical_id
    if event.reason and event.reason not in _SAYS_NOTHING:
        detail = event.reason
    return Change(event.logical_id, event.type, state, verb, detail, event.time)


def _existing(cloudformation: Any, stack_id: str) -> frozenset[str]:
    return frozenset(
        resource.logical_id
        for resource in stacks.resources(cloudformation, stack_id)
        if resource.status.endswith("_COMPLETE") and resource.status != "DELETE_COMPLETE"
    )


def _afterwards(cloudformation: Any, stack_id: str, did: str) -> tuple[str, str]:
    """What to do after a failure, and what exists now."""
    there = stacks.resources(cloudformation, stack_id)
    left = [item for item in there if item.status not in ("DELETE_COMPLETE", "CREATE_FAILED")]
    now = f"{len(left)} of {len(there)} resources exist"
    if did == "removed":
        return '"kube-aws destroy" tries again', now
    return '"kube-aws up" continues from here', f'{now}; "kube-aws destroy" removes them'
