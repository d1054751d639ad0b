"""A classic load balancer's subnets and security groups are its interfaces'."""

from typing import Any

from moto.elb.models import ELBBackend

from kube_aws.rehearsal.api import balancer_interfaces


def elb_subnets() -> None:
    """Have the interfaces follow when subnets come and go, or other security groups apply; moto has none.

    Source: Elastic Load Balancing API Reference 2012-06-01, AttachLoadBalancerToSubnets,
    DetachLoadBalancerFromSubnets, ApplySecurityGroupsToLoadBalancer.
    """

    def following(moto_change: Any) -> Any:
        def change(backend: Any, name: str, given: list[str]) -> Any:
            balancer = backend.get_load_balancer(name)
            changed = moto_change(backend, name, given)
            balancer_interfaces.follow_classic(balancer)
            return changed

        return change

    for name in (
        "attach_load_balancer_to_subnets",
        "detach_load_balancer_from_subnets",
        "apply_security_groups_to_load_balancer",
    ):
        setattr(ELBBackend, name, following(getattr(ELBBackend, name)))
