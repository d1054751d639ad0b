"""What AWS shows of an instance that does not speak for itself: its network, its health, its console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from kube_aws.aws.errors import DENIED, code
from kube_aws.terminal.error import UserError

Described = Mapping[str, Any]
"""A part of EC2's answer, as it came."""


@dataclass(frozen=True, slots=True)
class Console:
    """An instance's console, its last 64 KB; `live` is False where the type only keeps what it wrote
    around its start. `text` is None where the caller may not read it."""

    text: str | None
    live: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """An instance from outside. `route_table` is its subnet's; `status` is None where EC2 has none yet."""

    instance: Described
    route_table: Described | None
    groups: Sequence[Described]
    network_acl: Described | None
    status: Described | None
    console: Console


def look(ec2: Any, instance_id: str) -> Outside:
    """Six calls. What botocore raises passes through, but for a console that may not be read. UserError for
    an instance that is terminated, which has no network any more."""
    (reservation,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    (instance,) = reservation["Instances"]
    if instance["State"]["Name"] == "terminated":
        raise UserError(f"{instance_id} is terminated", "Its group launches another.")
    groups = [group["GroupId"] for group in instance["SecurityGroups"]]
    acls = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [instance["SubnetId"]]}]
    )["NetworkAcls"]
    statuses = ec2.describe_instance_status(InstanceIds=[instance_id])["InstanceStatuses"]
    return Outside(
        instance,
        _route_table(ec2, instance["VpcId"], instance["SubnetId"]),
        ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"] if groups else [],
        next(iter(acls), None),
        next(iter(statuses), None),
        console(ec2, instance_id),
    )


def console(ec2: Any, instance_id: str) -> Console:
    """The console as it is now; on types older than Nitro as it was when EC2 last kept it.

    Source: EC2, "Troubleshoot an unreachable instance", and GetConsoleOutput.
    """
    try:
        answer = ec2.get_console_output(InstanceId=instance_id, Latest=True)
    except ClientError as error:
        if code(error) in DENIED:
            return Console(None, live=False)
        if code(error) != "UnsupportedOperation":
            raise
        answer = ec2.get_console_output(InstanceId=instance_id)
        return Console(answer.get("Output", ""), live=False)
    return Console(answer.get("Output", ""), live=True)


def _route_table(ec2: Any, vpc_id: str, subnet_id: str) -> Described | None:
    """The subnet's own table, else the VPC's main one."""
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]

    def rank(table: Described) -> int:
        return max(
            (
                2 * (one.get("SubnetId") == subnet_id) + one.get("Main", False)
                for one in table["Associations"]
            ),
            default=0,
        )

    best = max(tables, key=rank, default=None)
    return best if best is not None and rank(best) else None
