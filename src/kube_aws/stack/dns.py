"""Names: the API's public record, and the private zone by which nodes find the controllers."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import api_name, controllers
from kube_aws.stack.network import vpc


def dns(cluster: Cluster) -> dict[str, object]:
    """The private zone and its record; the public record with `createRecordSet`."""
    return _private_zone(cluster) | (_external_record(cluster) if cluster.create_record_set else {})


def records(cluster: Cluster) -> list[str]:
    """What must be there before a node looks for the API."""
    return ["PrivateZoneRecord"] + (["ExternalDNS"] if cluster.create_record_set else [])


def _private_zone(cluster: Cluster) -> dict[str, object]:
    return {
        "PrivateZone": {
            "Type": "AWS::Route53::HostedZone",
            "Properties": {
                "Name": api_name(cluster),
                "VPCs": [{"VPCId": vpc(cluster), "VPCRegion": cluster.region}],
            },
        },
        "PrivateZoneRecord": {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {
                "HostedZoneId": {"Ref": "PrivateZone"},
                "Name": api_name(cluster),
                "Type": "A",
                "TTL": "60",
                "ResourceRecords": [str(controller.address) for controller in controllers(cluster)],
            },
        },
    }


def _external_record(cluster: Cluster) -> dict[str, object]:
    return {
        "ExternalDNS": {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {
                "HostedZoneName": f"{cluster.hosted_zone}.",
                "Name": cluster.external_dns_name,
                "Type": "A",
                "TTL": str(cluster.record_set_ttl),
                "ResourceRecords": [{"Ref": "EIPController"}],
            },
        }
    }
