"""Claims get EBS volumes, by the real driver; skipped where its official images cannot be had."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.rehearsed.recovery import whole
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.machines import machine
from kube_aws.release.lock import NO_IMAGE

MANIFEST = Path(__file__).with_name("keeper.yaml")


def _may_resize() -> bool:
    """Whether root has CAP_SYS_RESOURCE here. Source: linux/capability.h, fs/ext4/resize.c."""
    (mask,) = [
        line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "CapEff" in line
    ]
    return bool(int(mask, 16) & 1 << 24)


@pytest.fixture(scope="module")
def claim(cluster: World) -> Iterator[str]:
    """The claim of a StatefulSet's pod, and of that alone; nothing of it is left at the end."""
    if NO_IMAGE in cluster.kubectl("get", "deployments", "-n", "kube-system", "-o", "json"):
        pytest.skip("the driver's official images cannot be had here")
    cluster.kubectl("apply", "-f", str(MANIFEST))
    until(lambda: _kept(cluster), 180)
    yield "data-keeper-0"
    cluster.kubectl("delete", "namespace", "volumes", "--timeout=180s")
    until(lambda: _volumes(cluster) == [], 120)


def test_a_claim_has_a_volume_of_the_cluster(cluster: World, claim: str) -> None:
    (volume,) = _volumes(cluster)
    assert (volume["VolumeType"], volume["Encrypted"], volume["Size"]) == ("gp3", True, 1)
    tags = {tag["Key"]: tag["Value"] for tag in volume["Tags"]}
    assert tags["kubernetes.io/cluster/particule-k8s-clust"] == "owned"
    assert tags["kubernetes.io/created-for/pvc/name"] == claim
    (attached,) = volume["Attachments"]
    assert attached["InstanceId"] == _instance(cluster)


def test_its_data_outlives_the_pod(cluster: World, claim: str) -> None:
    data = _kept(cluster)
    cluster.kubectl("delete", "pod", "-n", "volumes", "keeper-0")
    until(lambda: _kept(cluster) == data, 120)


def test_its_data_outlives_the_worker(cluster: World, claim: str) -> None:
    data, (volume,), lost = _kept(cluster), _volumes(cluster), _instance(cluster)
    machine.kill(cluster.state, lost)
    until(lambda: _instance(cluster) not in ("", lost) and _kept(cluster) == data, 300)
    assert [one["VolumeId"] for one in _volumes(cluster)] == [volume["VolumeId"]]
    until(lambda: whole(cluster), 180)


@pytest.mark.skipif(not _may_resize(), reason="the kernel grows a mounted ext4 only with CAP_SYS_RESOURCE")
def test_it_grows_while_it_is_used(cluster: World, claim: str) -> None:
    grown = json.dumps({"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    cluster.kubectl("patch", "pvc", "-n", "volumes", claim, "-p", grown)
    until(lambda: [volume["Size"] for volume in _volumes(cluster)] == [2], 60)
    blocks = ("exec", "-n", "volumes", "keeper-0", "--", "df", "-m", "/data")
    until(lambda: int(cluster.kubectl(*blocks).splitlines()[-1].split()[1]) > 1500, 120)


def _kept(cluster: World) -> str:
    """What the pod's volume has; nothing while the pod does not run."""
    return cluster.kubectl("exec", "-n", "volumes", "keeper-0", "--", "cat", "/data/first", check=False)


def _instance(cluster: World) -> str:
    """The instance that the pod is on; nothing while it is on none."""
    pod, nodes = (
        json.loads(cluster.kubectl("get", what, "-n", "volumes", "-o", "json", "--ignore-not-found") or "{}")
        for what in ("pod/keeper-0", "nodes")
    )
    on = pod.get("spec", {}).get("nodeName")
    providers = {one["metadata"]["name"]: one["spec"]["providerID"] for one in nodes["items"]}
    return str(providers.get(on, "")).rpartition("/")[2]


def _volumes(cluster: World) -> list[dict[str, Any]]:
    """Those that the driver made."""
    made = {"Name": "tag:ebs.csi.aws.com/cluster", "Values": ["true"]}
    found: list[dict[str, Any]] = cluster.account.client("ec2").describe_volumes(Filters=[made])["Volumes"]
    return found
