"""EC2: the resources of an action are in its parameters, new ones are made by it."""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import Keys, carried, listed, requested
from kube_aws.rehearsal.api.principal import Principal

ACTIONS = {
    "AllocateAddress": "+elastic-ip",
    "AssignPrivateIpAddresses": "network-interface",
    "AssociateAddress": "elastic-ip instance network-interface",
    "AssociateRouteTable": "route-table subnet",
    "AttachInternetGateway": "internet-gateway vpc",
    "AttachVolume": "instance volume",
    "AuthorizeSecurityGroupEgress": "security-group +security-group-rule?",
    "AuthorizeSecurityGroupIngress": "security-group +security-group-rule?",
    "CreateInternetGateway": "+internet-gateway",
    "CreateLaunchTemplate": "+launch-template",
    "CreateLaunchTemplateVersion": "launch-template",
    "CreateNetworkInterface": "+network-interface subnet security-group",
    "CreateRoute": "route-table",
    "CreateRouteTable": "+route-table vpc",
    "CreateSecurityGroup": "+security-group vpc",
    "CreateSnapshot": "+snapshot volume",
    "CreateSubnet": "+subnet vpc",
    "CreateVolume": "+volume",
    "CreateVpc": "+vpc",
    "DeleteInternetGateway": "internet-gateway",
    "DeleteLaunchTemplate": "launch-template",
    "DeleteNetworkInterface": "network-interface",
    "DeleteRoute": "route-table",
    "DeleteRouteTable": "route-table",
    "DeleteSecurityGroup": "security-group",
    "DeleteSubnet": "subnet",
    "DeleteVolume": "volume",
    "DeleteVpc": "vpc",
    "DescribeVpcAttribute": "vpc",
    "DetachInternetGateway": "internet-gateway vpc",
    "DetachVolume": "instance volume",
    "DisassociateAddress": "elastic-ip",
    "DisassociateRouteTable": "route-table",
    "GetConsoleOutput": "instance",
    "ModifyNetworkInterfaceAttribute": "network-interface security-group",
    "ModifySubnetAttribute": "subnet",
    "ModifyVolume": "volume",
    "ModifyVpcAttribute": "vpc",
    "RebootInstances": "instance",
    "ReleaseAddress": "elastic-ip",
    "RevokeSecurityGroupEgress": "security-group",
    "RevokeSecurityGroupIngress": "security-group",
    "StartInstances": "instance",
    "StopInstances": "instance",
    "TerminateInstances": "instance",
}
"""The types of an action's resources; `+`: it makes one; `?`: one of its own only where it is tagged."""

_PARAMETERS = {
    "elastic-ip": ("AllocationId",),
    "instance": ("InstanceId", "InstanceIds"),
    "internet-gateway": ("InternetGatewayId",),
    "key-pair": ("KeyName",),
    "launch-template": ("LaunchTemplateId",),
    "network-interface": ("NetworkInterfaceId",),
    "route-table": ("RouteTableId",),
    "security-group": ("GroupId", "Groups"),
    "snapshot": ("SnapshotId",),
    "subnet": ("SubnetId",),
    "volume": ("VolumeId",),
    "vpc": ("VpcId",),
}
_PREFIXES = {
    "ami": "image",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "key": "key-pair",
    "lt": "launch-template",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
}
_WITHOUT_ACCOUNT = frozenset(("image", "snapshot"))


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The accesses that an EC2 call needs."""
    if call.name in ("CreateTags", "DeleteTags"):
        return list(_tagging(call, principal))
    if call.name == "RunInstances":
        return launching(call, principal, call.parameters, principal.account)
    if call.name not in ACTIONS:
        reads = call.name.startswith(("Describe", "Get"))
        return [Access(call.action, "*" if reads else None)]

    found = []
    for word in ACTIONS[call.name].split():
        kind = word.strip("+?")
        tags = tags_for(kind, call.parameters)
        if not word.startswith("+"):
            ids = [one for name in _PARAMETERS[kind] for one in _many(call.parameters.get(name))]
            ids += _implied(call, principal, kind) if not ids else []
            found += [existing(call, principal, call.action, kind, one) for one in ids]
        elif tags or not word.endswith("?"):
            found.append(new(call, principal, call.action, kind, tags))
            found += tagged_at_creation(call, principal, kind, tags, call.name)
    return found


def launching(call: Call, principal: Principal, data: Mapping[str, Any], account: str) -> list[Access]:
    """What RunInstances needs for what a request or a launch template's data says.

    Auto Scaling asks for the same of whoever makes a group with a launch template.
    """
    action = "ec2:RunInstances"
    template = data.get("LaunchTemplate") or {}
    stored: dict[str, Any] = {}
    found = []
    if template.get("LaunchTemplateId"):
        backend: Any = ec2_backends[account][call.region]
        stored = dict(backend._get_template_from_args(template).data)  # noqa: SLF001
        found.append(existing(call, principal, action, "launch-template", template["LaunchTemplateId"]))
    merged = {**stored, **data}
    interfaces = merged.get("NetworkInterfaces", [])
    used = {
        "image": _many(merged.get("ImageId")),
        "key-pair": _many(merged.get("KeyName")),
        "security-group": _many(merged.get("SecurityGroupIds")),
        "subnet": _many(merged.get("SubnetId")),
        "network-interface": [one["NetworkInterfaceId"] for one in interfaces if "NetworkInterfaceId" in one],
    }
    for kind, ids in used.items():
        found += [existing(call, principal, action, kind, one) for one in ids]
    made = ["instance", "volume"] + ([] if used["network-interface"] else ["network-interface"])
    for kind in made:
        tags = tags_for(kind, stored) | tags_for(kind, data)
        found.append(new(call, principal, action, kind, tags))
        found += tagged_at_creation(call, principal, kind, tags, "RunInstances")
    profile = merged.get("IamInstanceProfile")
    return found + (passing(principal, profile) if profile else [])


def passing(principal: Principal, profile: Mapping[str, str]) -> list[Access]:
    """iam:PassRole for the role of an instance profile, named by Arn or Name."""
    from moto.iam.models import iam_backends

    iam: Any = iam_backends[principal.account][principal.partition]
    name = profile.get("Name") or profile["Arn"].rsplit("/", 1)[-1]
    if name not in {one.name for one in iam.instance_profiles.values()}:
        return []  # EC2 says itself that there is none
    roles = iam.get_instance_profile(name).roles
    return [Access("iam:PassRole", role.arn, {"iam:PassedToService": "ec2.amazonaws.com"}) for role in roles]


def existing(call: Call, principal: Principal, action: str, kind: str, resource_id: str) -> Access:
    """An action on a resource that is there, with the tags that it carries."""
    backend: Any = ec2_backends[principal.account][call.region]
    context: Keys = carried(dict(backend.tags.get(resource_id, {})))
    if kind == "instance":
        context["ec2:InstanceID"] = resource_id
    return Access(action, _arn(call, principal, kind, resource_id), context)


def new(call: Call, principal: Principal, action: str, kind: str, tags: Mapping[str, str]) -> Access:
    """An action that makes a resource, with the tags that the request gives it."""
    return Access(action, _arn(call, principal, kind, "*"), requested(tags))


def tagged_at_creation(
    call: Call, principal: Principal, kind: str, tags: Mapping[str, str], creator: str
) -> list[Access]:
    """ec2:CreateTags, which creating something with tags needs too."""
    if not tags:
        return []
    access = new(call, principal, "ec2:CreateTags", kind, tags)
    return [Access(access.action, access.resource, {**access.context, "ec2:CreateAction": creator})]


def tags_for(kind: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    """The tags that TagSpecifications give to resources of a type."""
    specifications = parameters.get("TagSpecifications", [])
    return {
        key: value
        for one in specifications
        if one.get("ResourceType") == kind
        for key, value in listed(one.get("Tags")).items()
    }


def _tagging(call: Call, principal: Principal) -> Iterator[Access]:
    tags = requested(listed(call.parameters.get("Tags")))
    for resource_id in call.parameters["Resources"]:
        kind = _PREFIXES.get(resource_id.split("-")[0])
        if kind is None:
            yield Access(call.action, None, tags)
            continue
        access = existing(call, principal, call.action, kind, resource_id)
        yield Access(access.action, access.resource, {**access.context, **tags})


def _implied(call: Call, principal: Principal, kind: str) -> list[str]:
    """Resources that a request means by an association of theirs, or by what it is attached to."""
    backend: Any = ec2_backends[principal.account][call.region]
    association = call.parameters.get("AssociationId")
    if association and kind == "elastic-ip":
        known = backend.addresses
        return [one.allocation_id for one in known if one.association_id == association]
    if association and kind == "route-table":
        return [one.id for one in backend.route_tables.values() if association in one._associations]  # noqa: SLF001
    if call.name == "DetachVolume" and kind == "instance":
        volume = backend.volumes.get(call.parameters["VolumeId"])
        return [volume.attachment.instance.id] if volume and volume.attachment else []
    return []


def _arn(call: Call, principal: Principal, kind: str, resource_id: str) -> str:
    account = "" if kind in _WITHOUT_ACCOUNT else principal.account
    return f"arn:{principal.partition}:ec2:{call.region}:{account}:{kind}/{resource_id}"


def _many(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
