"""What every preflight check is given."""

from dataclasses import dataclass
from datetime import datetime

from kube_aws.aws.identity import Identity
from kube_aws.aws.questions import Questions
from kube_aws.cluster.load import position
from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding, Place
from kube_aws.release.lock import Lock


@dataclass(frozen=True, slots=True)
class Given:
    """The cluster with the bytes of its cluster.yaml, the lock, who calls, what time it is,
    and the way to ask AWS."""

    cluster: Cluster
    source: bytes
    lock: Lock
    identity: Identity
    now: datetime
    aws: Questions

    def error(self, id_: str, key: str, what: str, next_step: str = "") -> Finding:
        """An error at a key of cluster.yaml."""
        return Finding("error", id_, self.place(key), what, next_step)

    def warning(self, id_: str, key: str, what: str, next_step: str = "") -> Finding:
        """A warning at a key of cluster.yaml."""
        return Finding("warning", id_, self.place(key), what, next_step)

    def place(self, key: str) -> Place:
        """Where a key stands in cluster.yaml; the file alone where it is left to its default."""
        line, column = position(self.source, key) or (None, None)
        return Place("cluster.yaml", line, column)
