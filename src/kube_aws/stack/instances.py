"""What controllers and workers have in common: a launch template's instance, and its tags."""

from collections.abc import Mapping

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Role
from kube_aws.release.choose import machine_image
from kube_aws.release.lock import Lock
from kube_aws.stack.controller_address import interface_tags
from kube_aws.stack.tags import name, of_cluster, tags


def instance(
    cluster: Cluster,
    lock: Lock,
    role: Role,
    *,
    what: str,
    instance_type: str,
    root_volume_size: int,
    more_tags: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """LaunchTemplateData but for the network; `root_volume_size` in GiB.

    What differs between instances reaches the node as tags, through the metadata service.
    """
    return {
        "ImageId": machine_image(lock, cluster, instance_type).id,
        "InstanceType": instance_type,
        "KeyName": cluster.key_name,
        "IamInstanceProfile": {"Arn": {"Fn::GetAtt": [f"IAMInstanceProfile{role.capitalize()}", "Arn"]}},
        # All set, since an account can have defaults of its own. One hop: pods get no answer.
        "MetadataOptions": {
            "HttpEndpoint": "enabled",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 1,
            "InstanceMetadataTags": "enabled",
        },
        "BlockDeviceMappings": [
            {
                # Flatcar's root device.
                "DeviceName": "/dev/xvda",
                "Ebs": {
                    "VolumeType": "gp3",
                    "VolumeSize": root_volume_size,
                    "Encrypted": True,
                    "DeleteOnTermination": True,
                },
            }
        ],
        "UserData": {"Fn::Base64": f"<userdata/{role}>"},
        "TagSpecifications": [
            {
                "ResourceType": "instance",
                "Tags": tags(
                    name(cluster, what)
                    | of_cluster(cluster)
                    | {
                        "KubernetesCluster": cluster.cluster_name,
                        "kube-aws:role": role,
                        "kube-aws:files": f"<userdata/{role} sha256>",
                        **(more_tags or {}),
                    }
                ),
            },
            # CloudFormation gives the stack's tags to all but these.
            {
                "ResourceType": "volume",
                "Tags": tags(dict[str, object](cluster.stack_tags) | of_cluster(cluster)),
            },
            *interface_tags(cluster, role),
        ],
    }
