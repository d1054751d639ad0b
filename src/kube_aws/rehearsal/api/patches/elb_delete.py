"""A classic load balancer that is deleted leaves no interface."""

from typing import Any

from moto.elb.models import ELBBackend

from kube_aws.rehearsal.api import balancer_interfaces


def elb_delete() -> None:
    """Take a load balancer's interfaces away with it; AWS does it some minutes later. Deleting one that does
    not exist is no error.

    Source: Elastic Load Balancing API Reference 2012-06-01, DeleteLoadBalancer.
    """

    def delete(backend: Any, name: str) -> None:
        balancer = backend.load_balancers.pop(name, None)
        if balancer is not None:
            for subnet in list(balancer.interfaces):
                balancer_interfaces.remove(balancer.ec2_backend, balancer, subnet)

    ELBBackend.delete_load_balancer = delete
