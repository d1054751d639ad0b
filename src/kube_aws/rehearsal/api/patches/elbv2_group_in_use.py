"""A target group is a load balancer's as long as a listener of it says so."""

from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeTargetGroup, elbv2_backends


def elbv2_group_in_use() -> None:
    """Find a target group's load balancers by their listeners, and no group for one without: moto remembers
    deleted ones, forgets changed ones, and finds an error where there is no group.

    Source: Elastic Load Balancing API Reference 2015-12-01, TargetGroup and DescribeTargetGroups.
    """
    moto_describe = ELBv2Backend.describe_target_groups

    def balancers(group: Any) -> list[str]:
        backend = elbv2_backends[group.account_id][group.region_name]
        return [
            balancer.arn
            for balancer in backend.load_balancers.values()
            if any(group.arn in _groups(backend, listener) for listener in balancer.listeners.values())
        ]

    def describe(backend: Any, balancer_arn: str | None, *args: Any) -> Any:
        if balancer_arn in backend.load_balancers and not any(args):
            groups = backend.target_groups.values()
            return [group for group in groups if balancer_arn in group.load_balancer_arns]
        return moto_describe(backend, balancer_arn, *args)

    FakeTargetGroup.load_balancer_arns = property(balancers, lambda *_: None)
    ELBv2Backend.describe_target_groups = describe


def _groups(backend: Any, listener: Any) -> list[str]:
    return [arn for one in listener.default_actions for arn in backend._get_target_group_arns_from(one.data)]
