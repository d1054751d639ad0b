"""What the metadata service tells an instance, as folders and values.

Source: EC2 User Guide, "Instance metadata categories" and "Instance identity documents".
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from kube_aws.rehearsal.cloud import Cloud, Instance
from kube_aws.rehearsal.network.hostnames import public_name

Credentials = Callable[[Instance], Mapping[str, str]]
"""Makes the credentials of an instance's role: AccessKeyId, SecretAccessKey, Token, Expiration (as text)."""

Value: TypeAlias = "str | bytes | Callable[[], str]"
Folder: TypeAlias = "dict[str, Folder | Value]"

VERSIONS = (
    *(
        "1.0",
        "2007-01-19",
        "2007-03-01",
        "2007-08-29",
        "2007-10-10",
        "2007-12-15",
        "2008-02-01",
        "2008-09-01",
    ),
    *("2009-04-04", "2011-01-01", "2011-05-01", "2012-01-12", "2014-02-25", "2014-11-05", "2015-10-20"),
    *("2016-04-19", "2016-06-30", "2016-09-02", "2018-03-28", "2018-08-17", "2018-09-24", "2019-10-01"),
    *("2020-10-27", "2021-01-03", "2021-03-23", "2021-07-15", "2022-09-24", "2024-04-11", "latest"),
)

COMPASS = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"}


def tree(cloud: Cloud, instance: Instance, credentials: Credentials) -> Folder:
    """Everything below a version. What EC2 answers with 404 is not in it."""
    below: Folder = {
        "dynamic": {"instance-identity": {"document": _identity(instance)}},
        "meta-data": _meta_data(cloud, instance, credentials),
    }
    if instance.user_data:
        below["user-data"] = instance.user_data
    return below


def look_up(folder: Folder, path: str) -> bytes | None:
    """The value at a path, or what a folder holds, a line each; None where there is nothing.

    What is itself a folder is listed with a slash at its end.
    """
    at: Folder | Value = folder
    names = path.split("/")
    is_folder = names[-1] == ""
    for name in names[:-1] if is_folder else names:
        if not isinstance(at, dict) or name not in at:
            return None
        at = at[name]
    if isinstance(at, dict):
        return "\n".join(f"{name}/" if isinstance(one, dict) else name for name, one in at.items()).encode()
    if is_folder:
        return None
    value = at() if callable(at) else at
    return value if isinstance(value, bytes) else value.encode()


def _identity(instance: Instance) -> str:
    document = {
        "accountId": instance.account,
        "architecture": _architecture(instance.type),
        "availabilityZone": instance.zone,
        "billingProducts": None,
        "devpayProductCodes": None,
        "marketplaceProductCodes": None,
        "imageId": instance.image,
        "instanceId": instance.id,
        "instanceType": instance.type,
        "kernelId": None,
        "privateIp": instance.interface.addresses[0],
        "ramdiskId": None,
        "region": instance.region,
        "version": "2017-09-30",
    }
    return json.dumps(document, indent=2)


def _architecture(instance_type: str) -> str:
    """Types with a g after their generation have AWS's own processors. Source: EC2, "Naming conventions"."""
    return "arm64" if re.match(r"(a1|[a-z]+\d+g[a-z]*)\.", instance_type) else "x86_64"


def _meta_data(cloud: Cloud, instance: Instance, credentials: Credentials) -> Folder:
    interface = instance.interface
    below: Folder = {
        "ami-id": instance.image,
        "ami-launch-index": "0",
        "hostname": instance.name,
        "instance-action": "none",
        "instance-id": instance.id,
        "instance-life-cycle": "on-demand",
        "instance-type": instance.type,
        "local-hostname": instance.name,
        "local-ipv4": interface.addresses[0],
        "mac": interface.mac,
        "network": {"interfaces": {"macs": {interface.mac: _interface(cloud, instance)}}},
        "placement": {
            "availability-zone": instance.zone,
            "availability-zone-id": _zone_id(instance),
            "region": instance.region,
        },
        "profile": "default-hvm",
        "reservation-id": f"r-{instance.id.removeprefix('i-')}",
        "security-groups": "\n".join(interface.groups),
        "services": {
            "domain": "amazonaws.com.cn" if instance.region.startswith("cn-") else "amazonaws.com",
            "partition": _partition(instance.region),
        },
    }
    if instance.role:
        below["iam"] = _role(instance, instance.role, credentials)
    if public := interface.public.get(interface.addresses[0]):
        below["public-hostname"] = public_name(public, instance.region)
        below["public-ipv4"] = public
    if instance.metadata_tags:
        below["tags"] = {"instance": dict(sorted(instance.tags.items()))}
    return dict(sorted(below.items()))


def _partition(region: str) -> str:
    """Source: IAM User Guide, "Amazon Resource Names"."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rsplit("-", 2)[0], "aws")


def _role(instance: Instance, role: str, credentials: Credentials) -> Folder:
    arn = f"arn:{_partition(instance.region)}:iam::{instance.account}:instance-profile/{role}"
    profile = {
        "Code": "Success",
        "LastUpdated": _now(),
        "InstanceProfileArn": arn,
        "InstanceProfileId": "AIPA" + instance.id.removeprefix("i-").upper(),
    }

    def made() -> str:
        success = {"Code": "Success", "LastUpdated": _now(), "Type": "AWS-HMAC"}
        return json.dumps({**success, **credentials(instance)}, indent=2)

    return {"info": json.dumps(profile, indent=2), "security-credentials": {role: made}}


def _interface(cloud: Cloud, instance: Instance) -> Folder:
    interface = instance.interface
    vpc = next(one for one in cloud.vpcs if one.id == interface.vpc)
    subnet = next(one for one in vpc.subnets if one.id == interface.subnet)
    below: Folder = {
        "device-number": "0",
        "interface-id": interface.id,
        "local-hostname": instance.name,
        "local-ipv4s": "\n".join(interface.addresses),
        "mac": interface.mac,
        "owner-id": instance.account,
        "security-group-ids": "\n".join(interface.groups),
        "security-groups": "\n".join(interface.groups),
        "subnet-id": subnet.id,
        "subnet-ipv4-cidr-block": subnet.cidr,
        "vpc-id": vpc.id,
        "vpc-ipv4-cidr-block": vpc.cidr,
        "vpc-ipv4-cidr-blocks": vpc.cidr,
    }
    if interface.public:
        below["ipv4-associations"] = {public: private for private, public in interface.public.items()}
        below["public-ipv4s"] = "\n".join(interface.public.values())
    if public := interface.public.get(interface.addresses[0]):
        below["public-hostname"] = public_name(public, instance.region)
    return dict(sorted(below.items()))


def _zone_id(instance: Instance) -> str:
    """euw1-az1 of eu-west-1a; on AWS an account's letters come in an order of their own."""
    *area, direction, number = instance.region.split("-")
    for word, letter in COMPASS.items():
        direction = direction.replace(word, letter)
    place = "".join(part[0] if part == "gov" else part for part in area)
    return f"{place}{direction}{number}-az{ord(instance.zone[-1]) - ord('a') + 1}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
