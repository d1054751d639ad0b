"""A new network load balancer has names of its kind, and an interface in each of its subnets."""

from typing import Any

from moto.elbv2.exceptions import DuplicateLoadBalancerName
from moto.elbv2.exceptions import ELBClientError as ELBError
from moto.elbv2.models import ELBv2Backend

from kube_aws.rehearsal.api import balancer_interfaces
from kube_aws.rehearsal.api.balancer_zones import NETWORK_ZONES


def elbv2_create() -> None:
    """Make what CreateLoadBalancer makes on AWS; moto has no interfaces, an example's hosted zone, no scheme
    where none is given, an application load balancer's ARN, and takes a name twice.

    Source: Elastic Load Balancing API Reference 2015-12-01, CreateLoadBalancer; User Guide for Network Load
    Balancers, "Create a Network Load Balancer".
    """
    moto_create = ELBv2Backend.create_load_balancer

    def create(backend: Any, name: str, **given: Any) -> Any:
        if any(one.name == name for one in backend.load_balancers.values()):
            raise DuplicateLoadBalancerName
        _check_groups(backend, given["security_groups"])
        made = moto_create(backend, name, **{**given, "scheme": given.get("scheme") or "internet-facing"})
        if made.type == "network":
            _rename(backend, made, given.get("tags"))
            _connect(backend, made, given.get("subnet_mappings") or [])
        return made

    ELBv2Backend.create_load_balancer = create


def _check_groups(backend: Any, groups: list[str]) -> None:
    for group in groups:
        if backend.ec2_backend.get_security_group_from_id(group) is None:
            raise ELBError("InvalidSecurityGroup", f"The security group '{group}' does not exist")


def _rename(backend: Any, made: Any, tags: Any) -> None:
    del backend.load_balancers[made.arn]
    backend.tagging_service.delete_all_tags_for_resource(made.arn)
    made.arn = made.arn.replace(":loadbalancer/app/", ":loadbalancer/net/")
    backend.load_balancers[made.arn] = made
    backend.tagging_service.tag_resource(made.arn, tags)
    number = made.arn.rpartition("/")[2]
    made.dns_name = f"{made.name}-{number}.elb.{backend.region_name}.amazonaws.com"
    made.canonical_hosted_zone_id = NETWORK_ZONES[backend.region_name]


def _connect(backend: Any, made: Any, mappings: list[dict[str, str]]) -> None:
    addresses = {one["SubnetId"]: one.get("PrivateIPv4Address") for one in mappings}
    wanted = {subnet.id: addresses.get(subnet.id) for subnet in made.subnets}
    description = f"ELB {made.arn.partition(':loadbalancer/')[2]}"
    balancer_interfaces.follow(backend.ec2_backend, made, description, balancer_interfaces.NETWORK, wanted)
    for one in mappings:
        if "AllocationId" in one:
            interface = backend.ec2_backend.enis[made.interfaces[one["SubnetId"]]]
            backend.ec2_backend.associate_address(eni=interface, allocation_id=one["AllocationId"])
