"""Metadata and names as machines get them, in namespaces of their own."""

import json
import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection

import pytest
from dnslib import QTYPE, DNSRecord
from tests.rehearsal.network.clouds import VPC, group, machine
from tests.rehearsal.network.inhabitants import call

from kube_aws.rehearsal.cloud import Cloud, Instance, Zone
from kube_aws.rehearsal.network.names import namespace
from kube_aws.rehearsal.network.namespaces import Network, existing, remove
from kube_aws.rehearsal.network.services import Services

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")

TOKEN = "X-aws-ec2-metadata-token"

CLOUD = Cloud(
    vpcs=(VPC,),
    groups=(group("sg-closed", egress=()),),
    instances=(
        machine(
            "api", "10.0.0.50", "sg-closed", public="198.18.0.50", role="controllers", user_data=b"\x1f\x8b{}"
        ),
        machine("node", "10.0.0.148", "sg-closed", hop_limit=2, tags={"a b": "c"}, metadata_tags=True),
    ),
    zones=(
        Zone(
            "cluster.internal",
            frozenset({"vpc-1"}),
            {
                ("api.cluster.internal", "A"): ("10.0.0.50",),
                ("many.cluster.internal", "A"): tuple(f"10.1.0.{last}" for last in range(200)),
            },
        ),
    ),
)


def credentials(instance: Instance) -> dict[str, str]:
    return {
        "AccessKeyId": f"ASIA{instance.id}",
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": "2026-11-25T18:00:00Z",
    }


@dataclass
class World:
    name: str
    services: Services


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    name = secrets.token_hex(3)
    Network(name).apply(CLOUD)
    services = Services(name, {"amazonaws.com", "registry.k8s.io"}, credentials)
    services.follow(CLOUD)
    yield World(name, services)
    services.close()
    remove(name)


class Asker:
    """A machine's connection to its metadata service."""

    def __init__(self, world: World, who: str) -> None:
        self.connection = HTTPConnection("169.254.169.254")
        self.connection.sock = call(world.name, who, "169.254.169.254", 80)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        self.connection.request(method, path, headers=headers or {})
        response = self.connection.getresponse()
        return response.status, response.read()

    def token(self) -> str:
        status, token = self.ask("PUT", "/latest/api/token", {f"{TOKEN}-ttl-seconds": "60"})
        assert status == 200
        return token.decode()

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path, {TOKEN: self.token()})


def test_a_machine_is_told_about_itself(world: World) -> None:
    api, node = Asker(world, "i-api"), Asker(world, "i-node")
    assert api.get("/latest/meta-data/instance-id") == (200, b"i-api")
    assert node.get("/2021-07-15/meta-data/instance-id") == (200, b"i-node")
    assert api.get("/2019-10-01/user-data") == (200, b"\x1f\x8b{}")
    assert node.get("/latest/user-data")[0] == 404
    document = json.loads(api.get("/latest/dynamic/instance-identity/document")[1])
    assert (document["region"], document["privateIp"]) == ("eu-west-1", "10.0.0.50")
    assert api.get("/latest/meta-data/iam/security-credentials/") == (200, b"controllers")
    made = json.loads(api.get("/latest/meta-data/iam/security-credentials/controllers")[1])
    assert (made["Code"], made["AccessKeyId"]) == ("Success", "ASIAi-api")


def test_only_with_a_token_of_its_own(world: World) -> None:
    api, node = Asker(world, "i-api"), Asker(world, "i-node")
    path = "/latest/meta-data/instance-id"
    assert api.ask("GET", path)[0] == 401
    assert api.ask("GET", path, {TOKEN: "nonsense"})[0] == 401
    assert api.ask("GET", path, {TOKEN: node.token()})[0] == 401
    assert api.ask("PUT", "/latest/api/token")[0] == 400
    assert api.ask("PUT", "/latest/api/token", {f"{TOKEN}-ttl-seconds": "21601"})[0] == 400
    forwarded = {f"{TOKEN}-ttl-seconds": "60", "X-Forwarded-For": "10.2.0.1"}
    assert api.ask("PUT", "/latest/api/token", forwarded)[0] == 403
    assert api.get(path)[0] == 200, "the connection is still good"


def test_a_token_goes_as_far_as_the_hop_limit(world: World) -> None:
    """A pod is a hop behind its machine."""
    got = {}
    for who in ("i-api", "i-node"):
        there, pod = namespace(world.name, who), f"{namespace(world.name, who)}-pod"
        subprocess.run(["ip", "netns", "add", pod], check=True)
        lines = f"""
            link add cni0 type veth peer name eth0 netns {pod}
            address add 10.2.0.1/24 dev cni0
            link set cni0 up
        """
        subprocess.run(["ip", "-n", there, "-batch", "-"], input=lines, text=True, check=True)
        lines = "address add 10.2.0.2/24 dev eth0\nlink set eth0 up\nroute add default via 10.2.0.1\n"
        subprocess.run(["ip", "-n", pod, "-batch", "-"], input=lines, text=True, check=True)
        masquerade = "type nat hook postrouting priority srcnat; ip saddr 10.2.0.2 masquerade;"
        rules = f"table ip pods {{ chain out {{ {masquerade} }}; }}"
        inside = ["nsenter", f"--net=/run/netns/{there}"]
        subprocess.run([*inside, "nft", rules], check=True)
        subprocess.run([*inside, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"], check=True)
        try:
            Asker(world, f"{who}-pod").token()
            got[who] = True
        except TimeoutError:
            got[who] = False
    assert got == {"i-api": False, "i-node": True}


def ask_by_udp(world: World, who: str, resolver: str, name: str, kind: str = "A") -> DNSRecord:
    with call(world.name, who, resolver, 53, socket.SOCK_DGRAM) as one:
        one.send(DNSRecord.question(name, kind).pack())
        return DNSRecord.parse(one.recv(5000))


def ask_by_tcp(world: World, who: str, resolver: str, name: str) -> DNSRecord:
    with call(world.name, who, resolver, 53) as one, one.makefile("rb") as answers:
        packed = DNSRecord.question(name).pack()
        one.send(len(packed).to_bytes(2) + packed)
        return DNSRecord.parse(answers.read(int.from_bytes(answers.read(2))))


def values(answer: DNSRecord) -> list[str]:
    return [str(record.rdata) for record in answer.rr]


def test_names_by_udp_and_tcp(world: World) -> None:
    assert values(ask_by_udp(world, "i-node", "10.0.0.2", "api.cluster.internal")) == ["10.0.0.50"]
    assert values(ask_by_tcp(world, "i-node", "10.0.0.2", "api.cluster.internal")) == ["10.0.0.50"]
    assert values(ask_by_udp(world, "i-node", "10.0.0.2", "ec2.eu-west-1.amazonaws.com")) == ["192.0.2.80"]
    too_long = ask_by_udp(world, "i-node", "10.0.0.2", "many.cluster.internal")
    assert (too_long.header.tc, len(too_long.rr)) == (1, 0)
    assert len(ask_by_tcp(world, "i-node", "10.0.0.2", "many.cluster.internal").rr) == 200


def test_the_internet_has_a_resolver_of_its_own(world: World) -> None:
    assert values(ask_by_udp(world, "net", "192.0.2.53", "registry.k8s.io")) == ["192.0.2.80"]
    assert QTYPE[ask_by_udp(world, "net", "192.0.2.53", "registry.k8s.io").q.qtype] == "A"
    assert values(ask_by_udp(world, "net", "192.0.2.53", "api.cluster.internal")) == []


def test_services_follow_the_cloud() -> None:
    name = secrets.token_hex(3)
    network, services = Network(name), Services(name, {"amazonaws.com"}, credentials)
    world = World(name, services)
    try:
        network.apply(Cloud())
        services.follow(Cloud())
        assert values(ask_by_udp(world, "net", "192.0.2.53", "amazonaws.com")) == ["192.0.2.80"]
        network.apply(CLOUD)
        services.follow(CLOUD)
        api = Asker(world, "i-api")
        assert api.get("/latest/meta-data/public-ipv4") == (200, b"198.18.0.50")
        plain = replace(CLOUD.instances[0], interface=replace(CLOUD.instances[0].interface, public={}))
        services.follow(replace(CLOUD, instances=(plain,)))
        assert api.get("/latest/meta-data/public-ipv4")[0] == 404
        network.apply(Cloud())
        services.follow(Cloud())
        network.apply(CLOUD)
        services.follow(CLOUD)
        assert Asker(world, "i-api").get("/latest/meta-data/instance-id") == (200, b"i-api")
    finally:
        services.close()
        remove(name)
    assert not existing(name)
