"""Seven clusters and what they give: a folder each, with a cluster.yaml and every expected artefact."""

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath

from kube_aws.addons import packing
from kube_aws.artefacts.assemble import assemble, subtree
from kube_aws.artefacts.render import render
from kube_aws.cluster.load import load
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.authorities import Authorities
from kube_aws.credentials.roles import stand_in
from kube_aws.release import lock as release_lock
from kube_aws.release.lock import Lock
from kube_aws.tree import File, Tree
from kube_aws.userdata import ignition

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/cluster.yaml")))
REGENERATE = "python -m tests.scenarios.regenerate"

INPUT = PurePosixPath("cluster.yaml")
SIZES = PurePosixPath("assembled.json")
"""Stands for the assembled template: the parts' sizes and the whole's hash."""


def cluster(name: str) -> Cluster:
    loaded, findings = load((FOLDER / name / INPUT).read_bytes(), "cluster.yaml")
    assert loaded is not None, findings
    return loaded


def lock() -> Lock:
    return release_lock.read((FOLDER.parents[1] / "demo/release.lock").read_bytes())


def authorities() -> Authorities:
    names = ("ca", "etcd-ca", "front-proxy-ca", "service-account")
    return Authorities(*((FOLDER / "authorities" / f"{name}.pem").read_bytes() for name in names))


def actual(name: str) -> Tree:
    """What the tool makes of a scenario now."""
    tree = render(cluster(name), lock(), authorities())
    return {**tree, SIZES: File((json.dumps(_sizes(tree), indent=2) + "\n").encode())}


def expected(name: str) -> Tree:
    """What lies in the scenario's folder."""
    root = FOLDER / name
    return {
        PurePosixPath(path.relative_to(root)): File(path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in root.rglob("*")
        if path.is_file() and path != root / INPUT
    }


def _sizes(tree: Tree) -> dict[str, object]:
    stack = assemble(tree, {role: stand_in(role) for role in ROLES})
    return {
        "stack": len(stack),
        "sha256": sha256(stack).hexdigest(),
        **{f"userdata/{role}": len(ignition.pack(subtree(tree, role), stand_in(role))) for role in ROLES},
        "userdata/addons": len(packing.pack(subtree(tree, "addons"))),
    }
