"""With what rights the cluster's own pods run, in every scenario: with none, but for what is listed here."""

from collections import defaultdict
from collections.abc import Iterator

from tests.addons.own_pods import Object, workloads
from tests.scenarios.scenario import NAMES

# They share a pod, and so its network.
_WITH_ITS_ROLE = ("driver", "provisioner", "attacher", "resizer")
NEEDED = {
    # They are the machines' network: namespaces and rules of the host (NET_ADMIN, which only root keeps over
    # an exec), the plugin's program and configuration in the host's folders.
    "flannel/install-plugin": {"host network", "root", "writes /opt/cni/bin"},
    "flannel/flannel": {"host network", "root", "NET_ADMIN", "writes /run/flannel", "writes /etc/cni/net.d"},
    "kube-proxy/kube-proxy": {"host network", "root", "NET_ADMIN"},
    # Connection tracking's size and timeouts are in /proc/sys, which every other container finds read-only;
    # it ends before kube-proxy itself starts.
    "kube-proxy/init": {"host network", "privileged"},
    # The controllers' role is given to the host's network alone.
    "aws-cloud-controller-manager/aws-cloud-controller-manager": {"host network"},
    "external-dns/external-dns": {"host network"},
    **{f"ebs-csi-controller/{name}": {"host network"} for name in _WITH_ITS_ROLE},
    # It makes file systems on the node's devices, and mounts them where the node's other pods see them: the
    # host sees no mounts but a privileged container's.
    "ebs-csi-node/driver": {"privileged"},
    # It makes a socket in kubelet's folder, which is root's.
    "ebs-csi-node/registrar": {
        "root",
        "writes /var/lib/kubelet/plugins/ebs.csi.aws.com",
        "writes /var/lib/kubelet/plugins_registry",
    },
    # Its program has this file capability: the kernel refuses to start it without.
    "coredns/coredns": {"NET_BIND_SERVICE"},
    # They run before there is a pod network; their keys are root's; etcd and audit log outlive their pods.
    # /etc/kubernetes holds configuration alone.
    "etcd/etcd": {"host network", "root", "writes /var/lib/etcd", "reads /run/kube-aws/etcd"},
    "kube-apiserver/kube-apiserver": {
        "host network",
        "root",
        "NET_BIND_SERVICE",  # port 443
        "reads /run/kube-aws/kube-apiserver",
        "reads /etc/kubernetes",
        "writes /var/log/kube-apiserver",
    },
    "kube-controller-manager/kube-controller-manager": {
        "host network",
        "root",
        "reads /run/kube-aws/kube-controller-manager",
        "reads /etc/kubernetes",
    },
    "kube-scheduler/kube-scheduler": {
        "host network",
        "root",
        "reads /run/kube-aws/kube-scheduler",
        "reads /etc/kubernetes",
    },
}


def rights(pod: Object, container: Object) -> Iterator[str]:
    """What a container has beyond its own network and a root file system that it reads as some user."""
    own = container.get("securityContext", {})
    both = pod.get("securityContext", {}) | own
    if pod.get("hostNetwork"):
        yield "host network"
    yield from (f"shares {name}" for name in ("hostPID", "hostIPC") if pod.get(name))
    if both.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "every system call"
    if own.get("privileged"):
        yield "privileged"
        return
    if both.get("runAsNonRoot") is not True:
        yield "root"
    if own.get("readOnlyRootFilesystem") is not True:
        yield "writes its root"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "more by exec"
    capabilities = own.get("capabilities", {})
    if capabilities.get("drop") != ["ALL"]:
        yield "the runtime's capabilities"
    yield from capabilities.get("add", ())
    folders = {one["name"]: one["hostPath"]["path"] for one in pod.get("volumes", ()) if "hostPath" in one}
    for mount in container.get("volumeMounts", ()):
        if mount["name"] in folders:
            yield f"{'reads' if mount.get('readOnly') else 'writes'} {folders[mount['name']]}"


def test_nothing_has_rights_that_are_not_needed() -> None:
    found = defaultdict(set)
    for scenario in NAMES:
        for workload in workloads(scenario):
            for container in (*workload.pod.get("initContainers", ()), *workload.pod["containers"]):
                given = rights(workload.pod, container)
                found[f"{workload.name}/{container['name']}"].update(given)
    assert {name: given for name, given in found.items() if given} == NEEDED


def test_everything_outranks_what_people_run() -> None:
    for scenario in NAMES:
        for workload in workloads(scenario):
            assert workload.pod["priorityClassName"].startswith("system-"), workload.name
