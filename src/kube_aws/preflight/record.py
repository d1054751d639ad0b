"""The API's name in the hosted zone."""

from collections.abc import Iterator

from kube_aws.finding import Finding
from kube_aws.preflight.given import Given
from kube_aws.preflight.hosted_zone import public_zones


def check(given: Given) -> Iterator[Finding]:
    """Nothing has the name yet: CloudFormation does not take over a record."""
    if not given.cluster.create_record_set:
        return
    wanted = given.cluster.external_dns_name.rstrip(".") + "."
    for zone in public_zones(given)[:1]:
        answer = given.aws.ask(
            "route53",
            "list_resource_record_sets",
            HostedZoneId=zone["Id"],
            StartRecordName=wanted,
            PaginationConfig={"MaxItems": 10, "PageSize": 10},
        )
        for record in answer["ResourceRecordSets"]:
            if record["Name"] == wanted and record["Type"] in ("A", "AAAA", "CNAME"):
                values = [value["Value"] for value in record.get("ResourceRecords", [])]
                yield given.error(
                    "record-taken",
                    "externalDNSName",
                    f"{wanted.rstrip('.')} has a record already: {' '.join([record['Type'], *values])}",
                    "Remove it if nothing uses it, or choose another externalDNSName.",
                )
