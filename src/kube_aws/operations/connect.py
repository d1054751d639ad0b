"""The session with which a cluster's commands reach AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kube_aws.aws.session import session
from kube_aws.cluster.model import Cluster
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3

Connect = Callable[[Cluster | None], "boto3.Session"]
"""Gives a session in the cluster's region; without a cluster in the one that was typed or configured."""


def connecting(profile: str | None, region: str | None, debug: bool) -> Connect:
    """How to reach AWS as typed. What it gives raises UserError where `region` is not the cluster's."""

    def connect(cluster: Cluster | None) -> boto3.Session:
        if cluster is None:
            return session(profile, region, debug)
        if region not in (None, cluster.region):
            raise UserError(
                f"--region {region}, but the cluster is in {cluster.region}",
                "Leave --region out: cluster.yaml names the region.",
                exit_status=2,
            )
        return session(profile, cluster.region, debug)

    return connect
