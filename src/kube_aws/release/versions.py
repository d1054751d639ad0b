"""Which version of every part goes with which Kubernetes minor.

Sources: the etcd that kubeadm's constants name for each minor; the version skew policy (a cloud
controller manager is never newer than the API server); the projects' own release lists.
"""

import re
from dataclasses import dataclass

from kube_aws.terminal.error import UserError


@dataclass(frozen=True, slots=True)
class Versions:
    """References (with tag) of the container images, and versions of the binaries."""

    kubernetes: str
    cni_plugins: str
    etcd: str
    pause: str
    coredns: str
    flannel: str
    flannel_cni_plugin: str
    cloud_controller_manager: str
    metrics_server: str

    @property
    def kube_apiserver(self) -> str:
        """The reference of kube-apiserver's image."""
        return f"registry.k8s.io/kube-apiserver:{self.kubernetes}"

    @property
    def kube_controller_manager(self) -> str:
        """The reference of kube-controller-manager's image."""
        return f"registry.k8s.io/kube-controller-manager:{self.kubernetes}"

    @property
    def kube_scheduler(self) -> str:
        """The reference of kube-scheduler's image."""
        return f"registry.k8s.io/kube-scheduler:{self.kubernetes}"

    @property
    def kube_proxy(self) -> str:
        """The reference of kube-proxy's image."""
        return f"registry.k8s.io/kube-proxy:{self.kubernetes}"


@dataclass(frozen=True, slots=True)
class _Minor:
    """What differs between the Kubernetes minors."""

    etcd: str
    cloud_controller_manager: str


_MINORS = {
    "1.37": _Minor(etcd="3.7.3-0", cloud_controller_manager="v1.36.1"),
    "1.36": _Minor(etcd="3.6.12-0", cloud_controller_manager="v1.36.1"),
    "1.35": _Minor(etcd="3.6.12-0", cloud_controller_manager="v1.35.0"),
}


def versions(kubernetes_version: str) -> Versions:
    """The parts that go with a Kubernetes version such as `v1.37.2`; any patch of three minors is known.

    Raises UserError for another minor and for what is not a release.
    """
    release = re.fullmatch(r"v([0-9]+\.[0-9]+)\.[0-9]+", kubernetes_version)
    if release is None or release[1] not in _MINORS:
        known = ", ".join(f"v{minor}" for minor in _MINORS)
        raise UserError(
            f"kubernetesVersion {kubernetes_version} is not a release of a supported minor",
            f"Choose a release of {known}, such as v1.37.2.",
        )
    minor = _MINORS[release[1]]
    return Versions(
        kubernetes=kubernetes_version,
        cni_plugins="v1.9.1",
        etcd=f"registry.k8s.io/etcd:{minor.etcd}",
        pause="registry.k8s.io/pause:3.10.1",
        coredns="registry.k8s.io/coredns/coredns:v1.14.6",
        flannel="ghcr.io/flannel-io/flannel:v0.28.10",
        flannel_cni_plugin="ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel1",
        cloud_controller_manager=(
            f"registry.k8s.io/provider-aws/cloud-controller-manager:{minor.cloud_controller_manager}"
        ),
        metrics_server="registry.k8s.io/metrics-server/metrics-server:v0.9.0",
    )
