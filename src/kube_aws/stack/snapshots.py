"""Daily snapshots of the etcd volumes."""

from kube_aws.cluster.model import Cluster
from kube_aws.stack.controllers import ETCD_TAG

KEPT_SNAPSHOTS = 7


def snapshots(cluster: Cluster) -> dict[str, object]:
    """A lifecycle policy of Amazon Data Lifecycle Manager; its role stands in iam.py.

    A volume that has any one of several target tags would be taken, so there is one, whose value
    names the cluster. The tags are copied: the role may delete only snapshots that carry it.
    """
    return {
        "EtcdSnapshots": {
            "Type": "AWS::DLM::LifecyclePolicy",
            "Properties": {
                "Description": f"Daily etcd snapshots of {cluster.cluster_name}",
                "State": "ENABLED",
                "ExecutionRoleArn": {"Fn::GetAtt": ["IAMRoleSnapshots", "Arn"]},
                "PolicyDetails": {
                    "ResourceTypes": ["VOLUME"],
                    "TargetTags": [{"Key": ETCD_TAG, "Value": cluster.cluster_name}],
                    "Schedules": [
                        {
                            "Name": "daily",
                            "CreateRule": {"Interval": 24, "IntervalUnit": "HOURS", "Times": ["03:00"]},
                            "RetainRule": {"Count": KEPT_SNAPSHOTS},
                            "CopyTags": True,
                        }
                    ],
                },
            },
        }
    }
