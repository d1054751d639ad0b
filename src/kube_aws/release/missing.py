"""What a cluster needs from release.lock and does not find there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Architecture, add_ons, architecture, pools
from kube_aws.release.lock import Lock
from kube_aws.release.versions import versions


@dataclass(frozen=True, slots=True)
class MachineImageQuery:
    """The newest Flatcar image of a channel in a region."""

    channel: str
    region: str
    architecture: Architecture

    @property
    def key(self) -> str:
        """`stable/eu-west-1/amd64`, as release.lock names it."""
        return f"{self.channel}/{self.region}/{self.architecture}"


@dataclass(frozen=True, slots=True)
class BinaryQuery:
    """A released binary (or archive of binaries) and the hash that its project publishes beside it."""

    name: str
    version: str
    architecture: Architecture

    @property
    def key(self) -> str:
        """`kubelet/v1.37.2/amd64`, as release.lock names it."""
        return f"{self.name}/{self.version}/{self.architecture}"

    @property
    def url(self) -> str:
        """Where the project publishes it; its hash lies beside it, under the name plus `.` and `hash`."""
        if self.name == "cni-plugins":
            return (
                f"https://github.com/containernetworking/plugins/releases/download/{self.version}"
                f"/cni-plugins-linux-{self.architecture}-{self.version}.tgz"
            )
        if self.name == "ecr-credential-provider":
            return (
                f"https://artifacts.k8s.io/binaries/cloud-provider-aws/{self.version}/linux"
                f"/{self.architecture}/{self.name}-linux-{self.architecture}"
            )
        return f"https://dl.k8s.io/release/{self.version}/bin/linux/{self.architecture}/{self.name}"

    @property
    def hash(self) -> Literal["sha256", "sha512"]:
        """Which hash the project publishes."""
        return "sha256" if self.name == "ecr-credential-provider" else "sha512"


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """A container image by its reference with a tag."""

    reference: str

    @property
    def key(self) -> str:
        """The reference, as release.lock names it."""
        return self.reference


Query = MachineImageQuery | BinaryQuery | ImageQuery


def missing(cluster: Cluster, lock: Lock | None) -> list[Query]:
    """What this cluster needs (its architectures, region, channel, add-ons) and the lock does not hold.

    An entry that is there is never asked for again.
    """
    held = {*lock.machine_images, *lock.binaries, *lock.images} if lock else ()
    return [query for query in _needed(cluster) if query.key not in held]


def _needed(cluster: Cluster) -> Iterator[Query]:
    parts = versions(cluster.kubernetes_version)
    for arch in architectures(cluster):
        yield MachineImageQuery(cluster.release_channel, cluster.region, arch)
        yield BinaryQuery("kubelet", parts.kubernetes, arch)
        yield BinaryQuery("kubectl", parts.kubernetes, arch)
        yield BinaryQuery("cni-plugins", parts.cni_plugins, arch)
    for arch in sorted({architecture(pool.instance_type) for pool in pools(cluster)}):
        yield BinaryQuery("ecr-credential-provider", parts.ecr_credential_provider, arch)
    yield from map(ImageQuery, (parts.pause, parts.etcd))
    yield from map(ImageQuery, (parts.kube_apiserver, parts.kube_controller_manager, parts.kube_scheduler))
    images = {
        "kube-proxy": (parts.kube_proxy,),
        "coredns": (parts.coredns,),
        "flannel": (parts.flannel, parts.flannel_cni_plugin),
        "aws-cloud-controller-manager": (parts.cloud_controller_manager,),
        "metrics-server": (parts.metrics_server,),
        "external-dns": (parts.external_dns,),
        "aws-ebs-csi-driver": (
            parts.ebs_csi_driver,
            parts.csi_provisioner,
            parts.csi_attacher,
            parts.csi_resizer,
            parts.csi_node_driver_registrar,
        ),
    }
    for name in add_ons(cluster):
        yield from map(ImageQuery, images[name])


def architectures(cluster: Cluster) -> list[Architecture]:
    """The architectures of the cluster's instances, sorted."""
    types = [cluster.controller_instance_type, *(pool.instance_type for pool in pools(cluster))]
    return sorted(set(map(architecture, types)))
