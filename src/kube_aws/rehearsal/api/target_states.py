"""What load balancers found of their targets, noted where the API tells it."""

from collections.abc import Mapping
from typing import Any

from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends

from kube_aws.rehearsal.cloud import Balancer


def note(balancer: Balancer, found: Mapping[tuple[str, str], str]) -> bool:
    """Note how targets are, by the names of their pools and theirs: initial, healthy or unhealthy. Answers
    whether something is new.

    One that was healthy or unhealthy before is unhealthy until it is healthy again, never initial.
    """
    changed = False
    for pool in balancer.pools:
        holder = _holder(balancer, pool.name)
        if holder is None:
            continue
        former: dict[str, str] = getattr(holder, "states", {})
        states = {
            target: "unhealthy" if state == "initial" and target in former else state
            for (name, target), state in found.items()
            if name == pool.name
        }
        known = {target: state for target, state in states.items() if state != "initial"}
        if known != former:
            holder.states = known
            changed = True
    return changed


def _holder(balancer: Balancer, pool: str) -> Any:
    """moto's object that has a pool's targets; None where it was deleted meanwhile."""
    region, account, name = balancer.arn.split(":", 5)[3:]
    if balancer.kind == "network":
        groups = elbv2_backends[account][region].target_groups.values()
        return next((one for one in groups if one.name == pool), None)
    return elb_backends[account][region].load_balancers.get(name.removeprefix("loadbalancer/"))
