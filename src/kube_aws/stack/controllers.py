"""The controllers: each an Auto Scaling group of one, with an interface and a volume that stay."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Controller, controllers
from kube_aws.release.lock import Lock
from kube_aws.stack.dns import records
from kube_aws.stack.endpoint import ASSOCIATION
from kube_aws.stack.instances import instance
from kube_aws.stack.network import routes, subnet
from kube_aws.stack.security_groups import CONTROLLER
from kube_aws.stack.tags import tags

ETCD_TAG = "kube-aws:etcd"
"""Marks the etcd volumes and their snapshots; its value is the cluster's name."""

ETCD_VOLUME_SIZE = 8
"""GiB: etcd's own limit for its database, `--quota-backend-bytes`, is at most 8 GiB by its guide."""


def controller_groups(cluster: Cluster, lock: Lock) -> dict[str, object]:
    """Interface, volume, launch template and group of each controller."""
    resources: dict[str, object] = {}
    for controller in controllers(cluster):
        resources |= _controller(cluster, lock, controller)
    return resources


def _controller(cluster: Cluster, lock: Lock, controller: Controller) -> dict[str, object]:
    name = f"Controller{controller.index}"
    where = subnet(cluster, controller.zone)
    return {
        f"{name}NetworkInterface": {
            "Type": "AWS::EC2::NetworkInterface",
            "Properties": {
                "Description": f"{cluster.cluster_name} controller {controller.index}",
                "SubnetId": {"Ref": where},
                "PrivateIpAddress": str(controller.address),
                "GroupSet": [{"Ref": CONTROLLER}],
                "Tags": tags(cluster, f"controller-{controller.index}"),
            },
        },
        f"{name}Volume": {
            "Type": "AWS::EC2::Volume",
            "DeletionPolicy": "Snapshot",
            "UpdateReplacePolicy": "Snapshot",
            "Properties": {
                "AvailabilityZone": {"Fn::GetAtt": [where, "AvailabilityZone"]},
                "VolumeType": "gp3",
                "Size": ETCD_VOLUME_SIZE,
                "Encrypted": True,
                "Tags": tags(cluster, f"etcd-{controller.index}", {ETCD_TAG: cluster.cluster_name}),
            },
        },
        f"{name}LaunchTemplate": {
            "Type": "AWS::EC2::LaunchTemplate",
            # Read by the controllers with DescribeStackResource: a change replaces no instance.
            **({"Metadata": {"kube-aws:addons": "<userdata/addons>"}} if controller.index == 0 else {}),
            "Properties": {
                "LaunchTemplateData": {
                    **instance(
                        cluster,
                        lock,
                        "controller",
                        name=f"controller-{controller.index}",
                        instance_type=cluster.controller_instance_type,
                        root_volume_size=cluster.controller_root_volume_size,
                        more_tags={
                            "kube-aws:index": str(controller.index),
                            "kube-aws:volume": {"Ref": f"{name}Volume"},
                        },
                    ),
                    "NetworkInterfaces": [
                        {
                            "DeviceIndex": 0,
                            "NetworkInterfaceId": {"Ref": f"{name}NetworkInterface"},
                            "DeleteOnTermination": False,
                        }
                    ],
                }
            },
        },
        name: {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "DependsOn": [ASSOCIATION, *routes(cluster), *records(cluster)],
            "Properties": {
                # A launch template that names an interface takes zones in place of subnets, and one
                # instance. In a single zone there is nothing that AZRebalance could do.
                "AvailabilityZones": [{"Fn::GetAtt": [where, "AvailabilityZone"]}],
                "MinSize": "1",
                "MaxSize": "1",
                "LaunchTemplate": {
                    "LaunchTemplateId": {"Ref": f"{name}LaunchTemplate"},
                    "Version": {"Fn::GetAtt": [f"{name}LaunchTemplate", "LatestVersionNumber"]},
                },
                # Never two at once: the interface and the volume exist once.
                "InstanceMaintenancePolicy": {"MinHealthyPercentage": 0, "MaxHealthyPercentage": 100},
                "Tags": [
                    {**tag, "PropagateAtLaunch": False}
                    for tag in tags(cluster, f"controller-{controller.index}")
                ],
            },
        },
    }
