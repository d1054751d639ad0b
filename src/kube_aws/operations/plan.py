"""What `up` has to do, from what was assembled and what AWS has: a pure function, and its values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kube_aws.aws.stacks import Stack
from kube_aws.operations.difference import Difference, differences
from kube_aws.terminal.error import UserError

_FINISHED = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    }
)
_TO_CONTINUE = frozenset({"CREATE_FAILED", "UPDATE_FAILED"})
_TO_REMOVE = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"})
OURS = "kube-aws Kubernetes cluster "
"""How the description of every stack of this program begins."""


@dataclass(frozen=True, slots=True)
class World:
    """What AWS has of the cluster: its stack, that stack's template, and the id of its newest event.

    `tags` are those that the stack is to have.
    """

    name: str
    tags: Mapping[str, str]
    stack: Stack | None = None
    template: Mapping[str, Any] | None = None
    newest_event: str = ""


@dataclass(frozen=True, slots=True)
class Create:
    """Create the stack."""

    name: str
    body: bytes
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Continue:
    """Go on with a stack whose creation or update (`was`, its status) failed."""

    stack: Stack
    body: bytes
    tags: Mapping[str, str]
    newest_event: str

    @property
    def was(self) -> str:
        """The stack's status before."""
        return self.stack.status


@dataclass(frozen=True, slots=True)
class Change:
    """Change the Metadata of a running stack; nothing that runs is touched. To be asked first."""

    stack: Stack
    body: bytes
    tags: Mapping[str, str]
    newest_event: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove what is left of a stack. To be asked first."""

    stack: Stack
    newest_event: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Watch the operation that runs already."""

    stack: Stack


Action = Create | Continue | Change | Remove | Watch


def plan(assembled: bytes, world: World) -> list[Action]:
    """The actions in their order; none where the stack is as assembled.

    UserError where the stack belongs to something else, or differs in what cannot be changed yet.
    """
    if world.stack is None:
        return [Create(world.name, assembled, world.tags)]
    refuse_foreign(world.stack)
    return _unfinished(assembled, world, world.stack) or _finished(assembled, world, world.stack)


def _unfinished(assembled: bytes, world: World, stack: Stack) -> list[Action]:
    """What brings a stack to an end that stopped on its way, or is on it; nothing for a finished one."""
    create = Create(world.name, assembled, world.tags)
    if stack.status in _TO_REMOVE:
        return [Remove(stack, world.newest_event), create]
    if stack.status == "DELETE_IN_PROGRESS":
        return [Watch(stack), create]
    if stack.status.endswith("_IN_PROGRESS"):
        return [Watch(stack)]
    if stack.status in _TO_CONTINUE:
        return [Continue(stack, assembled, world.tags, world.newest_event)]
    return []


def _finished(assembled: bytes, world: World, stack: Stack) -> list[Action]:
    """What a finished stack lacks of what was assembled, as far as it can be changed."""
    if stack.status not in _FINISHED:
        raise UserError(
            f"stack {stack.name} is in state {stack.status}, which needs a decision: {stack.reason}",
            'Look at it in the AWS console ("Continue update rollback"), then run kube-aws up again.',
        )
    found = tuple(differences(world.template or {}, json.loads(assembled), stack.tags, world.tags))
    if all(difference.metadata for difference in found):
        return [Change(stack, assembled, world.tags, world.newest_event, found)] if found else []
    listed = "\n".join(str(difference) for difference in found)
    raise UserError(
        f"stack {stack.name} exists and differs from this folder in more than its add-ons;"
        " changing what runs comes with a later capability",
        f"{listed}\nTake the edits back, or destroy the cluster and create it again.",
    )


def refuse_foreign(stack: Stack) -> None:
    """UserError where the stack of the cluster's name was not made by kube-aws."""
    if stack.status == "REVIEW_IN_PROGRESS" or stack.description.startswith(OURS):
        return
    raise UserError(
        f"there is a stack {stack.name} already, and it is not a kube-aws cluster"
        f" ({stack.description or 'no description'})",
        "Choose another clusterName in cluster.yaml.",
    )
