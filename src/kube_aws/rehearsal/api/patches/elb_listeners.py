"""The listeners of a classic load balancer."""

from typing import Any

from moto.elb.exceptions import DuplicateListenerError, ELBClientError
from moto.elb.models import ELBBackend, FakeBackend, FakeListener


def elb_listeners() -> None:
    """Keep a listener's instance protocol, give a new one's port a backend, and delete just those named.

    moto tells the front's protocol for both, has backends for the first listeners only, and keeps listeners
    twice where two are deleted. What haproxy cannot carry here is refused.
    Source: Elastic Load Balancing API Reference 2012-06-01, Listener, CreateLoadBalancerListeners,
    DeleteLoadBalancerListeners.
    """
    moto_create = ELBBackend.create_load_balancer

    def create(backend: Any, name: str, zones: Any, ports: list[Any], *args: Any, **given: Any) -> Any:
        _check(ports)
        made = moto_create(backend, name, zones, ports, *args, **given)
        for listener, port in zip(made.listeners, ports, strict=True):
            listener.own_instance_protocol = port.get("InstanceProtocol")
        return made

    def add(backend: Any, name: str, ports: list[Any]) -> Any:
        balancer = backend.get_load_balancer(name)
        _check(ports)
        new = []
        for port in ports:
            made = FakeListener(port["LoadBalancerPort"], port["InstancePort"], port["Protocol"], None)
            made.own_instance_protocol = port.get("InstanceProtocol")
            same = [one for one in balancer.listeners if one.load_balancer_port == made.load_balancer_port]
            if any(_about(one) != _about(made) for one in same):
                raise DuplicateListenerError(name, made.load_balancer_port)
            if not same:
                new.append(made)
        for made in new:
            balancer.listeners.append(made)
            if made.instance_port not in [one.instance_port for one in balancer.backends]:
                balancer.backends.append(FakeBackend(made.instance_port))
        return balancer

    def delete(backend: Any, name: str, ports: list[Any]) -> Any:
        balancer = backend.get_load_balancer(name)
        gone = {int(port) for port in ports}
        balancer.listeners = [one for one in balancer.listeners if int(one.load_balancer_port) not in gone]
        return balancer

    ELBBackend.create_load_balancer = create
    ELBBackend.create_load_balancer_listeners = add
    ELBBackend.delete_load_balancer_listeners = delete
    FakeListener.instance_protocol = property(_instance_protocol)


def _check(ports: list[Any]) -> None:
    for port in ports:
        if port["Protocol"].upper() not in ("TCP", "HTTP"):
            raise ELBClientError(
                "UnsupportedProtocol", "Load balancers of a rehearsal carry TCP and HTTP alone, without TLS."
            )


def _instance_protocol(listener: Any) -> str:
    """Without one of its own, that of the front."""
    return str(getattr(listener, "own_instance_protocol", None) or listener.protocol).upper()


def _about(listener: Any) -> tuple[Any, ...]:
    return listener.instance_port, listener.protocol, listener.instance_protocol
