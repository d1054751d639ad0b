from pathlib import Path

import pytest

from kube_aws.cluster.model import Cluster
from kube_aws.release.choose import binary, image, machine_image
from kube_aws.release.lock import Lock, read, write
from kube_aws.release.missing import missing
from kube_aws.release.versions import versions
from kube_aws.terminal.error import UserError

from .built import built_lock, cluster

DEMO = Path(__file__).parents[2] / "demo/release.lock"


def keys(lacking: Cluster, lock: Lock | None = None) -> list[str]:
    return [query.key for query in missing(lacking, lock)]


def test_a_cluster_needs_its_parts_and_no_others() -> None:
    assert keys(cluster()) == [
        "stable/eu-west-1/amd64",
        "kubelet/v1.37.2/amd64",
        "kubectl/v1.37.2/amd64",
        "cni-plugins/v1.9.1/amd64",
        "ecr-credential-provider/v1.37.0/amd64",
        "registry.k8s.io/pause:3.10.1",
        "registry.k8s.io/etcd:3.7.3-0",
        "registry.k8s.io/kube-apiserver:v1.37.2",
        "registry.k8s.io/kube-controller-manager:v1.37.2",
        "registry.k8s.io/kube-scheduler:v1.37.2",
        "registry.k8s.io/kube-proxy:v1.37.2",
        "registry.k8s.io/coredns/coredns:v1.14.6",
        "ghcr.io/flannel-io/flannel:v0.28.10",
        "ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel1",
        "registry.k8s.io/provider-aws/cloud-controller-manager:v1.36.1",
        "registry.k8s.io/metrics-server/metrics-server:v0.9.0",
        "registry.k8s.io/provider-aws/aws-ebs-csi-driver:v1.64.0",
        "registry.k8s.io/sig-storage/csi-provisioner:v6.3.0",
        "registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
        "registry.k8s.io/sig-storage/csi-resizer:v2.2.1",
        "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0",
    ]


def test_both_architectures_are_needed_where_both_are_used() -> None:
    mixed = keys(cluster(workerInstanceType="m7g.large"))
    assert {"stable/eu-west-1/amd64", "stable/eu-west-1/arm64", "kubelet/v1.37.2/arm64"} <= {*mixed}


def test_an_add_on_that_is_off_needs_no_image() -> None:
    without = keys(cluster(addons={"metrics-server": {"enabled": False}, "flannel": {"enabled": False}}))
    assert not any("metrics-server" in key or "flannel" in key for key in without)


def test_only_what_the_lock_lacks_is_missing() -> None:
    demo = read(DEMO.read_bytes())
    assert keys(cluster(), demo) == []
    assert keys(cluster(releaseChannel="alpha", region="us-east-1"), demo) == []
    assert keys(cluster(region="ap-south-1"), demo) == ["stable/ap-south-1/amd64"]


@pytest.mark.parametrize("version", ["v1.37.0", "v1.37.2", "v1.37.99", "v1.36.6", "v1.35.0"])
def test_any_patch_of_three_minors_is_known(version: str) -> None:
    parts = versions(version)
    assert parts.kube_apiserver == f"registry.k8s.io/kube-apiserver:{version}"
    assert ("etcd:3.7" in parts.etcd) == version.startswith("v1.37")


def test_entries_are_found_by_what_they_are_for() -> None:
    demo = read(DEMO.read_bytes())
    graviton = machine_image(demo, cluster(), "t4g.small")
    assert graviton.name == "Flatcar-stable-4593.2.3-arm64-hvm"
    assert binary(demo, "kubelet", "v1.37.2", "amd64").url.endswith("/v1.37.2/bin/linux/amd64/kubelet")
    assert image(demo, "registry.k8s.io/pause:3.10.1").pinned.startswith(
        "registry.k8s.io/pause:3.10.1@sha256:"
    )
    with pytest.raises(UserError, match=r"does not hold registry\.k8s\.io/pause:4"):
        image(demo, "registry.k8s.io/pause:4")


def test_the_demos_lock_is_as_its_maker_writes_it() -> None:
    assert DEMO.read_bytes() == write(built_lock())


def test_a_lock_reads_back_as_written() -> None:
    assert read(write(built_lock())) == built_lock()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"<<<<<<< HEAD",
        b'{"images": 3}',
        b'{"extra": {}}',
        b"\xff",
        b'{"images": {"a:1": {"reference": "a:1", "digest": "sha256:short"}}}',
        b'{"binaries": {"a": {"url": "https://a", "sha512": "$(reboot)"}}}',
        b'{"binaries": {"a": {"url": "https://a"}}}',
        b'{"binaries": {"a": {"url": "https://a", "sha256": "%b", "sha512": "%b"}}}'
        % (b"a" * 64, b"a" * 128),
    ],
)
def test_a_damaged_lock_is_told(content: bytes) -> None:
    with pytest.raises(UserError, match="not a valid lock") as told:
        read(content)
    assert str(told.value.place) == "release.lock"
