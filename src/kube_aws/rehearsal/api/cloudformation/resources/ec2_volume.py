"""AWS::EC2::Volume."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

_GIVEN = (
    "AvailabilityZone",
    "Encrypted",
    "Iops",
    "KmsKeyId",
    "MultiAttachEnabled",
    "OutpostArn",
    "Size",
    "SnapshotId",
    "Throughput",
    "VolumeType",
)


def create(work: Work, properties: Properties) -> str:
    """Create the volume."""
    answer = work.client("ec2").create_volume(
        **{name: properties[name] for name in _GIVEN if name in properties},
        TagSpecifications=work.tag_specifications("volume", properties.get("Tags", ())),
    )
    return str(answer["VolumeId"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Wait until the volume can be used."""
    work.until(lambda: _state(work, physical_id) in ("available", "in-use"), waiting_for="volume is creating")


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"VolumeId": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the volume that an interrupted creation made."""
    found = work.client("ec2").describe_volumes(Filters=work.own)["Volumes"]
    return found[0]["VolumeId"] if found else None


def snapshot(work: Work, physical_id: str, properties: Properties) -> None:
    """Take the snapshot that stays when the volume goes, and wait until it is whole."""
    ec2 = work.client("ec2")
    tags = work.tag_specifications("snapshot", properties.get("Tags", ()))
    with missing_is_fine():
        if not ec2.describe_snapshots(Filters=work.own)["Snapshots"]:
            ec2.create_snapshot(VolumeId=physical_id, TagSpecifications=tags)
        work.until(
            lambda: ec2.describe_snapshots(Filters=work.own)["Snapshots"][0]["State"] == "completed",
            waiting_for="snapshot is pending",
        )


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the volume."""
    with missing_is_fine():
        work.client("ec2").delete_volume(VolumeId=physical_id)


def _state(work: Work, physical_id: str) -> str:
    return str(work.client("ec2").describe_volumes(VolumeIds=[physical_id])["Volumes"][0]["State"])
