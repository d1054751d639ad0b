"""What the add-ons may do on AWS: statements of the controllers' role."""

from kube_aws.cluster.model import Cluster


def statements(cluster: Cluster) -> list[dict[str, object]]:
    """The IAM statements that the enabled add-ons need."""
    return []
