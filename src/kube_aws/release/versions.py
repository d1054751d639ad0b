"""Which version of every part goes with which Kubernetes minor."""

from dataclasses import dataclass


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
        return f"registry.k8s.io/kube-apiserver:{self.kubernetes}"

    @property
    def kube_controller_manager(self) -> str:
        return f"registry.k8s.io/kube-controller-manager:{self.kubernetes}"

    @property
    def kube_scheduler(self) -> str:
        return f"registry.k8s.io/kube-scheduler:{self.kubernetes}"

    @property
    def kube_proxy(self) -> str:
        return f"registry.k8s.io/kube-proxy:{self.kubernetes}"
