"""A cloud with two machines in two zones and a load balancer before them."""

from dataclasses import replace
from typing import Any

from tests.rehearsal.network.clouds import ANYONE, group, machine

from kube_aws.rehearsal.cloud import (
    Balancer,
    BalancerNode,
    Check,
    Cloud,
    Interface,
    Listener,
    Pool,
    Rule,
    Subnet,
    Target,
    Vpc,
)

VPC = Vpc(
    "vpc-1",
    "10.0.0.0/16",
    (Subnet("subnet-a", "10.0.0.0/24", internet=True), Subnet("subnet-b", "10.0.1.0/24", internet=True)),
)
PORT = 30080
CHECK = Check("tcp", "", "200", interval=1, timeout=1, rise=2, fall=2)
ZONES = {"a": "eu-west-1a", "b": "eu-west-1b"}
ADDRESSES = {"a": "10.0.0.10", "b": "10.0.1.10"}


def node(zone: str, *, public: bool = True) -> BalancerNode:
    third = "ab".index(zone)
    interface = Interface(
        id=f"eni-{zone}",
        vpc=VPC.id,
        subnet=f"subnet-{zone}",
        mac=f"06:00:00:00:0{third}:fe",
        addresses=(f"10.0.{third}.254",),
        public={f"10.0.{third}.254": f"198.18.0.{third + 1}"} if public else {},
        groups=("sg-front",),
    )
    return BalancerNode(interface.id, ZONES[zone], interface)


def target(zone: str, port: int | None = None, check_port: int = PORT, **more: Any) -> Target:
    name = f"i-{zone}" if port is None else f"i-{zone}:{port}"
    return Target(name, ADDRESSES[zone], port, check_port, ZONES[zone], **more)


def balancer(
    *targets: Target, zones: str = "ab", public: bool = True, across: bool = False, **more: Any
) -> Balancer:
    """A classic one, unless `more` says otherwise."""
    pool = Pool("instances", CHECK, targets, cross_zone=across, closes_drained=True, closes_unhealthy=False)
    usual: dict[str, Any] = {
        "account": "123456789012",
        "arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/web",
        "kind": "classic",
        "name": "web-123456789.eu-west-1.elb.amazonaws.com",
        "nodes": tuple(node(zone, public=public) for zone in zones),
        "pools": (pool,),
        "listeners": (Listener(80, "tcp", "instances", PORT, proxy_protocol=0, idle=60),),
    }
    return Balancer(**{**usual, **more})


def cloud(*balancers: Balancer, clients: tuple[str, ...] = ANYONE) -> Cloud:
    return Cloud(
        vpcs=(VPC,),
        groups=(
            group("sg-front", Rule("tcp", 80, 81, clients)),
            group("sg-nodes", Rule("-1", None, None, groups=("sg-front",))),
        ),
        instances=tuple(
            replace(machine(zone, ADDRESSES[zone], "sg-nodes", vpc=VPC), zone=ZONES[zone]) for zone in "ab"
        ),
        balancers=balancers,
    )
