"""What a node may ask the download sites for, and how each of it is made here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

KUBERNETES = "v1.37.2"
PLUGINS = "v1.9.1"
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.66.1"
"""The image of upstream's end-to-end tests. Source: test/utils/image/manifest.go of k8s.io/kubernetes."""

GO = (1, 26)
"""The oldest Go that builds the programs. Source: the go.mod of k8s.io/kubernetes."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program compiled from Go: its package, in the module whose folder under go/ is `module`.

    `values` sets string variables of the program, as `go build -ldflags -X` does: mostly its version.
    """

    package: str
    module: str = "nodes"
    values: Mapping[str, str] = field(default_factory=dict)
    cgo: bool = False
    static: bool = True


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a download site: one program, or an archive (`.tgz`) of several. `deviation`: how it
    differs from the official file, beside being built here."""

    programs: Mapping[str, str]
    deviation: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A container image of one layer: programs by their path in it, links, and the files of Debian
    packages. `user` is numeric; `deviation`: how it differs from the official image."""

    programs: Mapping[str, str]
    entrypoint: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    debian: tuple[str, ...] = ()
    user: str = ""
    capable: bool = False
    """Its first program has the file capability CAP_NET_BIND_SERVICE."""
    deviation: str = ""


_KUBERNETES_VERSION: Mapping[str, str] = {
    "k8s.io/component-base/version.gitVersion": KUBERNETES,
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": KUBERNETES.split(".")[1],
    "k8s.io/component-base/version.gitTreeState": "clean",
    "k8s.io/client-go/pkg/version.gitVersion": KUBERNETES,
}
_PLUGIN_VERSION = "github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion"
_PLUGINS = {
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
    **{name: Program(package, values={_PLUGIN_VERSION: PLUGINS}) for name, package in _PLUGINS.items()},
    "agnhost": Program("k8s.io/kubernetes/test/images/agnhost"),
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
"""Programs compiled from `<name>.c` beside this file."""

DOWNLOADS: Mapping[str, Download] = {
    f"https://dl.k8s.io/release/{KUBERNETES}/bin/linux/amd64/kubelet": Download({"kubelet": "kubelet"}),
    f"https://dl.k8s.io/release/{KUBERNETES}/bin/linux/amd64/kubectl": Download({"kubectl": "kubectl"}),
    (
        f"https://github.com/containernetworking/plugins/releases/download/{PLUGINS}"
        f"/cni-plugins-linux-amd64-{PLUGINS}.tgz"
    ): Download({name: name for name in _PLUGINS}),
}

_IPTABLES = {
    f"/usr/sbin/{name}{part}": "xtables-nft-multi"
    for name in ("iptables", "ip6tables")
    for part in ("", "-save", "-restore")
}
_BUSYBOX = {f"/usr/bin/{name}": "busybox" for name in ("cp", "sh")}
_SHELL = {f"/usr/bin/{name}": "busybox" for name in ("cat", "cp", "ls", "ping", "sh", "tar")}

IMAGES: Mapping[str, Image] = {
    **{
        f"registry.k8s.io/{name}:{KUBERNETES}": Image(
            {f"/usr/local/bin/{name}": name}, (f"/usr/local/bin/{name}",)
        )
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    },
    f"registry.k8s.io/kube-proxy:{KUBERNETES}": Image(
        {"/usr/local/bin/kube-proxy": "kube-proxy"},
        ("/usr/local/bin/kube-proxy",),
        links=_IPTABLES,
        # netbase has /etc/protocols: without it nft prints numbers that kube-proxy cannot read back.
        debian=("nftables", "iptables", "conntrack", "netbase"),
    ),
    "registry.k8s.io/etcd:3.7.3-0": Image(
        {"/usr/local/bin/etcd": "etcd"},
        ("/usr/local/bin/etcd",),
        deviation="without etcdctl and etcdutl",
    ),
    "registry.k8s.io/pause:3.10.1": Image(
        {"/pause": "pause"}, ("/pause",), user="65535:65535", deviation="a pause of our own (pause.c)"
    ),
    "registry.k8s.io/coredns/coredns:v1.14.6": Image(
        {"/coredns": "coredns"}, ("/coredns",), user="65532:65532", capable=True
    ),
    "registry.k8s.io/provider-aws/cloud-controller-manager:v1.36.1": Image(
        {"/bin/aws-cloud-controller-manager": "aws-cloud-controller-manager"},
        ("/bin/aws-cloud-controller-manager",),
        deviation="v1.37.1: v1.36.1 does not compile against Kubernetes 1.37",
    ),
    "registry.k8s.io/metrics-server/metrics-server:v0.9.0": Image(
        {"/metrics-server": "metrics-server"}, ("/metrics-server",), user="65534:65534"
    ),
    "ghcr.io/flannel-io/flannel:v0.28.10": Image(
        {"/opt/bin/flanneld": "flanneld", "/opt/bin/install-conf": "install-conf"},
        ("/opt/bin/flanneld",),
        links={**_IPTABLES, **_BUSYBOX},
        debian=("nftables", "iptables", "netbase", "busybox-static"),
        deviation="on Debian, without strongSwan and WireGuard",
    ),
    "ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel1": Image(
        {"/flannel": "flannel"},
        ("/flannel",),
        links=_BUSYBOX,
        debian=("busybox-static",),
        deviation="the plugin of containernetworking/plugins v0.9.1, for CNI up to 0.4.0",
    ),
    AGNHOST: Image(
        {"/agnhost": "agnhost"},
        ("/agnhost",),
        links=_SHELL,
        debian=("busybox-static", "curl", "bind9-dnsutils"),
        deviation="on Debian, without iperf, netcat, socat, CoreDNS and its own registry's images",
    ),
}

FOR_TESTS = ("agnhost", AGNHOST)
"""What only tests ask for: a rehearsal does without."""
