"""What a resource type's functions are given to do their work with."""

import hashlib
import string
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kube_aws.rehearsal.api.cloudformation.caller import Caller

_LETTERS = string.ascii_letters + string.digits
Tags = list[dict[str, str]]


class NotStabilizedError(Exception):
    """A resource was made but does not come to rest; the text says what was last seen of it."""


class CancelledError(Exception):
    """The operation is over: another resource failed, time ran out, or the stack is being deleted."""


@dataclass(frozen=True)
class Work:
    """One resource of one stack, for as long as something is done to it.

    `client(service)` gives a boto3 client signed as the stack operation's caller. `pause(seconds)` waits, and
    raises CancelledError when the operation is over. `token` stays the same when a creation is resumed.
    """

    stack_name: str
    logical_id: str
    caller: Caller
    token: str
    stack_tags: Sequence[Mapping[str, str]]
    system_tags: Sequence[Mapping[str, str]]
    client: Callable[[str], Any]
    pause: Callable[[float], None]

    def name(self, limit: int) -> str:
        """Return the name that CloudFormation generates, as `stack-LogicalId-4hJ2kQpXw81B`.

        Both parts are cut where the name would be longer than `limit`.
        """
        stack, logical_id = self.stack_name, self.logical_id
        room = limit - 14
        if len(stack) + len(logical_id) > room:
            stack, logical_id = stack[: room // 2], logical_id[: room // 2]
        return f"{stack}-{logical_id}-{self.suffix}"

    @property
    def suffix(self) -> str:
        """Twelve letters and digits that stay the same for this creation."""
        digest = hashlib.sha256(self.token.encode()).digest()
        return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:12])

    def tags(self, own: Sequence[Mapping[str, str]] = ()) -> Tags:
        """Return the resource's own tags and those that CloudFormation adds; its own win over the stack's."""
        merged = {tag["Key"]: tag["Value"] for tag in (*self.stack_tags, *own, *self.system_tags)}
        return [{"Key": key, "Value": value} for key, value in merged.items()]

    def tag_specifications(self, kind: str, own: Sequence[Mapping[str, str]] = ()) -> list[dict[str, Any]]:
        """Return EC2's TagSpecifications for a resource of this kind, as `vpc`."""
        tags = self.tags(own)
        return [{"ResourceType": kind, "Tags": tags}] if tags else []

    @property
    def own(self) -> list[dict[str, Any]]:
        """Return EC2's filters for what CloudFormation has tagged as this very resource."""
        return [{"Name": f"tag:{tag['Key']}", "Values": [tag["Value"]]} for tag in self.system_tags]

    def until(self, ready: Callable[[], bool], limit: float = 300, waiting_for: str = "") -> None:
        """Wait until `ready`, asking at growing intervals.

        Raises NotStabilizedError after `limit` seconds.
        """
        end = time.monotonic() + limit
        interval = 0.02
        while not ready():
            if time.monotonic() > end:
                raise NotStabilizedError(f"{self.logical_id} did not stabilize: {waiting_for}")
            self.pause(interval)
            interval = min(interval * 1.5, 1)
