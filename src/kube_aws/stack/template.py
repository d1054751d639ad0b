"""stack-template.json: the whole stack but for the node files, whose places assemble fills."""

import json

from kube_aws.cluster.model import Cluster
from kube_aws.release.lock import Lock
from kube_aws.stack.controller_address import ADDRESS, endpoint
from kube_aws.stack.controllers import controller_groups
from kube_aws.stack.dns import dns
from kube_aws.stack.iam import roles
from kube_aws.stack.network import network
from kube_aws.stack.security_groups import security_groups
from kube_aws.stack.snapshots import snapshots
from kube_aws.stack.workers import worker_groups


def template(cluster: Cluster, lock: Lock) -> bytes:
    """The template as JSON that people read and edit.

    Raises UserError where the lock holds no machine image for the cluster.
    """
    stack = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"kube-aws Kubernetes cluster {cluster.cluster_name}",
        # The stack is made for named zones; cfn-lint would rather have it portable.
        "Metadata": {"cfn-lint": {"config": {"ignore_checks": ["W3010"]}}},
        "Resources": {
            **network(cluster),
            **security_groups(cluster),
            **roles(cluster),
            **endpoint(cluster),
            **dns(cluster),
            **controller_groups(cluster, lock),
            **snapshots(cluster),
            **worker_groups(cluster, lock),
        },
        "Outputs": {"ControllerIP": {"Value": {"Ref": ADDRESS}}},
    }
    return (json.dumps(stack, indent=2, ensure_ascii=False) + "\n").encode()
