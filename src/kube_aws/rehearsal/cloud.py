"""What the embedded AWS says exists, as far as machines and their network need it.

The API's backends are read into this (api/observe.py); network/ and machines/ make it true. All values are
AWS's own: ids, CIDR blocks, addresses as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """A permission of a security group. `protocol` is tcp, udp, icmp or -1 (all); the ports are inclusive,
    None for all; the other side is any of `networks` (CIDR) or a member of any of `groups` (ids)."""

    protocol: str
    first_port: int | None
    last_port: int | None
    networks: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group: what may come in, what may go out."""

    id: str
    ingress: tuple[Rule, ...]
    egress: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet. `internet` says whether its route table has a default route to an internet gateway."""

    id: str
    cidr: str
    internet: bool


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC with its subnets."""

    id: str
    cidr: str
    subnets: tuple[Subnet, ...]


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface. `addresses` are its private ones, the primary first; `public` the elastic and
    automatic addresses, by the private one that each leads to; `groups` ids of security groups."""

    id: str
    vpc: str
    subnet: str
    mac: str
    addresses: tuple[str, ...]
    public: Mapping[str, str]
    groups: tuple[str, ...]
    source_dest_check: bool = True


@dataclass(frozen=True, slots=True)
class Volume:
    """An EBS volume beside the root volume. `device` is the name asked for, as /dev/xvdf."""

    id: str
    size_gib: int
    device: str


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance that should run, or is stopped. `state` is EC2's name for it; `memory_mib` and `vcpus` its
    type's; `user_data` as Ignition gets it; `hop_limit` and `metadata_tags` its metadata options; `nitro`
    whether its type has a live console; `image` its AMI's id; `boots` counts its reboots."""

    id: str
    account: str
    region: str
    zone: str
    type: str
    vcpus: int
    memory_mib: int
    state: str
    image: str
    name: str
    interface: Interface
    root_gib: float
    volumes: tuple[Volume, ...]
    user_data: bytes
    tags: Mapping[str, str]
    hop_limit: int
    metadata_tags: bool
    nitro: bool
    role: str | None
    boots: int = 0


@dataclass(frozen=True, slots=True)
class Alias:
    """A record that has the values which the name `target` has, as a record of the same type."""

    target: str


@dataclass(frozen=True, slots=True)
class Check:
    """How a load balancer finds out whether a target is healthy. `path` and `codes` (as `200-399`)
    are HTTP's; times in seconds; `rise` good answers in a row make a target healthy, `fall` bad ones
    unhealthy."""

    protocol: Literal["tcp", "ssl", "http", "https"]
    path: str
    codes: str
    interval: int
    timeout: int
    rise: int
    fall: int


@dataclass(frozen=True, slots=True)
class Target:
    """An instance behind a load balancer. Its health is seen at `check_port`; `port` is None where
    listeners say it. One that is `draining` keeps the connections it has and gets no others."""

    id: str
    address: str
    port: int | None
    check_port: int
    zone: str
    draining: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """Targets that are checked alike: a target group, or all instances of a classic load balancer. A node
    sends to targets of other zones if `cross_zone`. Connections to a target are closed once it is drained if
    `closes_drained`, once it is unhealthy if `closes_unhealthy`."""

    name: str
    check: Check
    targets: tuple[Target, ...]
    cross_zone: bool
    closes_drained: bool
    closes_unhealthy: bool

    def used(self, zone: str) -> tuple[Target, ...]:
        """The targets to which a node in a zone sends."""
        return tuple(one for one in self.targets if self.cross_zone or one.zone == zone)


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a load balancer takes connections: its own `port`, the pool they go to, and that pool's port if
    its targets do not say it. `proxy_protocol` is the version of its header, 0 for none; `idle` the seconds
    that a connection may be silent."""

    port: int
    protocol: Literal["tcp", "http"]
    pool: str
    target_port: int | None
    proxy_protocol: int
    idle: int


@dataclass(frozen=True, slots=True)
class BalancerNode:
    """The part of a load balancer that lies in one subnet; its id is its interface's."""

    id: str
    zone: str
    interface: Interface


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer, classic or network. `name` is its DNS name; `healthy` has the names of pools with the
    ids of targets that are, `unhealthy` of those that were found not to be; others were not found either."""

    account: str
    arn: str
    kind: Literal["classic", "network"]
    name: str
    nodes: tuple[BalancerNode, ...]
    pools: tuple[Pool, ...]
    listeners: tuple[Listener, ...]
    healthy: frozenset[tuple[str, str]] = frozenset()
    unhealthy: frozenset[tuple[str, str]] = frozenset()

    def addresses(self) -> tuple[str, ...]:
        """What its name leads to: the nodes that have healthy targets, or all where none has; an internal
        one's private addresses, wherever they are asked for.

        Source: Elastic Load Balancing User Guide, "Request routing".
        """
        serving = [
            node
            for node in self.nodes
            if any(
                (pool.name, target.id) in self.healthy
                for pool in self.pools
                for target in pool.used(node.zone)
            )
        ]
        interfaces = [node.interface for node in serving or self.nodes]
        return tuple(one.public.get(one.addresses[0], one.addresses[0]) for one in interfaces)


@dataclass(frozen=True, slots=True)
class Zone:
    """A hosted zone: its name without the dot at its end, the VPCs that see it (none: everyone), and its
    records by (name, type): the values, of an alias the name that it points to."""

    name: str
    vpcs: frozenset[str]
    records: Mapping[tuple[str, str], tuple[str, ...] | Alias]


@dataclass(frozen=True, slots=True)
class Cloud:
    """All of it, in every account and region. `volumes` are the ids of those that exist, attached or not."""

    vpcs: tuple[Vpc, ...] = ()
    groups: tuple[SecurityGroup, ...] = ()
    instances: tuple[Instance, ...] = ()
    zones: tuple[Zone, ...] = ()
    volumes: frozenset[str] = frozenset()
    balancers: tuple[Balancer, ...] = ()
