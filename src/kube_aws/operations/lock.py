"""Filling release.lock: what a cluster needs and the lock does not hold yet."""

from kube_aws.cluster.model import Cluster
from kube_aws.finding import Place
from kube_aws.operations.connect import Connect
from kube_aws.release.lock import Lock
from kube_aws.release.missing import missing
from kube_aws.terminal.error import UserError


def required(cluster: Cluster, lock: Lock) -> Lock:
    """The same lock. Raises UserError where it lacks something: only `render` and `up` look things up."""
    if queries := missing(cluster, lock):
        named = ", ".join(query.key for query in queries[:3]) + (", …" if len(queries) > 3 else "")
        raise UserError(
            f"it lacks {len(queries)} of the things that this cluster needs: {named}",
            'Use "kube-aws render" to look them up.',
            place=Place("release.lock"),
        )
    return lock


def completed(cluster: Cluster, lock: Lock, connect: Connect) -> Lock:
    """The lock with everything that this cluster needs; the same one if nothing is missing.

    `connect` is called only where a machine image has to be looked up. Raises UserError that names
    every entry that could not be had.
    """
    queries = missing(cluster, lock)
    if not queries:
        return lock
    from kube_aws.operations.lookup import look_up

    return look_up(queries, lock, lambda: connect(cluster))
