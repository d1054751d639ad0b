"""The script `address`: which addresses a controller asks for, and what it calls itself then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.scenarios import scenario

from kube_aws.userdata.files import files

from .aws import Answer, Aws, Call, aws
from .node import Node, node

INTERFACE = "meta-data/network/interfaces/macs/06:00:00:00:00:c8"
FIXED, OWN = "10.20.4.10", "10.20.4.200"
IDENTITY = f"NODE_NAME=ip-10-20-4-200.eu-west-1.compute.internal\nNODE_IP={OWN}\n"


@dataclass
class Interface:
    """The controller's interface; a moved address is there one call after EC2's answer."""

    world: Aws
    refusal: str = ""
    moving: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, call: Call) -> Answer:
        self.asked.append(call.parameters)
        if self.refusal:
            error = f"<Error><Code>InvalidParameterValue</Code><Message>{self.refusal}</Message></Error>"
            return 400, f"<Response><Errors>{error}</Errors></Response>"
        if call.action == "AssignPrivateIpAddresses":
            if self.moving:
                self.world.metadata[f"{INTERFACE}/local-ipv4s"] = f"{OWN}\n{FIXED}"
            self.moving = True
        return 200, "<return>true</return>"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Node]:
    tree = files("controller", scenario.cluster("every-key"), scenario.lock(), scenario.authorities())
    with node(tree, tmp_path) as made:
        made.write("/opt/kube-aws/bin/sleep", "#!/bin/sh\n")
        made.write("/run/kube-aws/identity.env", IDENTITY)
        yield made


@pytest.fixture
def interface(machine: Node, tmp_path: Path) -> Iterator[Interface]:
    with aws(machine, tmp_path) as world:
        world.metadata |= {
            "meta-data/mac": "06:00:00:00:00:c8",
            f"{INTERFACE}/interface-id": "eni-1",
            f"{INTERFACE}/local-ipv4s": OWN,
            "meta-data/tags/instance/kube-aws:address": FIXED,
            "meta-data/tags/instance/kube-aws:elastic-ip": "eipalloc-1",
        }
        made = Interface(world)
        world.answer = made.answer
        yield made


def identity(machine: Node) -> str:
    script = '. /run/kube-aws/identity.env; echo "$NODE_NAME $NODE_IP"'
    return machine.run("bash", "-c", script).stdout.strip()


def test_it_takes_both_addresses_and_the_name_that_stays(machine: Node, interface: Interface) -> None:
    machine.run("address")
    assign, *_, associate = interface.asked
    wanted = {"NetworkInterfaceId": "eni-1", "PrivateIpAddress.1": FIXED, "AllowReassignment": "true"}
    assert wanted.items() <= assign.items()
    assert interface.world.actions() == ["ec2 AssignPrivateIpAddresses"] * 2 + ["ec2 AssociateAddress"]
    wanted = {"NetworkInterfaceId": "eni-1", "PrivateIpAddress": FIXED, "AllocationId": "eipalloc-1"}
    assert wanted.items() <= associate.items()
    assert re.search(rf"inet {FIXED}/32 ", machine.run("ip", "address").stdout)
    assert identity(machine) == f"ip-10-20-4-10.eu-west-1.compute.internal {FIXED}"


def test_what_it_has_it_does_not_ask_for_again(machine: Node, interface: Interface) -> None:
    """As after a reboot, or where the stage is tried again."""
    interface.world.metadata[f"{INTERFACE}/local-ipv4s"] = f"{OWN}\n{FIXED}"
    machine.run("address")
    machine.run("address")
    assert interface.world.actions() == ["ec2 AssociateAddress"] * 2
    assert identity(machine) == f"ip-10-20-4-10.eu-west-1.compute.internal {FIXED}"


def test_an_address_that_another_has_is_told(machine: Node, interface: Interface) -> None:
    interface.refusal = f"[{FIXED}] assigned, but move is not allowed."
    done = machine.run("address", check=False)
    assert done.returncode
    assert done.stderr.splitlines()[-1] == (
        f"ec2 AssignPrivateIpAddresses: InvalidParameterValue: {interface.refusal}"
    )
    assert identity(machine) == f"ip-10-20-4-200.eu-west-1.compute.internal {OWN}"
