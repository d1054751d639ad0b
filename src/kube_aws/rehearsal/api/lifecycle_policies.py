"""Data Lifecycle Manager, which moto lacks: it keeps the policies. Nothing takes snapshots here."""

import copy
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.error import ApiError

Policy = dict[str, Any]


class LifecyclePolicies:
    """The lifecycle policies of all accounts and regions.

    `handle` is called as CloudFormation's; `state` can be pickled, `restore` takes it in a new process.
    """

    def __init__(self) -> None:
        self._policies: dict[tuple[str, str], dict[str, Policy]] = {}

    def handle(self, operation: str, parameters: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer one request, or raise ApiError."""
        operations: dict[str, Callable[[Mapping[str, Any], Caller], dict[str, Any]]] = {
            "CreateLifecyclePolicy": self._create,
            "DeleteLifecyclePolicy": self._delete,
            "GetLifecyclePolicies": self._list,
            "GetLifecyclePolicy": self._get,
        }
        if operation not in operations:
            raise ApiError("InvalidAction", f"The rehearsal has no dlm:{operation}.", 501)
        return operations[operation](parameters, caller)

    def forget(self, account: str | None) -> None:
        """Drop the policies of an account, or of all of them."""
        self._policies = {
            place: policies for place, policies in self._policies.items() if account not in (None, place[0])
        }

    def state(self) -> object:
        """Return what must outlive the process."""
        return copy.deepcopy(self._policies)

    def restore(self, state: object) -> None:
        """Take over what `state` returned in an earlier process."""
        assert isinstance(state, dict)  # noqa: S101 - it is what `state` returned
        self._policies = state

    def _here(self, caller: Caller) -> dict[str, Policy]:
        return self._policies.setdefault((caller.account, caller.region), {})

    def _found(self, parameters: Mapping[str, Any], caller: Caller) -> Policy:
        policy_id = parameters["PolicyId"]
        if policy_id not in self._here(caller):
            raise ApiError("ResourceNotFoundException", f"Policy {policy_id} does not exist", 404)
        return self._here(caller)[policy_id]

    def _create(self, parameters: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        policy_id = f"policy-0{secrets.token_hex(8)}"
        arn = f"arn:{caller.partition}:dlm:{caller.region}:{caller.account}:policy/{policy_id}"
        now = datetime.now(UTC)
        named = ("Description", "State", "ExecutionRoleArn", "PolicyDetails")
        self._here(caller)[policy_id] = {
            "PolicyId": policy_id,
            "PolicyArn": arn,
            "DateCreated": now,
            "DateModified": now,
            "Tags": dict(parameters.get("Tags") or {}),
            **{name: parameters[name] for name in named if name in parameters},
        }
        return {"PolicyId": policy_id}

    def _get(self, parameters: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        return {"Policy": self._found(parameters, caller)}

    def _list(self, parameters: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        wanted = parameters.get("PolicyIds")
        shown = ("PolicyId", "Description", "State", "Tags")
        return {
            "Policies": [
                {name: policy[name] for name in shown if name in policy}
                | {"PolicyType": policy.get("PolicyDetails", {}).get("PolicyType", "EBS_SNAPSHOT_MANAGEMENT")}
                for policy_id, policy in self._here(caller).items()
                if not wanted or policy_id in wanted
            ]
        }

    def _delete(self, parameters: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        del self._here(caller)[self._found(parameters, caller)["PolicyId"]]
        return {}
