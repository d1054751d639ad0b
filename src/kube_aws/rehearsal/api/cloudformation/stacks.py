"""All the stacks there are, and how a request's StackName finds one."""

from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.stack import Stack
from kube_aws.rehearsal.api.error import ApiError


class Stacks:
    """The stacks of all accounts and regions, deleted ones too. Can be pickled."""

    def __init__(self) -> None:
        self.by_id: dict[str, Stack] = {}

    def of(self, caller: Caller) -> list[Stack]:
        """Return the stacks of the caller's account and region, the newest first."""
        here = (caller.account, caller.region)
        return [
            stack
            for stack in reversed(self.by_id.values())
            if (stack.caller.account, stack.caller.region) == here
        ]

    def named(self, name: str, caller: Caller) -> Stack | None:
        """Find a stack that is not deleted by its name."""
        alive = (stack for stack in self.of(caller) if stack.status != "DELETE_COMPLETE")
        return next((stack for stack in alive if stack.name == name), None)

    def find(self, name: str, caller: Caller) -> Stack | None:
        """Find a stack by its name, or by its id, which finds a deleted one too."""
        by_id = next((stack for stack in self.of(caller) if stack.id == name), None)
        return by_id or self.named(name, caller)

    def existing(self, name: str, caller: Caller, otherwise: str) -> Stack:
        """Find a stack by name or id. Raises ApiError with the text `otherwise`, of which {} is the name."""
        found = self.find(name, caller)
        if found is None:
            raise ApiError("ValidationError", otherwise.format(name))
        return found

    def holding(self, physical_id: str | None, caller: Caller) -> Stack:
        """Find the stack that has a resource with this physical id. Raises ApiError."""
        for stack in self.of(caller):
            if any(resource.physical_id == physical_id for resource in stack.resources.values()):
                return stack
        raise ApiError("ValidationError", f"Stack for {physical_id} does not exist")
