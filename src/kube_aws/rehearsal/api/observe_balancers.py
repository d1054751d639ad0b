"""From moto's load balancers to what haproxy and names are made of."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from moto.ec2.models import ec2_backends
from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends

from kube_aws.rehearsal.api.draining import draining
from kube_aws.rehearsal.api.observe_interfaces import interface
from kube_aws.rehearsal.cloud import Balancer, BalancerNode, Check, Listener, Pool, Target

INSTANCES = "instances"
"""The name of a classic load balancer's only pool."""

_PROXY_PROTOCOL = "proxy_protocol_v2.enabled"

_CHECK = re.compile(r"(?P<protocol>\w+):(?P<port>\d+)(?P<path>/.*)?")


def balancers(account: str, region: str) -> Iterator[Balancer]:
    """The load balancers of an account's region."""
    ec2: Any = ec2_backends[account][region]
    for one in list(elb_backends[account][region].load_balancers.values()):
        yield _classic(account, region, ec2, one)
    for one in list(elbv2_backends[account][region].load_balancers.values()):
        if one.type == "network":
            yield _network(account, ec2, one)


def _classic(account: str, region: str, ec2: Any, balancer: Any) -> Balancer:
    states = {INSTANCES: getattr(balancer, "states", {})}
    idle = int(balancer.attributes["connection_settings"]["idle_timeout"])
    check, check_port = _classic_check(balancer.health_check)
    pool = Pool(
        name=INSTANCES,
        check=check,
        targets=(
            *_targets(ec2, balancer.instance_ids, check_port),
            *_targets(ec2, draining(balancer), check_port, draining=True),
        ),
        cross_zone=_is_true(balancer.attributes["cross_zone_load_balancing"]["enabled"]),
        closes_drained=True,
        closes_unhealthy=False,
    )
    return Balancer(
        account=account,
        arn=f"arn:{ec2.partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer.name}",
        kind="classic",
        name=balancer.dns_name,
        nodes=_nodes(ec2, balancer),
        pools=(pool,),
        listeners=tuple(
            Listener(
                port=int(one.load_balancer_port),
                protocol="http" if one.protocol == one.instance_protocol == "HTTP" else "tcp",
                pool=INSTANCES,
                target_port=int(one.instance_port),
                proxy_protocol=int(_has_proxy_protocol(balancer, one)),
                idle=idle,
            )
            for one in balancer.listeners
        ),
        healthy=_all(states, "healthy"),
        unhealthy=_all(states, "unhealthy"),
    )


def _classic_check(check: Any) -> tuple[Check, int]:
    """The check, and the port that it is made at."""
    parts = _CHECK.fullmatch(check.target)
    if parts is None:
        raise ValueError(f"a health check of {check.target}")
    protocol: Any = parts["protocol"].lower()
    made = Check(
        protocol=protocol,
        path=parts["path"] or "",
        codes="200",
        interval=int(check.interval),
        timeout=int(check.timeout),
        rise=int(check.healthy_threshold),
        fall=int(check.unhealthy_threshold),
    )
    return made, int(parts["port"])


def _network(account: str, ec2: Any, balancer: Any) -> Balancer:
    backend: Any = elbv2_backends[account][ec2.region_name]
    forwards = {
        listener.arn: backend.target_groups[arn]
        for listener in balancer.listeners.values()
        for one in listener.default_actions
        for arn in backend._get_target_group_arns_from(one.data)  # noqa: SLF001 (moto's only way)
    }
    groups = {group.name: group for group in forwards.values()}
    states = {name: getattr(group, "states", {}) for name, group in groups.items()}
    across = _is_true(balancer.attrs["load_balancing.cross_zone.enabled"])
    return Balancer(
        account=account,
        arn=balancer.arn,
        kind="network",
        name=balancer.dns_name,
        nodes=_nodes(ec2, balancer),
        pools=tuple(_pool(ec2, group, across) for group in groups.values()),
        listeners=tuple(
            Listener(
                port=int(listener.port),
                protocol="tcp",
                pool=forwards[listener.arn].name,
                target_port=None,
                proxy_protocol=2 if _is_true(forwards[listener.arn].attributes[_PROXY_PROTOCOL]) else 0,
                idle=int(listener.attributes["tcp.idle_timeout.seconds"]),
            )
            for listener in balancer.listeners.values()
            if listener.arn in forwards
        ),
        healthy=_all(states, "healthy"),
        unhealthy=_all(states, "unhealthy"),
    )


def _pool(ec2: Any, group: Any, across: bool) -> Pool:
    """A target group; `across` is the load balancer's own setting."""
    own = group.attributes["load_balancing.cross_zone.enabled"]
    port = None if group.health_check_port == "traffic-port" else int(group.health_check_port)
    return Pool(
        name=group.name,
        check=Check(
            protocol=group.health_check_protocol.lower(),
            path=group.health_check_path or "",
            codes=group.matcher["HttpCode"] if group.health_check_protocol != "TCP" else "",
            interval=int(group.health_check_interval_seconds),
            timeout=int(group.health_check_timeout_seconds),
            rise=int(group.healthy_threshold_count),
            fall=int(group.unhealthy_threshold_count),
        ),
        targets=(*_targets(ec2, group.targets, port), *_targets(ec2, draining(group), port, draining=True)),
        cross_zone=across if own == "use_load_balancer_configuration" else _is_true(own),
        closes_drained=_is_true(group.attributes["deregistration_delay.connection_termination.enabled"]),
        closes_unhealthy=_is_true(
            group.attributes["target_health_state.unhealthy.connection_termination.enabled"]
        ),
    )


def _has_proxy_protocol(balancer: Any, listener: Any) -> bool:
    kinds = {policy.policy_name: policy.policy_type_name for policy in balancer.policies}
    return any(
        kinds.get(policy) == "ProxyProtocolPolicyType"
        for backend in balancer.backends
        if int(backend.instance_port) == int(listener.instance_port)
        for policy in backend.policy_names
    )


def _nodes(ec2: Any, balancer: Any) -> tuple[BalancerNode, ...]:
    made = [ec2.enis[known] for known in balancer.interfaces.values()]
    return tuple(BalancerNode(one.id, one.subnet.availability_zone, interface(one)) for one in made)


def _targets(
    ec2: Any, names: Iterable[str], check_port: int | None, *, draining: bool = False
) -> Iterator[Target]:
    """Those of the instances that run: AWS sends nothing to others. Names are ids, or ids with ports; without
    `check_port` a target is checked at its own."""
    running = {one.id: one for one in ec2.all_instances() if one.state == "running" and one.nics}
    for name in names:
        instance = running.get(name.partition(":")[0])
        port = int(name.partition(":")[2] or 0) or None
        checked = check_port or port
        if instance and checked:
            address, zone = instance.nics[0].private_ip_address, instance.placement.zone
            yield Target(name, address, port, checked, zone, draining)


def _all(states: Mapping[str, Mapping[str, str]], wanted: str) -> frozenset[tuple[str, str]]:
    """The targets in a state, with the names of their pools."""
    return frozenset(
        (pool, one) for pool, of in states.items() for one, state in of.items() if state == wanted
    )


def _is_true(value: Any) -> bool:
    """moto keeps some attributes as they came: as text."""
    return str(value).lower() == "true"
