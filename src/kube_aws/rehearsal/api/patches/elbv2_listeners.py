"""The listeners of a network load balancer."""

from typing import Any

from moto.elbv2.exceptions import DuplicateListenerError
from moto.elbv2.exceptions import ELBClientError as ELBError
from moto.elbv2.models import ELBv2Backend


def elbv2_listeners() -> None:
    """Refuse a port that has a listener, a target group of another protocol, and have no policy for TLS; moto
    takes ports twice, groups of all kinds, and gives every listener a policy, which clients then try to take
    away again and again.

    What haproxy cannot carry here is refused, too. Source: Elastic Load Balancing API Reference 2015-12-01,
    CreateListener.
    """
    moto_create = ELBv2Backend.create_listener

    def create(
        backend: Any, load_balancer_arn: str, protocol: str, port: int, ssl_policy: str, **given: Any
    ) -> Any:
        balancer = backend.load_balancers.get(load_balancer_arn)
        if balancer and any(str(one.port) == str(port) for one in balancer.listeners.values()):
            raise DuplicateListenerError
        if balancer and balancer.type == "network":
            _check(backend, protocol, given["actions"])
            ssl_policy = ""
        return moto_create(backend, load_balancer_arn, protocol, port, ssl_policy or None, **given)

    ELBv2Backend.create_listener = create


def _check(backend: Any, protocol: str, actions: list[dict[str, Any]]) -> None:
    if protocol != "TCP":
        raise ELBError("UnsupportedProtocol", "Network load balancers of a rehearsal carry TCP alone.")
    for action in actions:
        group = backend.target_groups.get(action.get("TargetGroupArn"))
        if group and group.protocol != protocol:
            raise ELBError(
                "IncompatibleProtocols",
                f"The target group '{group.arn}' is not compatible with the listener's protocol {protocol}",
            )
