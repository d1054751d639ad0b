"""What namespaces, links, addresses and routes a cloud needs.

Each subnet is a bridge in its VPC's router; a router has a link to the internet, whose two ends have the same
addresses in every VPC, so that nothing is handed out or remembered.
"""

import ipaddress
from dataclasses import dataclass

from kube_aws.rehearsal.cloud import Cloud, Vpc
from kube_aws.rehearsal.network import names
from kube_aws.rehearsal.network.place import (
    Inhabitant,
    gateway,
    inhabitants,
    public_addresses,
    resolver_address,
)

INTERNET_END, ROUTER_END = "100.64.0.1", "100.64.0.2"
"""The ends of each router's link to the internet: shared address space, RFC 6598."""

QUIET = {
    "net/ipv4/ip_forward": "1",
    "net/ipv4/conf/all/rp_filter": "0",
    "net/ipv4/conf/default/rp_filter": "0",
    "net/ipv4/conf/all/send_redirects": "0",
    "net/ipv4/conf/default/send_redirects": "0",
    "net/ipv6/conf/all/disable_ipv6": "1",
    "net/ipv6/conf/default/disable_ipv6": "1",
}
"""Of what forwards: no IPv6, and no advice to hosts whose packets leave where they came from."""


@dataclass(frozen=True)
class Bridge:
    """A subnet's bridge."""

    name: str
    mac: str


@dataclass(frozen=True)
class Cable:
    """A pair of virtual Ethernet devices. `name` is its end here, plugged into `bridge` if there is one; the
    other end, `far_name` in `far`, has `far_mac` if that is to be a certain one."""

    name: str
    bridge: str | None
    far: str
    far_name: str
    far_mac: str | None = None
    mtu: int = names.MTU


@dataclass(frozen=True)
class Route:
    """A route; without a gateway it swallows what no other route takes. `source` is the address to send
    from."""

    to: str
    gateway: str | None = None
    device: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Space:
    """A network namespace. `routing` says that all links in it are the world's own; a machine makes others
    beside them."""

    name: str
    routing: bool
    sysctls: tuple[tuple[str, str], ...] = ()
    bridges: tuple[Bridge, ...] = ()
    cables: tuple[Cable, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    routes: tuple[Route, ...] = ()


def plan(world: str, cloud: Cloud) -> tuple[Space, ...]:
    """All namespaces of a world: the internet's first, then VPCs, then what lives in them."""
    routers = tuple(_router(world, cloud, vpc) for vpc in cloud.vpcs)
    places = tuple(_place(world, vpc, one) for vpc in cloud.vpcs for one in inhabitants(cloud, vpc.id))
    return (_internet(world, cloud), *routers, *places)


def _internet(world: str, cloud: Cloud) -> Space:
    own = (names.SITES, names.RESOLVER, names.OPERATOR, INTERNET_END)
    return Space(
        names.internet(world),
        routing=True,
        sysctls=tuple(QUIET.items()),
        addresses=tuple(("lo", f"{address}/32") for address in own),
        routes=tuple(
            Route(address, ROUTER_END, names.port(vpc.id), names.OPERATOR)
            for vpc in cloud.vpcs
            for address in public_addresses(cloud, vpc)
        ),
    )


def _router(world: str, cloud: Cloud, vpc: Vpc) -> Space:
    uplink = Cable(names.UPLINK, None, names.internet(world), names.port(vpc.id), mtu=names.INTERNET_MTU)
    ports = (
        Cable(
            names.port(one.id),
            names.bridge(one.interface.subnet),
            names.namespace(world, one.id),
            "eth0",
            one.interface.mac,
        )
        for one in inhabitants(cloud, vpc.id)
    )
    gateways = (
        (names.bridge(subnet.id), f"{gateway(subnet)}/{_prefix(subnet.cidr)}") for subnet in vpc.subnets
    )
    return Space(
        names.namespace(world, vpc.id),
        routing=True,
        sysctls=(*QUIET.items(), ("net/bridge/bridge-nf-call-iptables", "1")),
        bridges=tuple(Bridge(names.bridge(one.id), names.bridge_mac(one.id)) for one in vpc.subnets),
        cables=(uplink, *ports),
        addresses=(
            ("lo", f"{names.METADATA}/32"),
            ("lo", f"{resolver_address(vpc)}/32"),
            (names.UPLINK, f"{ROUTER_END}/32"),
            *gateways,
        ),
        routes=(Route(vpc.cidr), Route("default", INTERNET_END, names.UPLINK)),
    )


def _place(world: str, vpc: Vpc, inhabitant: Inhabitant) -> Space:
    interface = inhabitant.interface
    subnet = next(one for one in vpc.subnets if one.id == interface.subnet)
    return Space(
        names.namespace(world, inhabitant.id),
        routing=False,
        # EC2's DHCP gives the primary address alone; others a machine takes itself.
        addresses=(("eth0", f"{interface.addresses[0]}/{_prefix(subnet.cidr)}"),),
        routes=(Route("default", gateway(subnet), "eth0"),),
    )


def _prefix(cidr: str) -> int:
    return ipaddress.ip_network(cidr).prefixlen
