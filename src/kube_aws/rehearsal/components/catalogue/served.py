"""What the cluster's nodes ask download sites and registries for."""

from collections.abc import Mapping

from kube_aws.rehearsal.components.catalogue.forms import Download, Image
from kube_aws.rehearsal.components.catalogue.programs import CNI_PLUGINS, KUBERNETES, PLUGINS

DOWNLOADS: Mapping[str, Download] = {
    f"https://dl.k8s.io/release/{KUBERNETES}/bin/linux/amd64/kubelet": Download({"kubelet": "kubelet"}),
    f"https://dl.k8s.io/release/{KUBERNETES}/bin/linux/amd64/kubectl": Download({"kubectl": "kubectl"}),
    (
        f"https://github.com/containernetworking/plugins/releases/download/{PLUGINS}"
        f"/cni-plugins-linux-amd64-{PLUGINS}.tgz"
    ): Download({name: name for name in CNI_PLUGINS}),
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

CLUSTER: Mapping[str, Image] = {
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
            deviation="absent: its source is no Go module, or is of no use without those that are none",
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
    # By the address of Docker Hub's registry.
    "registry-1.docker.io/vsense/minecraft:latest": Image(
        {"/minecraft": "minecraft"},
        ("/minecraft",),
        user="65534:65534",
        own=True,
        deviation="the example of a server of go-mc v1.20.2",
    ),
}
"""Images of the cluster's own pods, and the article's."""
