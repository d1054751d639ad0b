"""CloudFormation's operations."""

from collections.abc import Callable
from typing import Any

from .caller import Caller
from .error import ApiError


class CloudFormation:
    """The stacks of one embedded AWS, and the operations on them.

    The server gives it the requests that are signed for `cloudformation`, already parsed from the wire and
    already authorised, and puts its answers back on the wire:

        engine = CloudFormation(clients)         # clients(caller, "ec2") -> boto3 client
        answer = engine.handle("CreateStack", {"StackName": …}, Caller(account, region, credentials))

    - `parameters` and the answer have botocore's shapes (datetimes are aware and in UTC). An operation without
      output answers `{}`. `ApiError` (code, message, status) is the error answer, and the only exception that a
      request may raise; an operation that does not exist here answers `InvalidAction`.
    - `clients(caller, service)` gives a boto3 client for the same server, signed as the caller, in the caller's
      region. It is called from many threads, a few times an operation; clients are thread-safe, so keep them.
      `caller.credentials` is whatever the server put there; it must be picklable.
    - Stack operations go on in threads after the answer.
    - `faults` maps a logical id to the reason for which its next creation fails, without asking any service;
      the entry stays until it is removed. `delays` maps a logical id to seconds that its creation takes longer.
    - `state()` is picklable. Take it before the state of the services: then a service may know a thing that the
      engine has not noted yet (it looks for it when it resumes), but never the other way round.
      `restore(state)` on a new engine, then `resume()` once the server answers, carries on what was interrupted.
    - `lifecycle_policies` serves `dlm`, which moto lacks; see resources/dlm_lifecycle_policy.py.
    - `permissions(operation, parameters, caller)` names the IAM action and resource ARN to authorise.
    """

    def __init__(self, clients: Callable[[Caller, str], Any]) -> None:
        self.clients = clients
        self.faults: dict[str, str] = {}
        self.delays: dict[str, float] = {}

    def handle(self, operation: str, parameters: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer one request, or raise ApiError."""
        raise ApiError("InvalidAction", f"Could not find operation {operation} for version 2010-05-15")

    def state(self) -> object:
        """Return everything that must outlive the process, picklable."""
        return {}

    def restore(self, state: object) -> None:
        """Take over what `state` returned in an earlier process."""

    def resume(self) -> None:
        """Carry on the operations that were interrupted when the earlier process ended."""
