"""AWS::Route53::HostedZone."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the zone; a private one with its first VPC."""
    config = dict(properties.get("HostedZoneConfig", {}))
    given: Properties = {}
    if properties.get("VPCs"):
        given["VPC"] = _vpc(properties["VPCs"][0])
        config["PrivateZone"] = True
    if config:
        given["HostedZoneConfig"] = config
    answer = work.client("route53").create_hosted_zone(
        Name=properties["Name"], CallerReference=work.token, **given
    )
    return _bare(answer["HostedZone"]["Id"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Add the other VPCs, and the tags."""
    route53 = work.client("route53")
    known = {vpc["VPCId"] for vpc in route53.get_hosted_zone(Id=physical_id).get("VPCs", ())}
    for vpc in properties.get("VPCs", ()):
        if vpc["VPCId"] not in known:
            route53.associate_vpc_with_hosted_zone(HostedZoneId=physical_id, VPC=_vpc(vpc))
    tags = work.tags(properties.get("HostedZoneTags", ()))
    if tags:
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=physical_id, AddTags=tags)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives; a private zone has no name servers of its own."""
    zone = work.client("route53").get_hosted_zone(Id=physical_id)
    servers = zone.get("DelegationSet", {}).get("NameServers", [])
    return {"Id": physical_id, "NameServers": servers}


def find(work: Work, properties: Properties) -> str | None:
    """Return the zone that an interrupted creation made."""
    for zone in work.client("route53").list_hosted_zones()["HostedZones"]:
        if zone["CallerReference"] == work.token:
            return _bare(zone["Id"])
    return None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the zone."""
    with missing_is_fine():
        work.client("route53").delete_hosted_zone(Id=physical_id)


def _vpc(given: Properties) -> Properties:
    return {"VPCId": given["VPCId"], "VPCRegion": given["VPCRegion"]}


def _bare(zone_id: str) -> str:
    return zone_id.removeprefix("/hostedzone/")
