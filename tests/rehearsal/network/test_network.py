"""Networks for real, in namespaces of their own."""

import contextlib
import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.rehearsal.network.clouds import ANYONE, VPC, group, machine
from tests.rehearsal.network.inhabitants import call, listening, reached, talk

from kube_aws.rehearsal.cloud import Cloud, Rule, Subnet
from kube_aws.rehearsal.network.names import OPERATOR, internet, namespace
from kube_aws.rehearsal.network.namespaces import Network, existing, remove

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")

UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM

NODE_PUBLIC = {"10.0.0.148": "198.18.0.148", "10.0.0.149": "198.18.0.149"}

CLOUD = Cloud(
    vpcs=(VPC,),
    groups=(
        group(
            "sg-api", Rule("tcp", 443, 443, ANYONE), Rule("udp", 8472, 8472, groups=("sg-nodes", "sg-api"))
        ),
        group(
            "sg-nodes",
            Rule("tcp", 10250, 10250, groups=("sg-api",)),
            Rule("udp", 8472, 8472, groups=("sg-api",)),
        ),
    ),
    instances=(
        machine("api", "10.0.0.50", "sg-api", public="198.18.0.50"),
        machine("node", ("10.0.0.148", "10.0.0.149"), "sg-nodes", public=NODE_PUBLIC),
        machine("inner", "10.0.1.5", "sg-nodes"),
    ),
)
API, NODE, INNER = CLOUD.instances


@pytest.fixture
def world() -> Iterator[str]:
    name = secrets.token_hex(3)
    yield name
    remove(name)


@pytest.fixture(scope="module")
def standing() -> Iterator[str]:
    """A world with CLOUD's network, in which all machines and a site listen on all ports of interest."""
    name = secrets.token_hex(3)
    Network(name).apply(CLOUD)
    take(name, "i-node", "10.0.0.149")
    everyone = ["net", *(one.id for one in CLOUD.instances)]
    with contextlib.ExitStack() as stack:
        for who in everyone:
            for port, kind in ((443, TCP), (10250, TCP), (8472, UDP)):
                stack.enter_context(listening(name, who, port, kind))
        yield name
    remove(name)


def take(world: str, machine: str, address: str) -> None:
    """What a machine does with an address beside its first, which DHCP does not give it."""
    there = namespace(world, machine)
    subprocess.run(["ip", "-n", there, "address", "add", f"{address}/32", "dev", "lo"], check=True)


def test_groups_decide_who_reaches_whom(standing: str) -> None:
    calls = [
        (one, other, port, kind)
        for one in CLOUD.instances
        for other in CLOUD.instances
        if one is not other
        for port, kind in ((443, TCP), (10250, TCP), (8472, UDP))
    ]
    with ThreadPoolExecutor(len(calls)) as pool:
        said = pool.map(lambda c: reached(standing, c[0].id, c[1].interface.addresses[0], c[2], c[3]), calls)
    heard = {
        (one.id, other.id, port) for (one, other, port, _), answer in zip(calls, said, strict=True) if answer
    }
    assert heard == {
        ("i-node", "i-api", 443),
        ("i-inner", "i-api", 443),
        ("i-api", "i-node", 10250),
        ("i-api", "i-inner", 10250),
        ("i-node", "i-api", 8472),
        ("i-inner", "i-api", 8472),
        ("i-api", "i-node", 8472),
        ("i-api", "i-inner", 8472),
    }


def test_all_addresses_of_an_interface_are_its_own(standing: str) -> None:
    assert reached(standing, "i-api", "10.0.0.149", 10250) == "i-node 10.0.0.50"


def test_the_internet_reaches_public_addresses_as_itself(standing: str) -> None:
    assert reached(standing, "net", "198.18.0.50", 443) == "i-api 192.0.2.1"
    assert reached(standing, "net", "198.18.0.50", 10250) is None
    assert reached(standing, "net", "198.18.0.148", 443) is None
    assert reached(standing, "net", "10.0.0.50", 443) is None


def test_a_public_address_leads_out(standing: str) -> None:
    assert reached(standing, "i-api", "192.0.2.80", 443) == "net 198.18.0.50"
    assert reached(standing, "i-node", "192.0.2.80", 443) == "net 198.18.0.148"
    assert reached(standing, "i-node", "192.0.2.80", 443, sender="10.0.0.149") == "net 198.18.0.149"


def test_without_internet_nothing_leads_out(standing: str) -> None:
    assert reached(standing, "i-inner", "192.0.2.80", 443) is None


def test_public_addresses_of_others_are_reached_as_from_the_internet(standing: str) -> None:
    assert reached(standing, "i-node", "198.18.0.50", 443) == "i-api 198.18.0.148"
    assert reached(standing, "i-api", "198.18.0.50", 443) == "i-api 198.18.0.50"
    assert reached(standing, "i-api", "198.18.0.148", 10250) is None, "a public address is no group's member"


def test_nobody_sends_as_another(standing: str) -> None:
    take(standing, "i-node", "10.0.0.51")
    assert reached(standing, "i-node", "10.0.0.50", 8472, UDP, "10.0.0.149") == "i-api 10.0.0.149"
    assert reached(standing, "i-node", "10.0.0.50", 443, TCP, "10.0.0.51") is None


def test_a_machine_without_source_check_sends_and_receives_for_others(world: str) -> None:
    """As one that routes for its pods, of which the network knows nothing."""
    routing = replace(NODE, interface=replace(NODE.interface, source_dest_check=False))
    groups = (
        group("sg-api", Rule("tcp", 443, 443, ("10.2.0.0/16",))),
        group("sg-nodes", Rule("-1", None, None, ANYONE)),
    )
    cloud = replace(CLOUD, groups=groups, instances=(API, routing))
    Network(world).apply(cloud)
    pod, api = namespace(world, "i-node"), namespace(world, "i-api")
    subprocess.run(["ip", "-n", pod, "address", "add", "10.2.0.7/32", "dev", "lo"], check=True)
    subprocess.run(["ip", "-n", api, "route", "add", "10.2.0.0/24", "via", "10.0.0.148"], check=True)
    with listening(world, "i-api", 443), listening(world, "i-node", 80):
        assert reached(world, "i-node", "10.0.0.50", 443, sender="10.2.0.7") == "i-api 10.2.0.7"
        assert reached(world, "i-node", "10.0.0.50", 443) is None
        assert reached(world, "i-api", "10.2.0.7", 80) == "i-node 10.0.0.50"
        Network(world).apply(replace(cloud, instances=(API, NODE)))
        assert reached(world, "i-node", "10.0.0.50", 443, sender="10.2.0.7") is None
        assert reached(world, "i-api", "10.2.0.7", 80) is None


def test_a_public_address_moves_while_others_talk(world: str) -> None:
    network = Network(world)
    network.apply(CLOUD)
    open_to_all = (group("sg-nodes", Rule("tcp", 443, 443, ANYONE)), CLOUD.groups[0])
    free = replace(API, interface=replace(API.interface, public={}))
    taker = replace(NODE, interface=replace(NODE.interface, public={"10.0.0.148": "198.18.0.50"}))
    with listening(world, "net", 443), listening(world, "i-api", 443), listening(world, "i-node", 443):
        inside_flow = call(world, "i-node", "10.0.0.50", 443)
        old_flow = call(world, "net", "198.18.0.50", 443)
        outgoing_flow = call(world, "i-api", "192.0.2.80", 443)
        assert talk(inside_flow)
        assert talk(old_flow) == "i-api 192.0.2.1"
        assert talk(outgoing_flow)

        network.apply(replace(CLOUD, groups=open_to_all, instances=(free, taker)))

        assert talk(inside_flow) == "i-api 10.0.0.148"
        assert talk(old_flow) is None
        assert talk(outgoing_flow) is None
        assert reached(world, "net", "198.18.0.50", 443) == "i-node 192.0.2.1"
        assert reached(world, "net", "198.18.0.148", 443) is None
        assert reached(world, "i-node", "192.0.2.80", 443) == "net 198.18.0.50"
        assert reached(world, "i-api", "192.0.2.80", 443) is None
        for flow in (inside_flow, old_flow, outgoing_flow):
            flow.close()


def test_a_second_address_moves_with_its_public_one(world: str) -> None:
    network = Network(world)
    network.apply(CLOUD)
    take(world, "i-node", "10.0.0.149")
    open_to_all = (group("sg-nodes", Rule("tcp", 443, 443, ANYONE)), CLOUD.groups[0])
    former = replace(NODE, interface=replace(NODE.interface, addresses=("10.0.0.148",), public={}))
    taker = machine("taker", ("10.0.0.200", "10.0.0.149"), "sg-nodes", public={"10.0.0.149": "198.18.0.149"})
    network.apply(replace(CLOUD, groups=open_to_all, instances=(API, former, taker)))
    take(world, "i-taker", "10.0.0.149")
    with listening(world, "i-node", 443), listening(world, "i-taker", 443):
        assert reached(world, "net", "198.18.0.149", 443) == "i-taker 192.0.2.1"
        assert reached(world, "i-api", "10.0.0.149", 443) == "i-taker 10.0.0.50"


def test_a_rule_that_is_taken_away_ends_no_connection(world: str) -> None:
    network = Network(world)
    network.apply(CLOUD)
    with listening(world, "i-api", 443), call(world, "i-node", "10.0.0.50", 443) as flow:
        assert talk(flow)
        network.apply(replace(CLOUD, groups=(group("sg-api"), CLOUD.groups[1])))
        assert talk(flow)
        assert reached(world, "i-node", "10.0.0.50", 443) is None


def test_machines_come_and_go_and_addresses_with_them(world: str) -> None:
    network = Network(world)
    network.apply(replace(CLOUD, instances=(API,)))
    assert existing(world) == {internet(world), namespace(world, "vpc-1"), namespace(world, "i-api")}
    more = replace(API, interface=replace(API.interface, addresses=("10.0.0.50", "10.0.0.51")))
    network.apply(replace(CLOUD, instances=(more, NODE)))
    take(world, "i-api", "10.0.0.51")
    with listening(world, "i-api", 443):
        assert reached(world, "i-node", "10.0.0.51", 443) == "i-api 10.0.0.148"
        network.apply(replace(CLOUD, instances=(API, NODE)))
        assert reached(world, "i-node", "10.0.0.51", 443) is None
    network.apply(
        replace(CLOUD, instances=(replace(API, state="stopped"), replace(NODE, state="terminated")))
    )
    assert namespace(world, "i-api") in existing(world)
    assert namespace(world, "i-node") not in existing(world)


def test_a_machine_takes_the_interface_of_one_that_is_gone(world: str) -> None:
    network = Network(world)
    network.apply(CLOUD)
    successor = replace(API, id="i-successor")
    network.apply(replace(CLOUD, instances=(replace(API, state="terminated"), NODE, successor)))
    with listening(world, "i-successor", 443):
        assert reached(world, "i-node", "10.0.0.50", 443) == "i-successor 10.0.0.148"
        assert reached(world, "net", "198.18.0.50", 443) == "i-successor 192.0.2.1"


def test_two_vpcs_with_the_same_addresses_meet_only_on_the_internet(world: str) -> None:
    other = replace(VPC, id="vpc-2", subnets=(Subnet("subnet-all", "10.0.0.0/16", internet=True),))
    groups = (*CLOUD.groups, group("sg-other", Rule("-1", None, None, ANYONE)))
    twin = machine("twin", "10.0.0.50", "sg-other", public="198.18.0.51", vpc=other)
    Network(world).apply(replace(CLOUD, vpcs=(VPC, other), groups=groups, instances=(API, NODE, twin)))
    with listening(world, "i-api", 443), listening(world, "i-twin", 443):
        assert reached(world, "i-node", "10.0.0.50", 443) == "i-api 10.0.0.148"
        assert reached(world, "i-node", "198.18.0.51", 443) == "i-twin 198.18.0.148"
        assert reached(world, "i-twin", "198.18.0.50", 443) == "i-api 198.18.0.51"


def test_large_packets_pass(world: str) -> None:
    Network(world).apply(CLOUD)
    with listening(world, "i-api", 8472, UDP), call(world, "i-node", "10.0.0.50", 8472, UDP) as one:
        one.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, IP_PMTUDISC_DO: no fragments
        one.send(bytes(9001 - 28))
        assert one.recv(100) == b"i-api 10.0.0.148"
        with pytest.raises(OSError, match="too long"):
            one.send(bytes(9001 - 27))


def test_the_internet_takes_smaller_packets_and_says_so(world: str) -> None:
    Network(world).apply(CLOUD)
    with listening(world, "net", 8472, UDP), call(world, "i-node", OPERATOR, 8472, UDP) as one:
        one.setsockopt(socket.IPPROTO_IP, 10, 2)  # as above
        one.send(bytes(1500 - 27))
        with pytest.raises(OSError, match="too long"):
            one.recv(100)  # the router's answer
        one.send(bytes(1500 - 28))
        assert one.recv(100) == b"net 198.18.0.148"


def test_nothing_is_done_twice(world: str) -> None:
    network = Network(world)
    network.apply(CLOUD)

    def links() -> str:
        return subprocess.run(
            ["ip", "-n", namespace(world, "vpc-1"), "-o", "address"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    before = links()
    with listening(world, "i-api", 443), call(world, "i-node", "10.0.0.50", 443) as flow:
        network.apply(CLOUD)
        Network(world).apply(CLOUD)
        assert links() == before
        assert talk(flow)


def test_removal_leaves_nothing(world: str) -> None:
    Network(world).apply(CLOUD)
    with listening(world, "i-api", 443):
        remove(world)
        assert not existing(world)
        assert not list(Path("/etc/netns").glob(f"*{world}*"))
    remove(world)


def test_the_operator_asks_the_resolver_of_the_world(world: str) -> None:
    Network(world).apply(CLOUD)
    told = subprocess.run(
        ["ip", "netns", "exec", internet(world), "cat", "/etc/resolv.conf"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout == "nameserver 192.0.2.53\n"
