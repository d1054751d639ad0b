"""A new classic load balancer has names, a health check, and an interface in each of its subnets."""

import secrets
from typing import Any

from moto.ec2.models import ec2_backends
from moto.elb.exceptions import ELBClientError
from moto.elb.models import ELBBackend, FakeHealthCheck, LoadBalancer

from kube_aws.rehearsal.api import balancer_interfaces
from kube_aws.rehearsal.api.balancer_zones import CLASSIC_ZONES


def elb_create() -> None:
    """Make what CreateLoadBalancer makes on AWS; moto has no interfaces, no health check (of which clients
    die), no hosted zone, no zones, and all names are us-east-1's.

    Source: Elastic Load Balancing API Reference 2012-06-01, CreateLoadBalancer and LoadBalancerDescription;
    CloudFormation's page of AWS::ElasticLoadBalancing::LoadBalancer HealthCheck for the defaults.
    """
    moto_create = ELBBackend.create_load_balancer

    def create(backend: Any, name: str, zones: Any, ports: Any, *args: Any, **given: Any) -> Any:
        ec2, region = ec2_backends[backend.account_id][backend.region_name], backend.region_name
        _check_subnets(ec2, given.get("subnets") or [])
        made = moto_create(backend, name, zones, ports, *args, **given)
        internal = "internal-" if made.scheme == "internal" else ""
        made.dns_name = f"{internal}{name}-{secrets.randbelow(9 * 10**8) + 10**8}.{region}.elb.amazonaws.com"
        made.canonical_hosted_zone_name_id = CLASSIC_ZONES[region]
        made.health_check = FakeHealthCheck("5", "10", "2", "30", f"TCP:{made.listeners[0].instance_port}")
        made.ec2_backend = ec2
        balancer_interfaces.follow_classic(made)
        return made

    ELBBackend.create_load_balancer = create
    LoadBalancer.availability_zones = property(_zones, lambda *_: None)
    LoadBalancer.source_security_group = property(_source_group)


def _check_subnets(ec2: Any, subnets: list[str]) -> None:
    known = {subnet.id: subnet for zone in ec2.subnets.values() for subnet in zone.values()}
    for subnet in subnets:
        if subnet not in known:
            raise ELBClientError("SubnetNotFound", f"The subnet ID '{subnet}' does not exist")
    zones = [known[subnet].availability_zone for subnet in subnets]
    if len(zones) > len(set(zones)):
        raise ELBClientError(
            "InvalidConfigurationRequest", "ELB cannot be attached to multiple subnets in the same AZ."
        )


def _zones(balancer: Any) -> list[str]:
    return sorted(balancer.ec2_backend.get_subnet(subnet).availability_zone for subnet in balancer.subnets)


def _source_group(balancer: Any) -> dict[str, str]:
    group = balancer.ec2_backend.get_security_group_from_id(balancer.security_groups[0])
    return {"OwnerAlias": balancer.account_id, "GroupName": group.name}
