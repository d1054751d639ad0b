"""Which version of every part goes with which Kubernetes minor.

Sources: the etcd that kubeadm's constants name for each minor; the version skew policy (a cloud
controller manager is never newer than the API server); the sidecars that aws-ebs-csi-driver's release
names, deploy/kubernetes/overlays/stable; the projects' own release lists.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Versions:
    """References (with tag) of the container images, and versions of the binaries."""

    kubernetes: str
    cni_plugins: str
    ecr_credential_provider: str
    etcd: str
    pause: str
    coredns: str
    flannel: str
    flannel_cni_plugin: str
    cloud_controller_manager: str
    metrics_server: str
    external_dns: str
    ebs_csi_driver: str
    csi_provisioner: str
    csi_attacher: str
    csi_resizer: str
    csi_node_driver_registrar: str

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


def minor_of(kubernetes_version: str) -> str:
    """`1.37` of `v1.37.2`."""
    return kubernetes_version.removeprefix("v").rpartition(".")[0]


def versions(kubernetes_version: str) -> Versions:
    """The parts that go with a Kubernetes version such as `v1.37.2`, as cluster.yaml may name it: any
    patch of three minors."""
    differing = _MINORS[minor_of(kubernetes_version)]
    return Versions(
        kubernetes=kubernetes_version,
        cni_plugins="v1.9.1",
        # It speaks one version of kubelet's interface with every minor; its project publishes few of them.
        ecr_credential_provider="v1.37.0",
        etcd=f"registry.k8s.io/etcd:{differing.etcd}",
        pause="registry.k8s.io/pause:3.10.1",
        coredns="registry.k8s.io/coredns/coredns:v1.14.6",
        flannel="ghcr.io/flannel-io/flannel:v0.28.10",
        flannel_cni_plugin="ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel1",
        cloud_controller_manager=(
            f"registry.k8s.io/provider-aws/cloud-controller-manager:{differing.cloud_controller_manager}"
        ),
        metrics_server="registry.k8s.io/metrics-server/metrics-server:v0.9.0",
        external_dns="registry.k8s.io/external-dns/external-dns:v0.21.0",
        ebs_csi_driver="registry.k8s.io/provider-aws/aws-ebs-csi-driver:v1.64.0",
        csi_provisioner="registry.k8s.io/sig-storage/csi-provisioner:v6.3.0",
        csi_attacher="registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
        csi_resizer="registry.k8s.io/sig-storage/csi-resizer:v2.2.1",
        csi_node_driver_registrar="registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0",
    )
