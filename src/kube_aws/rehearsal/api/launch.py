"""How EC2 launches an instance: what a launch template says, what the request adds, what EC2 refuses.

moto takes a few of a launch template's settings and checks none of them; Auto Scaling launches through here
too (patches/autoscaling_launch.py).
"""

import base64
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES
from moto.ec2.utils import convert_tag_spec, filter_iam_instance_profiles

USER_DATA_LIMIT = 16_384
"""Bytes, before base64."""

_METADATA_TAG_KEY = re.compile(r"[0-9a-zA-Z\-_+=,.@:]{1,255}")


def template_data(backend: Any, reference: Mapping[str, Any] | None) -> dict[str, Any]:
    """The data of the version of a launch template that a request names; empty where it names none."""
    if not reference:
        return {}
    return deepcopy(dict(backend._get_template_from_args(reference).data))  # noqa: SLF001


def check_image(backend: Any, image_id: str | None) -> Any:
    """The image to launch. Raises EC2's error where there is none."""
    if not image_id:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter ImageId")
    if image_id not in backend.amis:
        raise EC2ClientError("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")
    return backend.amis[image_id]


def check_key_pair(backend: Any, name: str | None) -> None:
    """Raise EC2's error where a key pair does not exist."""
    if name and name not in backend.key_pairs:
        raise EC2ClientError("InvalidKeyPair.NotFound", f"The key pair '{name}' does not exist")


def check_instance_type(instance_type: str, architecture: str, zone: str | None) -> None:
    """Raise EC2's error for a type that is unknown, not offered in the zone, or of another architecture."""
    if instance_type not in INSTANCE_TYPES:
        raise EC2ClientError("InvalidParameterValue", f"Invalid value '{instance_type}' for InstanceType.")
    if architecture not in INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"]:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"The architecture '{architecture}' of the specified instance type does not match the "
            "architecture of the specified AMI. Specify an instance type and an AMI that have matching "
            "architectures, and try again.",
        )
    if zone is None:
        return
    offers = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(zone[:-1], [])
    zones = sorted({offer["Location"] for offer in offers if offer["InstanceType"] == instance_type})
    if offers and zone not in zones:
        raise EC2ClientError(
            "Unsupported",
            f"Your requested instance type ({instance_type}) is not supported in your requested "
            f"Availability Zone ({zone}). Please retry your request by not specifying an Availability Zone "
            f"or choosing {', '.join(zones)}.",
        )


def check_security_groups(backend: Any, group_ids: Iterable[str]) -> None:
    """Raise EC2's error where a security group does not exist."""
    for group_id in group_ids:
        if backend.get_security_group_from_id(group_id) is None:
            raise EC2ClientError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")


def check_profile(backend: Any, profile: Mapping[str, str] | None) -> None:
    """Raise EC2's error where an instance profile does not exist."""
    if profile:
        filter_iam_instance_profiles(
            backend.account_id, backend.partition, profile.get("Arn"), profile.get("Name")
        )


def check_tags(keys: Iterable[str], metadata_options: Mapping[str, Any]) -> None:
    """Raise EC2's error for a tag key that the metadata service could not show.

    Source: EC2 User Guide, "Work with instance tags in instance metadata": letters, digits, `-_+=,.@:`.
    """
    if metadata_options.get("InstanceMetadataTags") != "enabled":
        return
    for key in keys:
        if not _METADATA_TAG_KEY.fullmatch(key) or key in (".", "..", "_index"):
            raise EC2ClientError(
                "InvalidParameterValue",
                f"'{key}' is not a valid tag key. Tag keys must match pattern "
                "([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')",
            )


def check_user_data(encoded: Any) -> None:
    """Raise EC2's error for more user data than it takes; in base64, as text or as moto's object.

    Source: EC2 User Guide, "Run commands when you launch an EC2 instance": 16 KB in raw form.
    """
    text = getattr(encoded, "as_bytes", lambda: encoded)()
    if text and len(base64.b64decode(text)) > USER_DATA_LIMIT:
        raise EC2ClientError("InvalidParameterValue", "User data is limited to 16384 bytes")


def check_interfaces(backend: Any, interfaces: list[dict[str, Any]], group_ids: list[str]) -> None:
    """Raise EC2's error for an interface that is attached already, or has what the interface has itself."""
    if interfaces and group_ids:
        raise EC2ClientError(
            "InvalidParameterCombination",
            "Network interfaces and an instance-level security groups may not be specified on the same "
            "request",
        )
    for interface in interfaces:
        existing = interface.get("NetworkInterfaceId")
        if existing is None:
            check_security_groups(backend, interface.get("Groups", []))
        elif backend.get_network_interface(existing).instance is not None:
            raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{existing}] in use.")


def default_subnet(backend: Any, zone: str | None) -> str:
    """The default subnet of a zone, or of the first zone that has one. Raises EC2's error for none."""
    subnets = backend.get_default_subnets()
    found = [subnet.id for name, subnet in sorted(subnets.items()) if zone in (None, name)]
    if not found:
        raise EC2ClientError("MissingInput", "No subnets found for the default VPC. Please specify a subnet.")
    return str(found[0])


def devices(image: Any, mappings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The volumes of a new instance: the image's root volume, as the mappings change it, and theirs."""
    root = {
        "DeviceName": image.root_device_name,
        "Ebs": {
            "SnapshotId": image.ebs_snapshot.id,
            "VolumeSize": image.ebs_snapshot.volume.size,
            "VolumeType": "gp2",
            "DeleteOnTermination": True,
        },
    }
    wanted = {root["DeviceName"]: root}
    for mapping in mappings:
        former = wanted.get(mapping["DeviceName"], {}).get("Ebs", {"DeleteOnTermination": True})
        wanted[mapping["DeviceName"]] = {**mapping, "Ebs": {**former, **mapping.get("Ebs", {})}}
    return list(wanted.values())


def arguments(backend: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """What to launch: the request over the launch template, checked as EC2 checks it.

    `request` and the result have the names of moto's run_instances. Raises EC2's errors.
    """
    data = template_data(backend, request.get("launch_template"))
    own_type = None if request.get("is_instance_type_default") else request.get("instance_type")
    interfaces = request.get("nics") or data.get("NetworkInterfaces", [])
    zone = request.get("placement") or data.get("Placement", {}).get("AvailabilityZone")
    subnet_id = request.get("subnet_id") or (None if interfaces else default_subnet(backend, zone))
    group_ids = request.get("security_group_ids") or data.get("SecurityGroupIds", [])
    metadata_options = data.get("MetadataOptions", {}) | request.get("metadata_options", {})
    tags = _tags(data, request.get("tags") or {})
    profile = data.get("IamInstanceProfile") or {}

    image = check_image(backend, request.get("image_id") or data.get("ImageId"))
    if subnet_id:
        zone = backend.get_subnet(subnet_id).availability_zone
    instance_type = own_type or data.get("InstanceType") or "m1.small"
    check_instance_type(instance_type, image.architecture or "x86_64", zone)
    check_key_pair(backend, request.get("key_name") or data.get("KeyName"))
    check_profile(backend, profile)
    check_interfaces(backend, interfaces, group_ids)
    check_security_groups(backend, group_ids)
    check_tags(tags.get("instance", {}), metadata_options)
    user_data = request.get("user_data")
    user_data = user_data if user_data is not None else data.get("UserData")
    check_user_data(user_data)
    return {
        **request,
        "image_id": image.id,
        "instance_type": instance_type,
        "is_instance_type_default": False,
        "user_data": user_data,
        "key_name": request.get("key_name") or data.get("KeyName"),
        "subnet_id": subnet_id,
        "nics": interfaces,
        "security_group_ids": list(group_ids),
        "metadata_options": metadata_options,
        "tags": tags,
        "region_name": backend.region_name,
        "placement": zone,
        "block_device_mappings": devices(
            image, request.get("block_device_mappings") or data.get("BlockDeviceMappings", [])
        ),
        "iam_instance_profile_arn": request.get("iam_instance_profile_arn") or profile.get("Arn"),
        "iam_instance_profile_name": request.get("iam_instance_profile_name") or profile.get("Name"),
        "instance_market_options": request.get("instance_market_options")
        or data.get("InstanceMarketOptions", {}),
    }


def _tags(data: Mapping[str, Any], own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Tags by what they are for: the template's, and over them the request's."""
    given = convert_tag_spec(data.get("TagSpecifications", []))
    return {kind: {**given.get(kind, {}), **own.get(kind, {})} for kind in {*given, *own}}
