"""Programs that are compiled here, and files of packages that images hold as they are."""

from collections.abc import Mapping

from kube_aws.rehearsal.components.catalogue.forms import Program

KUBERNETES = "v1.37.2"
PLUGINS = "v1.9.1"
"""The version of the CNI plugins."""
GO = (1, 26)
"""The oldest Go that builds the programs. Source: the go.mod of k8s.io/kubernetes."""

_KUBERNETES_VERSION: Mapping[str, str] = {
    "k8s.io/component-base/version.gitVersion": KUBERNETES,
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": KUBERNETES.split(".")[1],
    "k8s.io/component-base/version.gitTreeState": "clean",
    "k8s.io/client-go/pkg/version.gitVersion": KUBERNETES,
}
_PLUGIN_VERSION = "github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion"
CNI_PLUGINS = {
    name: f"github.com/containernetworking/plugins/plugins/{kind}/{name}"
    for kind, names in {
        "ipam": "dhcp host-local static",
        "main": "bridge dummy host-device ipvlan loopback macvlan ptp tap vlan",
        "meta": "bandwidth firewall portmap sbr tuning vrf",
    }.items()
    for name in names.split()
}

PROGRAMS: Mapping[str, Program] = {
    **{
        name: Program(f"k8s.io/kubernetes/cmd/{name}", values=_KUBERNETES_VERSION)
        for name in (
            "kubectl",
            "kubelet",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kube-proxy",
        )
    },
    "etcd": Program("go.etcd.io/etcd/server/v3"),
    "coredns": Program("github.com/coredns/coredns"),
    "flanneld": Program(
        "github.com/flannel-io/flannel",
        values={"github.com/flannel-io/flannel/pkg/version.Version": "v0.28.10"},
        cgo=True,  # its udp backend is C
    ),
    "install-conf": Program("github.com/flannel-io/flannel/cmd/install_conf"),
    "flannel": Program(
        "github.com/containernetworking/plugins/plugins/meta/flannel",
        "flannel-cni",
        {_PLUGIN_VERSION: "v0.9.1"},
    ),
    "aws-cloud-controller-manager": Program(
        "k8s.io/cloud-provider-aws/cmd/aws-cloud-controller-manager",
        values={"k8s.io/component-base/version.gitVersion": "v1.37.1"},
    ),
    "metrics-server": Program(
        "sigs.k8s.io/metrics-server/cmd/metrics-server",
        values={"k8s.io/client-go/pkg/version.gitVersion": "v0.9.0"},
    ),
    "external-dns": Program(
        "sigs.k8s.io/external-dns",
        "external-dns",
        {"sigs.k8s.io/external-dns/pkg/apis/externaldns.Version": "v0.21.0"},
    ),
    "ecr-credential-provider": Program(
        "k8s.io/cloud-provider-aws/cmd/ecr-credential-provider", "ecr-credential-provider"
    ),
    **{name: Program(package, values={_PLUGIN_VERSION: PLUGINS}) for name, package in CNI_PLUGINS.items()},
    "kubeadm": Program("k8s.io/kubernetes/cmd/kubeadm", "kubeadm", _KUBERNETES_VERSION),
    "minecraft": Program("github.com/Tnze/go-mc/examples/simpleServer1.17.1", "minecraft"),
    "agnhost": Program("k8s.io/kubernetes/test/images/agnhost"),
    "e2e.test": Program("k8s.io/kubernetes/test/e2e", "conformance", _KUBERNETES_VERSION, test=True),
    "ginkgo": Program("github.com/onsi/ginkgo/v2/ginkgo", "conformance"),
    "nnp": Program("k8s.io/kubernetes/test/images/nonewprivs", "conformance"),
    "sample-apiserver": Program("k8s.io/sample-apiserver", "conformance"),
    # What stands for Flatcar's own programs in the machines.
    "containerd": Program(
        "github.com/containerd/containerd/v2/cmd/containerd",
        "machine",
        {"github.com/containerd/containerd/v2/version.Version": "v2.2.9"},
    ),
    "containerd-shim-runc-v2": Program(
        "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2", "machine"
    ),
    "ignition": Program(
        "github.com/coreos/ignition/v2/internal",
        "machine",
        {"github.com/coreos/ignition/v2/internal/version.Raw": "2.24.0"},
        cgo=True,  # libblkid
        static=False,
    ),
}

C_PROGRAMS = ("pause",)
"""Programs compiled from `<name>.c` beside this folder."""

SOURCES: Mapping[str, str] = {
    name: f"k8s.io/kubernetes/test/images/agnhost/porter/{name}"
    for name in ("localhost.crt", "localhost.key")
}
"""Files of packages of the module `nodes`, which images hold as they are."""
