"""Tags of the stack's resources."""

from collections.abc import Mapping

from kube_aws.cluster.model import Cluster


def tags(cluster: Cluster, name: str, more: Mapping[str, object] | None = None) -> list[dict[str, object]]:
    """`Name` as people see it in the console, the cluster, and what else a resource needs."""
    values = {
        "Name": f"{cluster.cluster_name}-{name}",
        "kube-aws:cluster": cluster.cluster_name,
        **(more or {}),
    }
    return [{"Key": key, "Value": value} for key, value in values.items()]


def kubernetes_tag(cluster: Cluster) -> dict[str, object]:
    """The tag by which the cloud controller manager knows what it may use.

    Not for instances: a `/` in a tag's key makes launches fail where the metadata service shows tags.
    Source: cloud-provider-aws, "Prerequisites"; Amazon EC2 User Guide, "Work with instance tags in
    instance metadata".
    """
    return {f"kubernetes.io/cluster/{cluster.cluster_name}": "owned"}
