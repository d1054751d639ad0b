"""Everything that rendering takes from a cluster's folder."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kube_aws.artefacts import baseline as rendered_lock
from kube_aws.artefacts.baseline import Baseline
from kube_aws.artefacts.folder import conflicts, read, read_credentials, read_file
from kube_aws.cluster.load import load
from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding
from kube_aws.release import lock as release_lock
from kube_aws.release.lock import Lock
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree

CLUSTER = "cluster.yaml"
RELEASE_LOCK = "release.lock"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The folder as read: `lock_content` is what release.lock holds or has to hold, `pending` every
    `<file>.new`; `credentials` is None in a clone, `baseline` before the first render."""

    cluster: Cluster
    warnings: tuple[Finding, ...]
    lock: Lock
    lock_content: bytes
    credentials: Tree | None
    disk: Tree
    pending: Tree
    baseline: Baseline | None
    hashes: dict[str, str]


def inputs(folder: Path, complete: Callable[[Cluster, Lock], Lock]) -> Inputs:
    """Read the folder; `complete` gives the lock that the cluster needs, from the one that is there.

    Raises UserError for what cannot be read, and for an invalid cluster.yaml with all its findings.
    """
    source, cluster, warnings = read_cluster(folder)
    held = read_file(folder, RELEASE_LOCK)
    before = Lock() if held is None else release_lock.read(held)
    lock = complete(cluster, before)
    content = held if held is not None and lock == before else release_lock.write(lock)
    rendered = read_file(folder, str(rendered_lock.NAME))
    return Inputs(
        cluster=cluster,
        warnings=warnings,
        lock=lock,
        lock_content=content,
        credentials=read_credentials(folder),
        disk=read(folder),
        pending=conflicts(folder),
        baseline=None if rendered is None else rendered_lock.read(rendered),
        hashes={CLUSTER: sha256(source).hexdigest(), RELEASE_LOCK: sha256(content).hexdigest()},
    )


def read_cluster(folder: Path) -> tuple[bytes, Cluster, tuple[Finding, ...]]:
    """cluster.yaml: its bytes, the cluster, its warnings. Raises UserError with all that is wrong in it."""
    source = read_file(folder, CLUSTER)
    if source is None:
        raise UserError(
            f"no {CLUSTER} in {folder.resolve()}", 'Use the "kube-aws init" command to create it.'
        )
    cluster, findings = load(source, CLUSTER)
    if cluster is None:
        raise UserError(f"{CLUSTER} is not valid", findings=tuple(findings))
    return source, cluster, tuple(findings)
