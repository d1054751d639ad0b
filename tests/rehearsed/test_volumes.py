"""Claims get EBS volumes, by the real driver; skipped where its images can be had from nowhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.rehearsed.keeper import DATA, MANIFEST, XFS, instance, kept, skip_without_driver, tags, volumes
from tests.rehearsed.recovery import whole
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.machines import machine


def _may_resize() -> bool:
    """Whether root has CAP_SYS_RESOURCE here. Source: linux/capability.h, fs/ext4/resize.c."""
    (mask,) = [
        line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "CapEff" in line
    ]
    return bool(int(mask, 16) & 1 << 24)


@pytest.fixture(scope="module", autouse=True)
def _keeper(cluster: World) -> Iterator[None]:
    """The pod and its volumes; with the claims they go."""
    skip_without_driver(cluster)
    cluster.kubectl("apply", "-f", str(MANIFEST))
    until(lambda: kept(cluster), 180)
    yield
    cluster.kubectl("delete", "-f", str(MANIFEST), "--timeout=180s")
    until(lambda: volumes(cluster) == {}, 120)


def test_a_claim_has_a_volume_of_the_cluster(cluster: World) -> None:
    made = volumes(cluster)
    assert made.keys() == {DATA, XFS}
    for volume in made.values():
        assert (volume["VolumeType"], volume["Encrypted"], volume["Size"]) == ("gp3", True, 1)
        assert tags(volume)["kubernetes.io/cluster/particule-k8s-clust"] == "owned"
        assert [one["InstanceId"] for one in volume["Attachments"]] == [instance(cluster)]


def test_its_data_outlives_the_pod(cluster: World) -> None:
    data = kept(cluster)
    cluster.kubectl("delete", "pod", "-n", "volumes", "keeper-0")
    until(lambda: kept(cluster) == data, 120)


@pytest.mark.slow
def test_its_data_outlives_the_worker(cluster: World) -> None:
    data, before, lost = kept(cluster), volumes(cluster), instance(cluster)
    machine.kill(cluster.state, lost)
    until(lambda: instance(cluster) not in ("", lost) and kept(cluster) == data, 300)
    after = volumes(cluster)
    assert {one["VolumeId"] for one in after.values()} == {one["VolumeId"] for one in before.values()}
    until(lambda: whole(cluster), 180)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "folder"),
    [
        pytest.param(
            DATA,
            "/data",
            id="ext4",
            marks=pytest.mark.skipif(
                not _may_resize(), reason="the kernel grows a mounted ext4 only with CAP_SYS_RESOURCE"
            ),
        ),
        pytest.param(XFS, "/xfs", id="xfs"),
    ],
)
def test_it_grows_while_it_is_used(cluster: World, claim: str, folder: str) -> None:
    data = kept(cluster)
    grown = json.dumps({"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    cluster.kubectl("patch", "pvc", "-n", "volumes", claim, "-p", grown)
    until(lambda: volumes(cluster)[claim]["Size"] == 2, 60)
    mebibytes = ("exec", "-n", "volumes", "keeper-0", "--", "df", "-m", folder)
    until(lambda: int(cluster.kubectl(*mebibytes).splitlines()[-1].split()[1]) > 1500, 120)
    assert kept(cluster) == data
