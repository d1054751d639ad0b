"""Data Lifecycle Manager: snapshot policies are kept and told; nobody takes snapshots by them here."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal

Policy = dict[str, Any]


class Lifecycle:
    """The lifecycle policies of every account and region, by their ids."""

    def __init__(self) -> None:
        self.policies: dict[tuple[str, str], dict[str, Policy]] = {}

    def handle(self, call: Call, principal: Principal) -> dict[str, Any]:
        """Answer one call, or raise ApiError."""
        operations: dict[str, Callable[[Call, Principal, dict[str, Policy]], dict[str, Any]]] = {
            "CreateLifecyclePolicy": self._create,
            "GetLifecyclePolicies": self._list,
            "GetLifecyclePolicy": self._get,
            "UpdateLifecyclePolicy": self._update,
            "DeleteLifecyclePolicy": self._delete,
        }
        if call.name not in operations:
            raise ApiError("InvalidAction", f"The rehearsal has no {call.action}.", 501)
        policies = self.policies.setdefault((principal.account, call.region), {})
        return operations[call.name](call, principal, policies)

    def _create(self, call: Call, principal: Principal, policies: dict[str, Policy]) -> dict[str, Any]:
        policy_id = f"policy-{secrets.token_hex(9)[:17]}"
        owner = f"arn:{principal.partition}:dlm:{call.region}:{principal.account}"
        now = datetime.now(UTC)
        given = call.parameters
        policies[policy_id] = {
            "PolicyId": policy_id,
            "Description": given["Description"],
            "State": given["State"],
            "ExecutionRoleArn": given["ExecutionRoleArn"],
            "DateCreated": now,
            "DateModified": now,
            "PolicyDetails": {"PolicyType": "EBS_SNAPSHOT_MANAGEMENT"} | given.get("PolicyDetails", {}),
            "Tags": dict(given.get("Tags", {})),
            "PolicyArn": f"{owner}:policy/{policy_id}",
        }
        return {"PolicyId": policy_id}

    def _list(self, call: Call, _: Principal, policies: dict[str, Policy]) -> dict[str, Any]:
        wanted = call.parameters.get("PolicyIds")
        found = [policy for name, policy in policies.items() if not wanted or name in wanted]
        return {"Policies": [policy | {"PolicyType": _type(policy)} for policy in found]}

    def _get(self, call: Call, _: Principal, policies: dict[str, Policy]) -> dict[str, Any]:
        return {"Policy": _existing(call, policies)}

    def _update(self, call: Call, _: Principal, policies: dict[str, Policy]) -> dict[str, Any]:
        policy = _existing(call, policies)
        changed = {name: value for name, value in call.parameters.items() if name in policy}
        policy |= changed | {"DateModified": datetime.now(UTC)}
        return {}

    def _delete(self, call: Call, _: Principal, policies: dict[str, Policy]) -> dict[str, Any]:
        del policies[_existing(call, policies)["PolicyId"]]
        return {}


def _existing(call: Call, policies: dict[str, Policy]) -> Policy:
    wanted = call.parameters["PolicyId"]
    if wanted not in policies:
        raise ApiError("ResourceNotFoundException", f"Policy {wanted} does not exist.", 404)
    return policies[wanted]


def _type(policy: Policy) -> str:
    return str(policy["PolicyDetails"]["PolicyType"])
