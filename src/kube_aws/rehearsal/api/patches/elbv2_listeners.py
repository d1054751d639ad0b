"""The listeners of a network load balancer."""

from typing import Any

from moto.elbv2.exceptions import DuplicateListenerError
from moto.elbv2.exceptions import ELBClientError as ELBError
from moto.elbv2.models import ELBv2Backend


def elbv2_listeners() -> None:
    """Refuse a port that has a listener, and have a policy for TLS alone; moto takes ports twice, and gives
    every listener a policy, which clients then try to take away again and again.

    What haproxy cannot carry is refused, too. Source: Elastic Load Balancing API Reference 2015-12-01,
    CreateListener.
    """
    moto_create = ELBv2Backend.create_listener

    def create(
        backend: Any, load_balancer_arn: str, protocol: str, port: int, ssl_policy: str, **given: Any
    ) -> Any:
        balancer = backend.load_balancers.get(load_balancer_arn)
        if balancer and any(str(one.port) == str(port) for one in balancer.listeners.values()):
            raise DuplicateListenerError
        if protocol in ("UDP", "TCP_UDP"):
            raise ELBError("UnsupportedProtocol", "Load balancers of a rehearsal carry TCP alone, not UDP.")
        policy = ssl_policy if protocol in ("TLS", "HTTPS") else None
        return moto_create(backend, load_balancer_arn, protocol, port, policy, **given)

    ELBv2Backend.create_listener = create
