"""Removing one leftover; what is gone already is removed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from kube_aws.aws.errors import code, message
from kube_aws.aws.leftovers.groups import kept_by
from kube_aws.aws.leftovers.leftover import Group, Leftover, Record, Volume
from kube_aws.aws.session import client

if TYPE_CHECKING:
    import boto3

_GONE = frozenset(
    {
        "InvalidGroup.NotFound",
        "InvalidPermission.NotFound",
        "InvalidVolume.NotFound",
        "LoadBalancerNotFound",
        "NoSuchHostedZone",
        "TargetGroupNotFound",
        # external-dns has changed the records meanwhile; the last look tells.
        "InvalidChangeBatch",
    }
)
_IN_USE = frozenset({"DependencyViolation", "ResourceInUse", "VolumeInUse"})
LONGEST = 600.0
"""Seconds that a load balancer's interfaces may take to go, or a volume to come off an instance. AWS takes
minutes."""


class KeptError(Exception):
    """Something was not removed; its text says why."""


def remove(session: boto3.Session, one: Leftover, seconds: float) -> None:
    """Remove it, and wait for so long while what was removed before still uses it. KeptError with the reason
    where it stays."""
    until, pause = time.monotonic() + seconds, 0.5
    while True:
        try:
            _remove(session, one)
        except ClientError as error:
            if code(error) in _GONE:
                return
            if code(error) not in _IN_USE:
                raise KeptError(f"{message(error)} ({code(error)})") from error
            by = kept_by(client(session, "ec2"), one.id) if isinstance(one, Group) else ""
            if by or time.monotonic() > until:
                raise KeptError(by or f"{message(error)} ({code(error)})") from error
        else:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)


def _remove(session: boto3.Session, one: Leftover) -> None:
    match one:
        case Record():
            changes = [{"Action": "DELETE", "ResourceRecordSet": own} for own in one.sets]
            client(session, "route53").change_resource_record_sets(
                HostedZoneId=one.zone, ChangeBatch={"Changes": changes}
            )
        case Group():
            _group(client(session, "ec2"), one)
        case Volume():
            client(session, "ec2").delete_volume(VolumeId=one.id)
        case Leftover("classic load balancer"):
            client(session, "elb").delete_load_balancer(LoadBalancerName=one.id)
        case Leftover("network load balancer"):
            client(session, "elbv2").delete_load_balancer(LoadBalancerArn=one.id)
        case Leftover("target group"):
            client(session, "elbv2").delete_target_group(TargetGroupArn=one.id)


def _group(ec2: Any, group: Group) -> None:
    """The rules that name it first: a group that another one's rule names cannot go."""
    for other, permissions in group.rules.items():
        try:
            ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=permissions)
        except ClientError as error:
            if code(error) not in _GONE:
                raise
    ec2.delete_security_group(GroupId=group.id)
