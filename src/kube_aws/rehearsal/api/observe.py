"""From moto's backends to what machines and networks are made of."""

import base64
from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.route53.models import route53_backends

from kube_aws.rehearsal.api.observe_balancers import balancers
from kube_aws.rehearsal.api.observe_interfaces import interface
from kube_aws.rehearsal.cloud import (
    Alias,
    Balancer,
    Cloud,
    Instance,
    Rule,
    SecurityGroup,
    Subnet,
    Volume,
    Vpc,
    Zone,
)


def observe() -> Cloud:
    """What exists in every account and region. Call it while nobody changes the backends.

    VPCs with neither instance nor load balancer are left out: the default VPC of every region, above all.
    """
    instances: list[Instance] = []
    vpcs: list[Vpc] = []
    groups: list[SecurityGroup] = []
    volumes: set[str] = set()
    balancing: list[Balancer] = []
    for account in list(ec2_backends):
        for region, backend in list(ec2_backends[account].items()):
            here = [_instance(account, region, backend, one) for one in _existing(backend)]
            balancing_here = list(balancers(account, region))
            used = {instance.interface.vpc for instance in here}
            used |= {node.interface.vpc for one in balancing_here for node in one.nodes}
            instances += here
            balancing += balancing_here
            vpcs += [_vpc(backend, vpc) for vpc in used]
            volumes |= set(backend.volumes)
            groups += [_group(group) for vpc in used for group in backend.groups[vpc].values()]
    return Cloud(
        vpcs=tuple(vpcs),
        groups=tuple(groups),
        instances=tuple(instances),
        zones=tuple(_zones()),
        volumes=frozenset(volumes),
        balancers=tuple(balancing),
    )


def _existing(backend: Any) -> Iterator[Any]:
    for reservation in list(backend.reservations.values()):
        yield from (one for one in reservation.instances if one.state != "terminated" and one.nics)


def _instance(account: str, region: str, backend: Any, instance: Any) -> Instance:
    about: dict[str, Any] = INSTANCE_TYPES[instance.instance_type]
    association = backend.iam_instance_profile_associations.get(instance.id)
    roles = association.iam_instance_profile.roles if association else []
    devices = dict(instance.block_device_mapping)
    root = devices.pop(instance.root_device_name, None)
    return Instance(
        id=instance.id,
        account=account,
        region=region,
        zone=instance.placement.zone,
        type=instance.instance_type,
        vcpus=about["VCpuInfo"]["DefaultVCpus"],
        memory_mib=about["MemoryInfo"]["SizeInMiB"],
        state=instance.state,
        image=instance.image_id,
        name=instance.private_dns_name,
        interface=interface(instance.nics[0]),
        root_gib=int(backend.volumes[root.volume_id].size) if root else 8,
        volumes=tuple(
            Volume(mapped.volume_id, int(backend.volumes[mapped.volume_id].size), device)
            for device, mapped in sorted(devices.items())
        ),
        user_data=_user_data(instance.user_data),
        tags={tag["key"]: tag["value"] for tag in instance.get_tags()},
        hop_limit=instance.metadata_options.http_put_response_hop_limit,
        metadata_tags=instance.metadata_options.instance_metadata_tags == "enabled",
        nitro=about.get("Hypervisor") == "nitro" or bool(about.get("BareMetal")),
        role=roles[0].name if roles else None,
        boots=getattr(instance, "boots", 0),
    )


def _user_data(encoded: Any) -> bytes:
    """moto holds user data as the API got it: in base64, as text or as an object of its own."""
    return base64.b64decode(getattr(encoded, "as_bytes", lambda: encoded)()) if encoded else b""


def _vpc(backend: Any, vpc_id: str) -> Vpc:
    subnets = [
        Subnet(subnet.id, subnet.cidr_block, _has_internet(backend, subnet))
        for zone in list(backend.subnets.values())
        for subnet in list(zone.values())
        if subnet.vpc_id == vpc_id
    ]
    return Vpc(vpc_id, backend.vpcs[vpc_id].cidr_block, tuple(subnets))


def _has_internet(backend: Any, subnet: Any) -> bool:
    """Whether the subnet's route table, or else the VPC's main one, has a default route to a gateway that is
    attached."""
    tables = [table for table in backend.route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = [table for table in tables if subnet.id in table._associations.values()]  # noqa: SLF001 (moto's)
    main = [table for table in tables if table.main_association_id is not None]
    routes = (own or main)[0].routes if own or main else []
    return any(
        route.destination_cidr_block == "0.0.0.0/0"
        and getattr(route.gateway, "vpc", None) is not None
        and route.gateway.vpc.id == subnet.vpc_id
        for route in routes
    )


def _group(group: Any) -> SecurityGroup:
    return SecurityGroup(
        group.id,
        tuple(_rule(rule) for rule in group.ingress_rules),
        tuple(_rule(rule) for rule in group.egress_rules),
    )


def _rule(rule: Any) -> Rule:
    everything = rule.ip_protocol == "-1" or rule.from_port == -1
    source = rule.source_group.get("GroupId")
    return Rule(
        protocol=rule.ip_protocol,
        first_port=None if everything else rule.from_port,
        last_port=None if everything else rule.to_port,
        networks=(rule.cidr_ipv4,) if rule.cidr_ipv4 else (),
        groups=(source,) if source else (),
    )


def _zones() -> Iterator[Zone]:
    for account in list(route53_backends):
        for backend in list(route53_backends[account].values()):
            for zone in list(backend.zones.values()):
                yield Zone(
                    zone.name.rstrip("."),
                    frozenset(vpc["vpc_id"] for vpc in zone.vpcs) if zone.private_zone else frozenset(),
                    {(_unescaped(record.name), record.type): _values(record) for record in list(zone.rrsets)},
                )


def _unescaped(name: str) -> str:
    """`*.example.com` of `\\052.example.com.`, in small letters.

    Source: Route 53 Developer Guide, "DNS domain name format".
    """
    return name.rstrip(".").lower().replace("\\052", "*")


def _values(record: Any) -> tuple[str, ...] | Alias:
    if record.alias_target:
        return Alias(_unescaped(record.alias_target["DNSName"]))
    return tuple(value["Value"] if isinstance(value, dict) else value for value in record.records)
