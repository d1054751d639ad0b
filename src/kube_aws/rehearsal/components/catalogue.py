"""What a node may ask the download sites for, and how each of it is made here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

KUBERNETES = "v1.37.2"
PLUGINS = "v1.9.1"
MINECRAFT = "registry-1.docker.io/vsense/minecraft:latest"
"""The image of the article, by the address of Docker Hub's registry."""
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
    test: bool = False
    """It is the package's test, which `go test -c` compiles."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a download site: one program, or an archive (`.tgz`) of several. `hash`: which one the site
    has beside it; `deviation`: how it differs from the official file, beside being built here."""

    programs: Mapping[str, str]
    hash: Literal["sha256", "sha512"] = "sha512"
    deviation: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A container image of one layer: programs by their path in it, links, small files, and the files of
    Debian packages. `command` is what follows the entrypoint where a pod says nothing; `user` is numeric;
    `deviation`: how it differs from the official image."""

    programs: Mapping[str, str]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    debian: tuple[str, ...] = ()
    user: str = ""
    capable: bool = False
    """Its first program has the file capability CAP_NET_BIND_SERVICE."""
    setuid: bool = False
    """Its first program runs as root, whoever starts it."""
    absent: bool = False
    """It cannot be made here. Its index names no image, so that a lock can be made, and no pod runs it."""
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
    "external-dns": Program(
        "sigs.k8s.io/external-dns",
        "external-dns",
        {"sigs.k8s.io/external-dns/pkg/apis/externaldns.Version": "v0.21.0"},
    ),
    "ecr-credential-provider": Program(
        "k8s.io/cloud-provider-aws/cmd/ecr-credential-provider", "ecr-credential-provider"
    ),
    **{name: Program(package, values={_PLUGIN_VERSION: PLUGINS}) for name, package in _PLUGINS.items()},
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

SOURCES: Mapping[str, str] = {
    name: f"k8s.io/kubernetes/test/images/agnhost/porter/{name}"
    for name in ("localhost.crt", "localhost.key")
}
"""Files of packages of the module `nodes`, which images hold as they are."""
"""Programs compiled from `<name>.c` beside this file."""

DOWNLOADS: Mapping[str, Download] = {
    f"https://dl.k8s.io/release/{KUBERNETES}/bin/linux/amd64/kubelet": Download({"kubelet": "kubelet"}),
    f"https://dl.k8s.io/release/{KUBERNETES}/bin/linux/amd64/kubectl": Download({"kubectl": "kubectl"}),
    (
        f"https://github.com/containernetworking/plugins/releases/download/{PLUGINS}"
        f"/cni-plugins-linux-amd64-{PLUGINS}.tgz"
    ): Download({name: name for name in _PLUGINS}),
    (
        "https://artifacts.k8s.io/binaries/cloud-provider-aws/v1.37.0/linux/amd64"
        "/ecr-credential-provider-linux-amd64"
    ): Download({"ecr-credential-provider": "ecr-credential-provider"}, hash="sha256"),
}

_IPTABLES = {
    f"/usr/sbin/{name}{part}": "xtables-nft-multi"
    for name in ("iptables", "ip6tables")
    for part in ("", "-save", "-restore")
}
_BUSYBOX = {f"/usr/bin/{name}": "busybox" for name in ("cp", "sh")}
_APPLETS = """
    awk base64 basename cat chgrp chmod chown cmp cp cut date dd df diff dirname dmesg du echo egrep env
    expr false fgrep find free getopt grep gunzip gzip head hexdump hostname httpd id ifconfig ip kill ln ls
    md5sum mkdir mkfifo mknod mktemp more mount mv netstat nohup nproc od pgrep pidof ping printenv printf
    ps pwd readlink realpath rm rmdir route sed seq sha256sum sha512sum sleep sort split stat strings
    stty su sync sysctl tail tar tee telnet test time timeout top touch tr traceroute true truncate tty umount
    uname uniq unlink unzip uptime usleep vi watch wc wget which whoami xargs yes zcat
"""
# bash is the shell: it calls programs where busybox would be itself, and keeps variables like `data-1`.
_SHELL = {**{f"/usr/bin/{name}": "busybox" for name in _APPLETS.split()}, "/usr/bin/sh": "bash"}

_NGINX = """daemon off;
user root root;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  server {
    listen 80;
    root /usr/share/nginx/html;
  }
}
"""
# As the image agnhost has them: its tests look for these names.
_USERS = {
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\nuser-defined-in-image:x:1000:1000::/:/bin/sh\n",
    "/etc/group": (
        "root:x:0:\nuser-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n"
    ),
    "/etc/nsswitch.conf": "hosts: files dns\n",
}

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
    "registry.k8s.io/external-dns/external-dns:v0.21.0": Image(
        {"/ko-app/external-dns": "external-dns"}, ("/ko-app/external-dns",)
    ),
    **{
        name: Image(
            {},
            (),
            absent=True,
            deviation="absent: its source cannot be had as a Go module, or is of no use alone",
        )
        for name in (
            "registry.k8s.io/provider-aws/aws-ebs-csi-driver:v1.64.0",
            "registry.k8s.io/sig-storage/csi-provisioner:v6.3.0",
            "registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
            "registry.k8s.io/sig-storage/csi-resizer:v2.2.1",
            "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0",
        )
    },
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
    **{
        name: Image(
            {"/agnhost": "agnhost", **{f"/{name}": name for name in SOURCES}},
            ("/agnhost",),
            ("pause",),
            links={**_SHELL, "/usr/bin/nc": "nc.openbsd", "/agnhost-2": "agnhost"},
            files={**_USERS, "/uploads/README": "netexec keeps here what it is sent.\n"},
            debian=(
                "bash",
                "busybox-static",
                "curl",
                "bind9-dnsutils",
                "iproute2",
                "libc-bin",
                "netcat-openbsd",
            ),
            deviation=f"{older}on Debian, without iperf, socat, CoreDNS and its own registry's images",
        )
        for name, older in {
            AGNHOST: "",
            "registry.k8s.io/e2e-test-images/agnhost:2.55": "version 2.66.1, ",
        }.items()
    },
    "registry.k8s.io/e2e-test-images/busybox:1.37.0-2": Image(
        {},
        (),
        ("sh",),
        # Tests look for its words where they say /bin/sh, and for variables like `data-1` where they say sh.
        links={
            **_SHELL,
            "/usr/bin/nslookup": "busybox",
            "/usr/bin/sh": "busybox",
            "/usr/local/bin/sh": "/usr/bin/bash",
        },
        files=_USERS,
        debian=(
            "bash",
            "busybox-static",
        ),
        deviation="Debian's busybox, with fewer names, and bash before it on PATH",
    ),
    "registry.k8s.io/e2e-test-images/glibc-dns-testing:2.1.1": Image(
        {},
        (),
        ("sh",),
        links=_SHELL,
        files=_USERS,
        debian=("bash", "busybox-static", "bind9-dnsutils", "libc-bin"),
        deviation="on a newer Debian",
    ),
    **{
        f"registry.k8s.io/e2e-test-images/{name}:1.8": Image(
            {"/agnhost": "agnhost"},
            ("/agnhost",),
            ("test-webserver",),
            links=_SHELL,
            files={
                "/data.json": f'{{"image": "{name}.jpg"}}\n',
                "/etc/os-release": 'NAME="Alpine Linux"\n',
            },
            debian=(
                "bash",
                "busybox-static",
            ),
            deviation="without its picture; it has the name of Alpine, on which the official one stands",
        )
        for name in ("kitten", "nautilus")
    },
    **{
        f"registry.k8s.io/e2e-test-images/nginx:{version}": Image(
            {},
            ("nginx", "-c", "/etc/nginx.conf"),
            links=_SHELL,
            files={
                **_USERS,
                "/etc/nginx.conf": _NGINX,
                "/usr/share/nginx/html/index.html": "nginx\n",
                "/var/lib/nginx/README": "nginx keeps here what does not fit in memory.\n",
            },
            debian=("bash", "busybox-static", "nginx"),
            deviation="Debian's nginx, with a page of one word",
        )
        for version in ("1.27.0-2", "1.28.0-2")
    },
    MINECRAFT: Image(
        {"/minecraft": "minecraft"},
        ("/minecraft",),
        user="65534:65534",
        deviation="the example of a server of go-mc v1.20.2",
    ),
    "registry.k8s.io/e2e-test-images/nonewprivs:1.4": Image(
        {"/usr/local/bin/nnp": "nnp"}, (), ("nnp",), setuid=True, deviation="of nothing but its program"
    ),
    "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2": Image(
        {"/sample-apiserver": "sample-apiserver"},
        ("/sample-apiserver",),
        deviation="version 0.37.2, and nothing but its program",
    ),
    "registry.k8s.io/etcd:3.7.0-0": Image(
        {"/usr/local/bin/etcd": "etcd"},
        ("/usr/local/bin/etcd",),
        deviation="version 3.7.3, without etcdctl and etcdutl",
    ),
    "registry.k8s.io/pause:3.10.2": Image(
        {"/pause": "pause"}, ("/pause",), user="65535:65535", deviation="a pause of our own (pause.c)"
    ),
}

CONFORMANCE = (
    "e2e.test",
    "ginkgo",
    *(name for name in IMAGES if name.startswith("registry.k8s.io/e2e-test-images/")),
    "registry.k8s.io/etcd:3.7.0-0",
    "registry.k8s.io/pause:3.10.2",
)
"""What upstream's conformance tests are, and run."""

FOR_TESTS = ("kubeadm", "agnhost", "nnp", "sample-apiserver", "minecraft", MINECRAFT, *SOURCES, *CONFORMANCE)
"""What only tests, the benchmark and the demo ask for: a rehearsal does without."""
