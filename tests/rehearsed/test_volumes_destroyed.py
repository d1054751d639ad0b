"""`destroy` takes along the volumes that claims still have, but one that is to be retained; on Nitro types,
whose volumes are NVMe disks. Skipped where the EBS driver's images can be had from nowhere."""

import json
from collections.abc import Iterator

import pytest
from tests.rehearsed.keeper import DATA, MANIFEST, XFS, instance, kept, skip_without_driver, volumes
from tests.rehearsed.world import ARTICLE, World, until, world


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of its own, as its cluster does not stay."""
    folder = tmp_path_factory.mktemp("destroyed")
    cluster_yaml = folder / "cluster.yaml"
    cluster_yaml.write_text(ARTICLE.read_text().replace("t2.", "t3."))
    with world(folder, cluster_yaml) as made:
        skip_without_driver(made)
        made.run("kube-aws", "up", "--yes")
        yield made


@pytest.mark.slow
def test_what_claims_have_goes_with_the_cluster(cluster: World) -> None:
    cluster.kubectl("apply", "-f", str(MANIFEST))
    until(lambda: kept(cluster), 180)
    made = {claim: one["VolumeId"] for claim, one in volumes(cluster).items()}
    mounted = cluster.inside(instance(cluster), "findmnt", "--noheadings", "--output=SOURCE", "--list")
    assert {line for line in mounted.splitlines() if "nvme" in line} == {"/dev/nvme1n1", "/dev/nvme2n1"}
    retain = json.dumps({"spec": {"persistentVolumeReclaimPolicy": "Retain"}})
    name = cluster.kubectl("get", "pvc", "-n", "volumes", XFS, "-o", "jsonpath={.spec.volumeName}")
    cluster.kubectl("patch", "pv", name, "-p", retain)

    cluster.run("kube-aws", "destroy", "--yes")
    receipt = json.loads((cluster.folder / "destroyed.json").read_text())
    found = {
        how: {(one["id"], one["for"]) for one in receipt[how] if one["kind"] == "volume"}
        for how in ("removed", "kept", "left")
    }
    assert (made[DATA], f"volumes/{DATA}") in found["removed"]
    assert (made[XFS], f"volumes/{XFS}") in found["kept"]
    assert found["left"] == set()
    assert volumes(cluster).keys() == {XFS}
