"""Tags of the stack's resources; CloudFormation adds its own and those of `stackTags`."""

from collections.abc import Mapping

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import kubernetes_tag


def tags(values: Mapping[str, object]) -> list[dict[str, object]]:
    """Tags in CloudFormation's form."""
    return [{"Key": key, "Value": value} for key, value in values.items()]


def name(cluster: Cluster, what: str) -> dict[str, object]:
    """The name that the console shows."""
    return {"Name": f"{cluster.cluster_name}-{what}"}


def of_cluster(cluster: Cluster) -> dict[str, object]:
    """Says whose it is, where a role's permission or a person's search depends on it."""
    return {"kube-aws:cluster": cluster.cluster_name}


def of_controllers(cluster: Cluster) -> dict[str, object]:
    """Marks what the controllers' role may use."""
    return of_cluster(cluster) | {"kube-aws:role": "controller"}


def of_kubernetes(cluster: Cluster) -> dict[str, object]:
    """Says to the cloud controller manager what it may use.

    Not for instances: a `/` in a tag's key makes launches fail where the metadata service shows tags.
    Sources: cloud-provider-aws, "Prerequisites"; Amazon EC2 User Guide, "Work with instance tags in
    instance metadata".
    """
    return {kubernetes_tag(cluster.cluster_name): "owned"}
