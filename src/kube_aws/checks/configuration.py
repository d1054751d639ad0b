"""What kubelet and the API server read as they start, against the Go types of that Kubernetes minor.

configuration/<minor>.json is made of those types by tools/configuration-schemas. A field that they do not
know stops the API server; kubelet starts without what was meant, and says so only in its log.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from pathlib import PurePosixPath

from kube_aws.artefacts.assemble import subtree
from kube_aws.checks.documents import Object, objects, place
from kube_aws.checks.schema import Schemas, faults, nearest, read
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.finding import Finding, Place
from kube_aws.release.versions import minor_of
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree

FOLDER = PurePosixPath("etc/kubernetes")
KUBELET = FOLDER / "kubelet.yaml"
KUBELET_PARTS = FOLDER / "kubelet.conf.d"
STATIC_PODS = FOLDER / "manifests"


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:
    """A finding for each fault, at its line and column."""
    minor = minor_of(cluster.kubernetes_version)
    for role in ROLES:
        tree = subtree(disk, role)
        if tree and KUBELET not in tree:
            what = "kubelet has no configuration and cannot start"
            yield Finding("error", "kubelet-missing", Place(f"userdata/{role}/{KUBELET}"), what, _TAKE_BACK)
        for path in sorted(filter(_is_configuration, tree)):
            yield from _findings(f"userdata/{role}/{path}", path, tree[path].content, minor)


_TAKE_BACK = "Take the tool's version back with `kube-aws render --reset`."


def _is_configuration(path: PurePosixPath) -> bool:
    if path.parent == KUBELET_PARTS:
        return path.suffix == ".conf"
    return path.is_relative_to(FOLDER) and path.parent != STATIC_PODS and path.suffix in (".yaml", ".json")


def _findings(file: str, path: PurePosixPath, content: bytes, minor: str) -> Iterator[Finding]:
    try:
        found = objects(file, content)
    except UserError as error:
        yield Finding("error", "config-yaml", error.place or Place(file), error.what, error.next_step)
        return
    schemas = schemas_of(minor)
    for object_ in found:
        if wrong := _wrong_kind(path, object_, schemas):
            yield Finding("error", "config-kind", place(file, object_.node), wrong)
        elif schema := schemas.by_kind.get((object_.version, object_.kind)):
            for fault in faults(object_.node, schema, schemas):
                yield Finding("error", f"config-{fault.issue}", place(file, fault.node), fault.what)


def _wrong_kind(path: PurePosixPath, object_: Object, schemas: Schemas) -> str:
    """What is wrong with the apiVersion and kind of a file; nothing where others may be right."""
    if path == KUBELET or path.parent == KUBELET_PARTS:
        version, kind = next(name for name in schemas.by_kind if name[1] == "KubeletConfiguration")
        if (object_.version, object_.kind) != (version, kind):
            return f"kubelet reads apiVersion {version}, kind {kind}, and nothing else"
        return ""
    versions = {version for version, _ in schemas.by_kind}
    if object_.version in versions and (object_.version, object_.kind) not in schemas.by_kind:
        kinds = [kind for version, kind in schemas.by_kind if version == object_.version]
        return f"there is no {object_.kind or 'kind'} in {object_.version}{nearest(object_.kind, kinds)}"
    return ""


@cache
def schemas_of(minor: str) -> Schemas:
    """The schemas of a Kubernetes minor."""
    with as_file(files("kube_aws.checks") / "configuration" / f"{minor}.json") as path:
        return read(path)
