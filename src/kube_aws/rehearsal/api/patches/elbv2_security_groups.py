"""A network load balancer's security groups are its interfaces'."""

from typing import Any

from moto.elbv2.exceptions import ELBClientError as ELBError
from moto.elbv2.models import ELBv2Backend

from kube_aws.rehearsal.api import balancer_interfaces


def elbv2_security_groups() -> None:
    """Have the interfaces follow, and refuse groups for a balancer that was made without; moto has no
    interfaces, and takes them.

    Source: Elastic Load Balancing API Reference 2015-12-01, SetSecurityGroups.
    """
    moto_set = ELBv2Backend.set_security_groups

    def set_groups(backend: Any, arn: str, groups: list[str]) -> None:
        balancer = backend.load_balancers.get(arn)
        if balancer and balancer.type == "network" and not balancer.security_groups:
            raise ELBError(
                "InvalidConfigurationRequest",
                f"You cannot set security groups on the load balancer '{arn}': it was created without any.",
            )
        moto_set(backend, arn, groups)
        balancer_interfaces.regroup(backend.ec2_backend, balancer)

    ELBv2Backend.set_security_groups = set_groups
