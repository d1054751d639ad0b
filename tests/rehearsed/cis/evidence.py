"""What the checks look at, read once from a running cluster: plain data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.rehearsed.world import World

FOLDERS = (
    "/etc/kubernetes",
    "/etc/cni/net.d",
    "/etc/systemd/system/kubelet.service",
    "/run/kube-aws",
    "/var/lib/cni",
    "/var/lib/etcd",
    "/var/lib/kubelet/kubeconfig",
    "/var/lib/kubelet/pki",
)
KINDS = (
    "clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,namespaces,"
    "networkpolicies,pods,secrets,services"
)
OURS = {"", "default", "kube-node-lease", "kube-public", "kube-system"}
"""The namespaces that every cluster has, and objects without one."""

_TEXTS = (
    "/etc/kubernetes/audit-policy.yaml",
    "/etc/kubernetes/pki/ca.pem",
    "/run/kube-aws/etcd/etcd-ca.pem",
    "/run/kube-aws/kube-apiserver/encryption.json",
)


@dataclass(frozen=True)
class File:
    path: str
    mode: int
    owner: str
    """`root:root`."""


@dataclass(frozen=True)
class Node:
    """A machine: its files, its programs' arguments, its kubelet's configuration as it is in force, and the
    local addresses on which it listens."""

    name: str
    files: tuple[File, ...]
    arguments: Mapping[str, Mapping[str, str]]
    kubelet: Mapping[str, Any]
    listening: frozenset[str]


@dataclass(frozen=True)
class Evidence:
    """The controller's `texts` are files by their path; `objects` are the API's by their kind."""

    controller: Node
    workers: tuple[Node, ...]
    texts: Mapping[str, str]
    objects: Mapping[str, list[dict[str, Any]]]
    version: str

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (self.controller, *self.workers)


def read(cluster: World) -> Evidence:
    (controller,) = cluster.instances("controller")
    objects: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(cluster.kubectl("get", KINDS, "-A", "-o", "json"))["items"]:
        if one["metadata"].get("namespace", "") in OURS:
            objects.setdefault(one["kind"], []).append(one)
    return Evidence(
        _node(cluster, controller),
        tuple(_node(cluster, worker) for worker in cluster.instances("worker")),
        {path: cluster.inside(controller["InstanceId"], "cat", path) for path in _TEXTS},
        objects,
        json.loads(cluster.kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"],
    )


def _node(cluster: World, instance: dict[str, Any]) -> Node:
    name, machine = instance["PrivateDnsName"], instance["InstanceId"]
    found = cluster.inside(machine, "find", *FOLDERS, "-printf", "%m %u:%g %p\\n", check=False)
    files = (line.split(" ", 2) for line in found.splitlines())
    configz = cluster.kubectl("get", "--raw", f"/api/v1/nodes/{name}/proxy/configz")
    return Node(
        name,
        tuple(File(path, int(mode, 8), owner) for mode, owner, path in files),
        dict(_arguments(cluster.inside(machine, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'"))),
        json.loads(configz)["kubeletconfig"],
        frozenset(line.split()[3] for line in cluster.inside(machine, "ss", "-Hltn").splitlines()),
    )


PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubelet")


def _arguments(words: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each program with its flags; a flag without a value is `true`."""
    arguments: dict[str, str] = {}
    for word in words.splitlines():
        if not word.startswith("--"):
            # A program of another name takes the flags that follow.
            arguments = {}
            if (program := word.rpartition("/")[2]) in PROGRAMS:
                yield program, arguments
        else:
            flag, given, value = word.partition("=")
            arguments[flag] = value if given else "true"
