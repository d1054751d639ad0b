"""The controllers: each an Auto Scaling group of one, with an address and a volume that stay."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Controller, controllers
from kube_aws.release.lock import Lock
from kube_aws.stack.controller_address import asked_for, associations, interface, network, place
from kube_aws.stack.dns import records
from kube_aws.stack.instances import instance
from kube_aws.stack.network import routes, subnet
from kube_aws.stack.tags import name, of_controllers, tags

ETCD_TAG = "kube-aws:etcd"
"""Marks the etcd volumes and their snapshots; its value is the cluster's name."""

ETCD_VOLUME_SIZE = 8
"""GiB. etcd's guide suggests 8 GiB as the largest database; gp3 gives 3,000 operations at any size."""


def controller_groups(cluster: Cluster, lock: Lock) -> dict[str, object]:
    """Interface (unless the address is assigned), volume, launch template and group of each controller."""
    resources: dict[str, object] = {}
    for controller in controllers(cluster):
        resources |= interface(cluster, controller)
        resources |= _volume(cluster, controller)
        resources |= _group(cluster, lock, controller)
    return resources


def _volume(cluster: Cluster, controller: Controller) -> dict[str, object]:
    """By which the data outlive an instance."""
    return {
        f"Controller{controller.index}Volume": {
            "Type": "AWS::EC2::Volume",
            "DeletionPolicy": "Snapshot",
            "UpdateReplacePolicy": "Snapshot",
            "Properties": {
                "AvailabilityZone": {"Fn::GetAtt": [subnet(cluster, controller.zone), "AvailabilityZone"]},
                "VolumeType": "gp3",
                "Size": ETCD_VOLUME_SIZE,
                "Encrypted": True,
                "Tags": tags(
                    name(cluster, f"etcd-{controller.index}")
                    | of_controllers(cluster)
                    | {ETCD_TAG: cluster.cluster_name}
                ),
            },
        },
    }


def _group(cluster: Cluster, lock: Lock, controller: Controller) -> dict[str, object]:
    logical_name = f"Controller{controller.index}"
    # Controllers read it with DescribeStackResource: a change of it replaces no instance.
    addons = {"Metadata": {"kube-aws:addons": "<userdata/addons>"}} if controller.index == 0 else {}
    return {
        f"{logical_name}LaunchTemplate": {
            "Type": "AWS::EC2::LaunchTemplate",
            **addons,
            "Properties": {
                "LaunchTemplateData": {
                    **instance(
                        cluster,
                        lock,
                        "controller",
                        what=f"controller-{controller.index}",
                        instance_type=cluster.controller_instance_type,
                        root_volume_size=cluster.controller_root_volume_size,
                        more_tags={
                            "kube-aws:index": str(controller.index),
                            "kube-aws:volume": {"Ref": f"{logical_name}Volume"},
                            **asked_for(cluster, controller),
                        },
                    ),
                    **network(cluster, controller),
                }
            },
        },
        logical_name: {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "DependsOn": [*associations(cluster), *routes(cluster), *records(cluster)],
            "Properties": {
                **place(cluster, controller),
                "MinSize": "1",
                "MaxSize": "1",
                "LaunchTemplate": {
                    "LaunchTemplateId": {"Ref": f"{logical_name}LaunchTemplate"},
                    "Version": {"Fn::GetAtt": [f"{logical_name}LaunchTemplate", "LatestVersionNumber"]},
                },
                # Terminate before launch: there is one address and one volume.
                "InstanceMaintenancePolicy": {"MinHealthyPercentage": 0, "MaxHealthyPercentage": 100},
            },
        },
    }
