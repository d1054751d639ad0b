"""What AWS has of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kube_aws.aws import stacks
from kube_aws.aws.session import client
from kube_aws.aws.watch import newest
from kube_aws.cluster.model import Cluster
from kube_aws.operations.plan import World

if TYPE_CHECKING:
    import boto3


def observe(cluster: Cluster, session: boto3.Session) -> World:
    """Ask CloudFormation for the cluster's stack; one call where there is none."""
    cloudformation = client(session, "cloudformation")
    found = stacks.describe(cloudformation, cluster.cluster_name)
    if found is None:
        return World(cluster.cluster_name, cluster.stack_tags)
    return World(
        cluster.cluster_name,
        cluster.stack_tags,
        found,
        stacks.template(cloudformation, found.id),
        newest(cloudformation, found.id),
    )
