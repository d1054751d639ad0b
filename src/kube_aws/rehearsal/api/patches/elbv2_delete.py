"""A network load balancer that is deleted leaves no interface."""

from typing import Any

from moto.elbv2.models import ELBv2Backend

from kube_aws.rehearsal.api import balancer_interfaces


def elbv2_delete() -> None:
    """Take a load balancer's interfaces away with it; AWS does it some minutes later.

    Source: Elastic Load Balancing API Reference 2015-12-01, DeleteLoadBalancer.
    """

    def delete(backend: Any, arn: str) -> None:
        balancer = backend.load_balancers.pop(arn, None)
        for subnet in list(getattr(balancer, "interfaces", {})):
            balancer_interfaces.remove(backend.ec2_backend, balancer, subnet)
        backend.tagging_service.delete_all_tags_for_resource(arn)

    ELBv2Backend.delete_load_balancer = delete
