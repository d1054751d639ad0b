"""Every port between machines, and from outside: open exactly where the design says so."""

from collections.abc import Iterator

import pytest
from tests.rehearsed import ports
from tests.rehearsed.ports import Place, Way
from tests.rehearsed.world import World

from kube_aws.rehearsal import place
from kube_aws.rehearsal.network import names

PORTS = (
    # What machines of clusters listen on, here or elsewhere, and some that nobody does.
    *(22, 53, 80, 111, 179, 443, 2379, 2380, 2381, 4240, 6443, 8080, 8081, 8443, 8472, 9100, 9153),
    *(10248, 10249, 10250, 10255, 10256, 10257, 10258, 10259, 30000, 31111, 32767, 50000),
)

OPEN = {
    ("worker", "controller", "tcp"): {443, 10250},
    ("worker", "controller", "udp"): {8472},
    ("worker", "worker", "tcp"): {10250},
    ("worker", "worker", "udp"): {8472},
    ("controller", "worker", "tcp"): {10250},
    ("controller", "worker", "udp"): {8472},
}
"""Between machines, by private address."""

LISTENING = {
    "controller": {("tcp", port) for port in (443, 2379, 2380, 10250, 10256)} | {("udp", 8472)},
    "worker": {("tcp", port) for port in (10250, 10256)} | {("udp", 8472)},
}
"""What machines listen on where others could reach it."""


@pytest.fixture(scope="module")
def places(cluster: World) -> list[Place]:
    """All machines, and the operator's last."""

    def of(role: str) -> Iterator[Place]:
        for number, one in enumerate(cluster.instances(role)):
            namespace = names.namespace(place.world(cluster.state), one["InstanceId"])
            address = one["PrivateIpAddress"], one["PublicIpAddress"]
            yield Place(f"{role}-{number}", role, one["InstanceId"], namespace, *address)

    internet = place.internet(cluster.state)
    return [
        *of("controller"),
        *of("worker"),
        Place("operator", "operator", "", internet, names.OPERATOR, names.OPERATOR),
    ]


@pytest.fixture(scope="module")
def ways(places: list[Place]) -> list[Way]:
    """From each to each other, by both of its addresses."""
    return [
        Way(source, target, by)
        for source in places
        for target in places
        for by in ("private", "public")
        if source != target
    ]


def may(way: Way, protocol: str, port: int) -> bool:
    """Whether the security groups let it."""
    if way.target.role == "operator":
        return True  # machines may go anywhere
    if way.by == "private" and way.source.role != "operator":
        return port in OPEN.get((way.source.role, way.target.role, protocol), set())
    # From outside, or there and back: nobody's group is known there. Private addresses lead nowhere.
    return way.by == "public" and (way.target.role, protocol, port) == ("controller", "tcp", 443)


def expected(ways: list[Way], protocol: str, numbers: tuple[int, ...]) -> set[str]:
    return {_told(way, port) for way in ways for port in numbers if may(way, protocol, port)}


def _told(way: Way, port: int) -> str:
    return f"{way.source.name} to {way.target.name}'s {way.by} address, {port}"


def test_connections(places: list[Place], ways: list[Way]) -> None:
    with ports.listening(places, PORTS):
        found = {_told(*one) for one in ports.connected(ways, PORTS)}
    assert found == expected(ways, "tcp", PORTS)


def test_messages(places: list[Place], ways: list[Way]) -> None:
    found = {_told(*one) for one in ports.arrived(places, ways, PORTS)}
    assert found == expected(ways, "udp", PORTS)


def test_nothing_else_listens(cluster: World, places: list[Place]) -> None:
    for one in places[:-1]:
        listening = set()
        for line in cluster.inside(one.instance, "ss", "-H", "-lntu").splitlines():
            protocol, _, _, _, address, _ = line.split()
            host, _, port = address.rpartition(":")
            if not host.startswith(("127.", "[::1]")):
                listening.add((protocol, int(port)))
        assert listening == LISTENING[one.role]
