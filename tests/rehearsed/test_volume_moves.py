"""A volume outlives the worker that it was attached to, with its data, and is attached to another."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.rehearsed.balancers import workers
from tests.rehearsed.recovery import whole
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.machines import machine

DEVICE = "/dev/xvdaa"
"""What the EBS driver takes first. Source: pkg/cloud/devicemanager of aws-ebs-csi-driver."""


@pytest.fixture
def volume(cluster: World) -> Iterator[str]:
    """A new one with the cluster's tag, as the EBS driver would make it; gone at the end."""
    ec2 = cluster.account.client("ec2")
    tags = [
        {"Key": "kubernetes.io/cluster/particule-k8s-clust", "Value": "owned"},
        {"Key": "ebs.csi.aws.com/cluster", "Value": "true"},
    ]
    made: str = ec2.create_volume(
        AvailabilityZone=cluster.instances("worker")[0]["Placement"]["AvailabilityZone"],
        Size=1, VolumeType="gp3", Encrypted=True,
        TagSpecifications=[{"ResourceType": "volume", "Tags": tags}],
    )["VolumeId"]  # fmt: skip
    until(lambda: _state(ec2, made) == "available")
    yield made
    ec2.detach_volume(VolumeId=made)
    until(lambda: _state(ec2, made) == "available")
    ec2.delete_volume(VolumeId=made)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["terminated", "killed"])
def test_a_volume_outlives_its_worker(cluster: World, volume: str, how: str) -> None:
    ec2 = cluster.account.client("ec2")
    lost, other = workers(cluster)
    _attach(cluster, ec2, volume, lost)
    _unit(cluster, lost, f"mkfs.xfs -q {DEVICE}; mount {DEVICE} /mnt; echo data > /mnt/it; sync")
    if how == "killed":
        machine.kill(cluster.state, lost)
    else:
        ec2.terminate_instances(InstanceIds=[lost])
    until(lambda: _state(ec2, volume) == "available", 120)

    _attach(cluster, ec2, volume, other)
    assert _unit(cluster, other, f"mount {DEVICE} /mnt; cat /mnt/it; umount /mnt") == "data\n"
    until(lambda: whole(cluster), 180)


def _attach(cluster: World, ec2: Any, volume: str, instance: str) -> None:
    """Attached, and there as a block device."""
    ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device=DEVICE)
    until(lambda: cluster.inside(instance, "lsblk", "-no", "TYPE", DEVICE, check=False).strip())


def _unit(cluster: World, instance: str, script: str) -> str:
    """What a script prints; it runs as a unit, since only the machine's own processes get at its devices."""
    return cluster.inside(instance, "systemd-run", "--quiet", "--pipe", "--wait", "sh", "-ec", script)


def _state(ec2: Any, volume: str) -> str:
    return str(ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["State"])
