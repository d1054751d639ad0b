"""The files of a role's nodes, as they lie there."""

import shlex
from collections.abc import Iterator
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any

from kube_aws import template
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Role, api_name, architecture, controllers, pools
from kube_aws.credentials.authorities import Authorities
from kube_aws.release.choose import binary, image
from kube_aws.release.lock import Lock
from kube_aws.release.versions import versions
from kube_aws.tree import File, Tree

_STAGES: dict[Role, tuple[str, ...]] = {
    "controller": (
        "identity",
        "downloads",
        "etcd-volume",
        "unseal",
        "certificates",
        "control-plane",
        "add-ons",
    ),
    "worker": ("downloads", "wait-for-api", "unseal", "join"),
}
CERTIFICATE_SECONDS = 30 * 24 * 60 * 60
"""How long the certificates live that a controller issues; it renews them in their last third."""

SCRIPTS = PurePosixPath("opt/kube-aws/bin")


def files(role: Role, cluster: Cluster, lock: Lock, authorities: Authorities) -> Tree:
    """Paths as on the node without the leading slash, and `ignition.json`, the Ignition config that
    the files are added to. Raises UserError where the lock lacks an entry."""
    tree = {path: File(text.encode(), path.parent == SCRIPTS) for path, text in _sources(role, cluster)}
    values = _values(role, cluster, lock)
    for path, file in tree.items():
        if path.suffix in template.SUFFIXES:
            tree[path] = File(template.render(file.content.decode(), values).encode())
    tree[PurePosixPath("etc/kube-aws/cluster.env")] = File(_cluster_env(role, cluster))
    tree[PurePosixPath("etc/kube-aws/downloads")] = File(_downloads(role, cluster, lock))
    if role == "worker":  # a controller makes it again from its key
        tree[PurePosixPath("etc/kubernetes/pki/ca.pem")] = File(authorities.ca)
    return tree


def stages(role: Role, cluster: Cluster) -> tuple[str, ...]:
    """The boot stages in their order: names of systemd units, and of the scripts that these run."""
    if _is_assigned(role, cluster):
        first, *others = _STAGES[role]
        return (first, "address", *others)
    return _STAGES[role]


def _is_assigned(role: Role, cluster: Cluster) -> bool:
    """Whether the node takes its fixed address itself."""
    return role == "controller" and cluster.controller_address == "assigned"


def _sources(role: Role, cluster: Cluster) -> Iterator[tuple[PurePosixPath, str]]:
    """The files of tree/common and tree/<role>, and of tree/assigned where they are needed."""
    for folder in ("common", role, *(["assigned"] if _is_assigned(role, cluster) else [])):
        yield from _below(package_files("kube_aws.userdata") / "tree" / folder, PurePosixPath())


def _below(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_text("utf-8")


def _values(role: Role, cluster: Cluster, lock: Lock) -> dict[str, Any]:
    """What templates name: the cluster, its role, and container images pinned by their digest."""
    return {
        "role": role,
        "cluster": cluster,
        "api": api_name(cluster),
        "etcd_members": ",".join(
            f"{controller.address}=https://{controller.address}:2380" for controller in controllers(cluster)
        ),
        "versions": versions(cluster.kubernetes_version),
        "image": lambda reference: image(lock, reference).pinned,
    }


def _cluster_env(role: Role, cluster: Cluster) -> bytes:
    """The values that scripts and units read, quoted for the shell and for systemd."""
    values = {
        "CLUSTER_NAME": cluster.cluster_name,
        "REGION": cluster.region,
        "ROLE": role,
        "API": api_name(cluster),
        "STAGES": " ".join(stages(role, cluster)),
    }
    if role == "controller":
        values |= {
            "API_SERVER_NAMES": ",".join(_api_server_names(cluster)),
            "CERTIFICATE_SECONDS": str(CERTIFICATE_SECONDS),
        }
    return "".join(f"{key}={shlex.quote(value)}\n" for key, value in values.items()).encode()


def _api_server_names(cluster: Cluster) -> list[str]:
    """The names under which the API server is reached, beside the address of its controller."""
    names = [
        cluster.external_dns_name,
        api_name(cluster),
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ]
    addresses = [str(cluster.service_cidr.network_address + 1), "127.0.0.1"]
    return [f"DNS:{name}" for name in names] + [f"IP:{address}" for address in addresses]


def _downloads(role: Role, cluster: Cluster, lock: Lock) -> bytes:
    """A line each: SHA-512 or SHA-256, URL, target. A target that ends in `/` receives an archive's files."""
    parts = versions(cluster.kubernetes_version)
    types = {"controller": cluster.controller_instance_type, "worker": pools(cluster)[0].instance_type}
    wanted = [
        ("kubelet", parts.kubernetes, "/opt/bin/kubelet"),
        ("cni-plugins", parts.cni_plugins, "/opt/cni/bin/"),
    ]
    if role == "controller":
        wanted.append(("kubectl", parts.kubernetes, "/opt/bin/kubectl"))
    else:
        provider = "ecr-credential-provider"
        wanted.append((provider, parts.ecr_credential_provider, f"/opt/bin/{provider}"))
    lines = []
    for name, version, target in wanted:
        locked = binary(lock, name, version, architecture(types[role]))
        lines.append(f"{locked.sha512 or locked.sha256} {locked.url} {target}\n")
    return "".join(lines).encode()
