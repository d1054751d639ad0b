"""What an instance is told, from a cloud alone."""

import json

import pytest
from tests.rehearsal.network.clouds import VPC, machine

from kube_aws.rehearsal.cloud import Cloud, Instance
from kube_aws.rehearsal.network.metadata_tree import look_up, tree

RICH = machine(
    "rich",
    ("10.0.0.50", "10.0.0.51"),
    "sg-a",
    "sg-b",
    public={"10.0.0.50": "198.18.0.50", "10.0.0.51": "198.18.0.51"},
    role="controllers",
    tags={"kube-aws:boot": "3/7 etcd", "Name": "one"},
    metadata_tags=True,
    user_data=b"\x00\xff",
)
POOR = machine("poor", "10.0.1.5", tags={"Name": "two"}, zone="eu-west-1c")


def get(path: str, instance: Instance = RICH) -> str | None:
    value = look_up(tree(Cloud((VPC,), (), (RICH, POOR)), instance, lambda _: {"Token": "t"}), path)
    return None if value is None else value.decode()


MACS = "meta-data/network/interfaces/macs/"
OWN = f"{MACS}{RICH.interface.mac}/"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", "dynamic/\nmeta-data/\nuser-data"),
        ("meta-data/local-hostname", "ip-10-0-0-50.eu-west-1.compute.internal"),
        ("meta-data/local-ipv4", "10.0.0.50"),
        ("meta-data/public-ipv4", "198.18.0.50"),
        ("meta-data/public-hostname", "ec2-198-18-0-50.eu-west-1.compute.amazonaws.com"),
        ("meta-data/placement/availability-zone-id", "euw1-az1"),
        ("meta-data/placement/", "availability-zone\navailability-zone-id\nregion"),
        ("meta-data/placement", "availability-zone\navailability-zone-id\nregion"),
        ("meta-data/services/partition", "aws"),
        (MACS, f"{RICH.interface.mac}/"),
        (f"{OWN}local-ipv4s", "10.0.0.50\n10.0.0.51"),
        (f"{OWN}security-group-ids", "sg-a\nsg-b"),
        (f"{OWN}subnet-ipv4-cidr-block", "10.0.0.0/24"),
        (f"{OWN}vpc-ipv4-cidr-blocks", "10.0.0.0/16"),
        (f"{OWN}public-ipv4s", "198.18.0.50\n198.18.0.51"),
        (f"{OWN}ipv4-associations/198.18.0.50", "10.0.0.50"),
        (f"{OWN}ipv4-associations/198.18.0.51", "10.0.0.51"),
        ("meta-data/iam/security-credentials/", "controllers"),
        ("meta-data/tags/instance/", "Name\nkube-aws:boot"),
        ("meta-data/tags/instance/kube-aws:boot", "3/7 etcd"),
        ("meta-data/tags/instance/other", None),
        ("meta-data/instance-id/", None),
        ("meta-data/nothing", None),
        ("meta-data/instance-id/more", None),
    ],
)
def test_paths(path: str, value: str | None) -> None:
    assert get(path) == value


@pytest.mark.parametrize(
    "path",
    ["user-data", "meta-data/public-ipv4", "meta-data/public-hostname", "meta-data/iam/", "meta-data/tags/"],
)
def test_what_an_instance_has_not_is_not_found(path: str) -> None:
    assert get(path, POOR) is None


def test_documents() -> None:
    made = json.loads(get("meta-data/iam/security-credentials/controllers") or "")
    assert (made["Code"], made["Type"], made["Token"]) == ("Success", "AWS-HMAC", "t")
    info = json.loads(get("meta-data/iam/info") or "")
    assert info["InstanceProfileArn"] == "arn:aws:iam::123456789012:instance-profile/controllers"
    identity = json.loads(get("dynamic/instance-identity/document", POOR) or "")
    assert (identity["instanceId"], identity["availabilityZone"]) == ("i-poor", "eu-west-1c")


@pytest.mark.parametrize(
    ("region", "zone", "zone_id"),
    [
        ("us-east-1", "us-east-1b", "use1-az2"),
        ("ap-southeast-2", "ap-southeast-2a", "apse2-az1"),
        ("us-gov-west-1", "us-gov-west-1a", "usgw1-az1"),
        ("eu-central-1", "eu-central-1c", "euc1-az3"),
    ],
)
def test_zone_ids(region: str, zone: str, zone_id: str) -> None:
    assert (
        get("meta-data/placement/availability-zone-id", machine("x", "10.0.0.9", region=region, zone=zone))
        == zone_id
    )
