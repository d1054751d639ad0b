"""AWS::Route53::RecordSet. Its physical id, and so Ref, is the record's name."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError
from kube_aws.rehearsal.api.cloudformation.work import Work

UPDATABLE = ("TTL", "ResourceRecords", "AliasTarget")

_NOT_OF_THE_RECORD = ("HostedZoneId", "HostedZoneName", "Comment", "ResourceRecords", "TTL")
Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the record; one that exists already is refused."""
    _change(work, "CREATE", properties)
    return str(properties["Name"])


def find(work: Work, properties: Properties) -> str | None:
    """Return the record that an interrupted creation made: the very same one."""
    wanted = _record(properties)
    found = work.client("route53").list_resource_record_sets(
        HostedZoneId=_zone(work, properties),
        StartRecordName=properties["Name"],
        StartRecordType=properties["Type"],
    )["ResourceRecordSets"]
    same = [record for record in found if {**record, "Name": _dotted(record["Name"])} == wanted]
    return str(properties["Name"]) if same else None


def update(work: Work, physical_id: str, properties: Properties, old: Properties) -> None:
    """Change the record."""
    _change(work, "UPSERT", properties)


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the record."""
    with missing_is_fine():
        _change(work, "DELETE", properties)


def _change(work: Work, action: str, properties: Properties) -> None:
    batch: Properties = {"Changes": [{"Action": action, "ResourceRecordSet": _record(properties)}]}
    if "Comment" in properties:
        batch["Comment"] = properties["Comment"]
    work.client("route53").change_resource_record_sets(
        HostedZoneId=_zone(work, properties), ChangeBatch=batch
    )


def _record(properties: Properties) -> Properties:
    record = {name: value for name, value in properties.items() if name not in _NOT_OF_THE_RECORD}
    record["Name"] = _dotted(record["Name"])
    if "TTL" in properties:
        record["TTL"] = int(properties["TTL"])
    if "ResourceRecords" in properties:
        record["ResourceRecords"] = [{"Value": value} for value in properties["ResourceRecords"]]
    if "AliasTarget" in properties:
        record["AliasTarget"] = {"EvaluateTargetHealth": False, **properties["AliasTarget"]}
    return record


def _zone(work: Work, properties: Properties) -> str:
    if "HostedZoneId" in properties:
        return str(properties["HostedZoneId"])
    name = _dotted(properties["HostedZoneName"])
    zones = [
        zone for zone in work.client("route53").list_hosted_zones()["HostedZones"] if zone["Name"] == name
    ]
    if len(zones) != 1:
        found = "No hosted zones" if not zones else "Multiple hosted zones"
        raise RefusedError(f"{found} named {name} found.")
    return str(zones[0]["Id"]).removeprefix("/hostedzone/")


def _dotted(name: str) -> str:
    return name.rstrip(".") + "."
