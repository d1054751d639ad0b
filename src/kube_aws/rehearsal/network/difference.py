"""From what the kernel has to what a plan wants, as lines for `ip -batch`.

What a killed run left is not remembered but seen, so that only what is missing or too much is touched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kube_aws.rehearsal.network.names import MTU
from kube_aws.rehearsal.network.plan import Cable, Route, Space

PROTOCOL = "dhcp"
"""Marks routes as the world's own, among those that a node makes; on EC2 a machine's come from DHCP too."""

METRIC = 4096
"""Of routes that swallow: a subnet may be as large as its VPC, and its own route has 0."""


@dataclass(frozen=True)
class Link:
    """A link that exists. `other` is the index of a cable's far end, in its own namespace."""

    index: int
    kind: str | None
    bridge: str | None
    other: int | None
    up: bool


@dataclass(frozen=True)
class Found:
    """What exists in a namespace: links by name, (device, address with prefix), the world's own routes."""

    links: Mapping[str, Link]
    addresses: frozenset[tuple[str, str]]
    routes: frozenset[Route]


def difference(spaces: Sequence[Space], found: Mapping[str, Found]) -> Iterator[tuple[str, list[str]]]:
    """What to do in which namespace, in this order."""
    ends: dict[str, set[str]] = {space.name: set() for space in spaces}
    broken: dict[str, set[str]] = {space.name: set() for space in spaces}
    for space in spaces:
        for cable in space.cables:
            ends[space.name].add(cable.name)
            ends[cable.far].add(cable.far_name)
            if not _connected(cable, found[space.name], found[cable.far]):
                broken[space.name].add(cable.name)
                broken[cable.far].add(cable.far_name)
    for space in spaces:
        links = ends[space.name] | {bridge.name for bridge in space.bridges}
        yield space.name, [*_removed(space, found[space.name], links, broken[space.name])]
    # A cable is made from its router's side.
    for space in sorted(spaces, key=lambda one: not one.cables):
        left = _without(found[space.name], broken[space.name])
        yield space.name, [*_links(space, left), *_added(space, left, ends[space.name])]


def _connected(cable: Cable, here: Found, there: Found) -> bool:
    near, far = here.links.get(cable.name), there.links.get(cable.far_name)
    return near is not None and far is not None and (near.other, far.other) == (far.index, near.index)


def _without(found: Found, links: set[str]) -> Found:
    """What is left once links are gone, and with them their addresses and routes."""
    return Found(
        {name: link for name, link in found.links.items() if name not in links},
        frozenset(one for one in found.addresses if one[0] not in links),
        frozenset(route for route in found.routes if route.device not in links),
    )


def _removed(space: Space, found: Found, wanted: set[str], broken: set[str]) -> Iterator[str]:
    for route in found.routes - set(space.routes):
        yield f"route del {_route(route)}"
    managed = {device for device, _ in space.addresses}
    for device, address in found.addresses - set(space.addresses):
        if device in managed and address != "127.0.0.1/8":
            yield f"address del {address} dev {device}"
    for name, link in found.links.items():
        left_over = space.routing and link.kind in {"veth", "bridge"} and name not in wanted
        if left_over or name in broken:
            yield f"link del {name}"


def _links(space: Space, found: Found) -> Iterator[str]:
    for bridge in space.bridges:
        if bridge.name not in found.links:
            yield f"link add {bridge.name} mtu {MTU} address {bridge.mac} type bridge mcast_snooping 0"
    for cable in space.cables:
        link = found.links.get(cable.name)
        if link is None:
            mac = f" address {cable.far_mac}" if cable.far_mac else ""
            yield (
                f"link add {cable.name} mtu {cable.mtu} type veth"
                f" peer name {cable.far_name} mtu {cable.mtu}{mac} netns {cable.far}"
            )
        if cable.bridge and (link is None or link.bridge != cable.bridge):
            yield f"link set {cable.name} master {cable.bridge}"


def _added(space: Space, found: Found, ends: set[str]) -> Iterator[str]:
    for name in ("lo", *(bridge.name for bridge in space.bridges), *sorted(ends)):
        link = found.links.get(name)
        if link is None or not link.up:
            yield f"link set {name} up"
    for device, address in space.addresses:
        if (device, address) not in found.addresses:
            yield f"address add {address} dev {device}"
    for route in space.routes:
        if route not in found.routes:
            yield f"route replace {_route(route)}"


def _route(route: Route) -> str:
    if route.gateway is None:
        return f"blackhole {route.to} metric {METRIC} proto {PROTOCOL}"
    source = f" src {route.source}" if route.source else ""
    return f"{route.to} via {route.gateway} dev {route.device} onlink{source} proto {PROTOCOL}"
