"""Clouds to make networks from."""

from collections.abc import Mapping
from typing import Any

from kube_aws.rehearsal.cloud import Instance, Interface, Rule, SecurityGroup, Subnet, Vpc

ANYONE = ("0.0.0.0/0",)
NOWHERE: Mapping[str, str] = {}
EVERYTHING_OUT = (Rule("-1", None, None, ANYONE),)

VPC = Vpc(
    "vpc-1",
    "10.0.0.0/16",
    (
        Subnet("subnet-open", "10.0.0.0/24", internet=True),
        Subnet("subnet-inner", "10.0.1.0/24", internet=False),
    ),
)


def machine(
    short: str,
    address: str | tuple[str, ...],
    *groups: str,
    public: str | Mapping[str, str] = NOWHERE,
    vpc: Vpc = VPC,
    source_dest_check: bool = True,
    **more: Any,
) -> Instance:
    """An instance whose subnet and MAC follow from its address; one public address leads to the first."""
    addresses = (address,) if isinstance(address, str) else address
    third, fourth = addresses[0].split(".")[2:]
    interface = Interface(
        id=f"eni-{short}",
        vpc=vpc.id,
        subnet=vpc.subnets[int(third)].id,
        mac=f"06:00:00:00:{int(third):02x}:{int(fourth):02x}",
        addresses=addresses,
        public={addresses[0]: public} if isinstance(public, str) else public,
        groups=groups,
        source_dest_check=source_dest_check,
    )
    usual: dict[str, Any] = {
        "account": "123456789012",
        "region": "eu-west-1",
        "zone": "eu-west-1a",
        "type": "t3.medium",
        "vcpus": 2,
        "memory_mib": 4096,
        "state": "running",
        "image": "ami-1",
        "name": f"ip-{addresses[0].replace('.', '-')}.eu-west-1.compute.internal",
        "root_gib": 8,
        "volumes": (),
        "user_data": b"",
        "tags": {},
        "hop_limit": 1,
        "metadata_tags": False,
        "nitro": True,
        "role": None,
    }
    return Instance(id=f"i-{short}", interface=interface, **{**usual, **more})


def group(name: str, *ingress: Rule, egress: tuple[Rule, ...] = EVERYTHING_OUT) -> SecurityGroup:
    return SecurityGroup(name, ingress, egress)
