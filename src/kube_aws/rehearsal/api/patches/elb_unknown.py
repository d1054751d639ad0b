"""A classic load balancer that does not exist is told as such."""

from typing import Any

from moto.elb.exceptions import ELBClientError
from moto.elb.models import ELBBackend


def elb_unknown() -> None:
    """Refuse what names no load balancer; moto fails with status 500, or answers.

    Source: Elastic Load Balancing API Reference 2012-06-01, error LoadBalancerNotFound.
    """

    def get(backend: Any, name: str) -> Any:
        if name not in backend.load_balancers:
            raise ELBClientError("LoadBalancerNotFound", f"There is no ACTIVE Load Balancer named '{name}'")
        return backend.load_balancers[name]

    ELBBackend.get_load_balancer = get
