"""Static pods and add-ons: YAML, and each object against the schema of its kind in that Kubernetes minor."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kube_aws.checks.documents import Object, field, objects, place
from kube_aws.checks.schema import Schemas, faults, nearest, read
from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding, Place
from kube_aws.release.versions import minor_of
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

ADDONS = PurePosixPath("userdata/addons")
STATIC_PODS = (
    PurePosixPath("userdata/controller/etc/kubernetes/manifests"),
    PurePosixPath("userdata/worker/etc/kubernetes/manifests"),
)

_APPLIED = (".yaml", ".yml", ".json")
"""What kubectl reads of a folder."""

_ONLY_IN_API = {
    "configMap": "a ConfigMap",
    "configMapKeyRef": "a ConfigMap",
    "configMapRef": "a ConfigMap",
    "persistentVolumeClaim": "a PersistentVolumeClaim",
    "secret": "a Secret",
    "secretKeyRef": "a Secret",
    "secretRef": "a Secret",
    "serviceAccountName": "a ServiceAccount",
}
"""What kubelet refuses in a static pod. Source: Kubernetes, "Create static Pods"."""


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:
    """A finding for each fault, at its line and column."""
    minor = minor_of(cluster.kubernetes_version)
    for path in sorted(disk):
        static = path.parent in STATIC_PODS
        if not static and not path.is_relative_to(ADDONS):
            continue
        if not static and path.suffix not in _APPLIED:
            what = f"no controller applies it: its name ends in none of {', '.join(_APPLIED)}"
            yield Finding("warning", "manifest-name", Place(str(path)), what, "Rename it, or move it away.")
            continue
        try:
            found = objects(str(path), disk[path].content)
        except UserError as error:
            yield Finding(
                "error", "manifest-yaml", error.place or Place(str(path)), error.what, error.next_step
            )
            continue
        for object_ in found:
            yield from _findings(str(path), object_, minor)
            if static:
                yield from _static_pod(str(path), object_)


def _findings(file: str, object_: Object, minor: str) -> Iterator[Finding]:
    schemas = schemas_of(minor)
    schema = schemas.by_kind.get((object_.version, object_.kind))
    if schema is not None:
        for fault in faults(object_.node, schema, schemas):
            yield Finding("error", f"manifest-{fault.issue}", place(file, fault.node), fault.what)
    elif what := _unknown(object_, schemas.by_kind, minor):
        at = field(object_.node, "kind") or field(object_.node, "apiVersion") or object_.node
        yield Finding("error", "manifest-kind", place(file, at), what)


def _unknown(object_: Object, kinds: Iterable[tuple[str, str]], minor: str) -> str:
    """What is wrong with a kind that Kubernetes does not have; nothing for one that an add-on may bring."""
    if not object_.version or not object_.kind:
        return "an object has an apiVersion and a kind"
    versions = sorted(version for version, kind in kinds if kind == object_.kind)
    groups = {version.rpartition("/")[0] for version, _ in kinds}
    if object_.version.rpartition("/")[0] not in groups and "." in object_.version:
        return ""
    here = {kind for version, kind in kinds if version == object_.version}
    hint = f"; it is in {' and '.join(versions)}" if versions else nearest(object_.kind, here)
    return f"Kubernetes {minor} has no {object_.kind} in {object_.version}{hint}"


def _static_pod(file: str, object_: Object) -> Iterator[Finding]:
    if object_.kind != "Pod":
        at = field(object_.node, "kind") or object_.node
        what = f"kubelet runs only Pods from this folder, no {object_.kind or 'object without a kind'}"
        yield Finding("error", "static-pod", place(file, at), what, "Make it an add-on.")
        return
    for key, thing in _references(object_.node, set()):
        what = f"a static pod may not name {thing}: kubelet starts it without asking the API"
        yield Finding("error", "static-pod", place(file, key), what, "Use a hostPath volume or a value.")


def _references(node: Node, seen: set[int]) -> Iterator[tuple[Node, str]]:
    if id(node) in seen or not isinstance(node.value, list):
        return
    seen.add(id(node))
    for item in node.value:
        if isinstance(item, tuple):
            key, value = item
            if isinstance(key.value, str) and key.value in _ONLY_IN_API:
                yield key, _ONLY_IN_API[key.value]
            yield from _references(value, seen)
        else:
            yield from _references(item, seen)


@cache
def schemas_of(minor: str) -> Schemas:
    """The schemas of a Kubernetes minor, as kubernetes-validate ships them.

    Its own code is not used: it reads them anew for each object, and says no line.
    """
    package = importlib.util.find_spec("kubernetes_validate")
    assert package is not None and package.origin is not None  # noqa: S101 (a dependency)
    folder = Path(package.origin).parent / "kubernetes-json-schema" / f"v{minor}.0-local-strict"
    return read(folder / "_definitions.json")
