"""Roles of the controllers, of the workers and of the snapshot policy: each may do what its work needs.

No role has a name, so that CloudFormation asks for CAPABILITY_IAM only; policies are inline, so that
roles and instance profiles are all that needs a capability.
"""

from kube_aws.addons.permissions import arn, statements
from kube_aws.cluster.forms import partition
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES, Role
from kube_aws.stack.controller_address import take_address
from kube_aws.stack.controllers import ETCD_TAG
from kube_aws.stack.network import vpc
from kube_aws.stack.tags import of_controllers

# The calling instance: the variable is the id of the instance that the call is about.
ITSELF = {"ec2:SourceInstanceARN": "arn:*:ec2:*:*:instance/${ec2:InstanceID}"}


def roles(cluster: Cluster) -> dict[str, object]:
    """A role and an instance profile for controllers and workers, and the snapshot policy's role."""
    policies: dict[Role, list[dict[str, object]]] = {
        "controller": [
            *_node(cluster, "controller"),
            *_controller(cluster),
            *statements(cluster, vpc(cluster)),
        ],
        "worker": [*_node(cluster, "worker"), *_worker(cluster)],
    }
    resources: dict[str, object] = {}
    for role in ROLES:
        name = role.capitalize()
        resources[f"IAMRole{name}"] = _role(cluster, {"Fn::Sub": "ec2.${AWS::URLSuffix}"}, {}, policies[role])
        resources[f"IAMInstanceProfile{name}"] = {
            "Type": "AWS::IAM::InstanceProfile",
            "Properties": {"Path": cluster.iam_path, "Roles": [{"Ref": f"IAMRole{name}"}]},
        }
    resources["IAMRoleSnapshots"] = _role(
        cluster,
        "dlm.amazonaws.com",
        {"Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}},
        _snapshots(cluster),
    )
    return resources


def _role(
    cluster: Cluster, service: object, trust: dict[str, object], policy: list[dict[str, object]]
) -> dict[str, object]:
    boundary = {"PermissionsBoundary": cluster.permissions_boundary} if cluster.permissions_boundary else {}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Path": cluster.iam_path,
            **boundary,
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": service},
                        "Action": "sts:AssumeRole",
                        **trust,
                    }
                ],
            },
            "Policies": [
                {"PolicyName": "kube-aws", "PolicyDocument": {"Version": "2012-10-17", "Statement": policy}}
            ],
        },
    }


def _node(cluster: Cluster, role: Role) -> list[dict[str, object]]:
    return [
        {
            "Sid": "Unseal",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": cluster.kms_key_arn,
            "Condition": {
                "StringEquals": {
                    "kms:EncryptionContext:kube-aws:cluster": cluster.cluster_name,
                    "kms:EncryptionContext:kube-aws:role": role,
                }
            },
        },
        {
            "Sid": "TellBootStage",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": arn(cluster, "ec2", "instance/*"),
            "Condition": {
                "ArnEquals": ITSELF,
                "ForAllValues:StringEquals": {"aws:TagKeys": "kube-aws:boot"},
            },
        },
    ]


def _controller(cluster: Cluster) -> list[dict[str, object]]:
    # Carried by controllers, their interfaces and addresses, and their etcd volumes, by nothing else of any
    # cluster.
    marked = {f"aws:ResourceTag/{key}": value for key, value in of_controllers(cluster).items()}
    return [
        {
            "Sid": "ReadAddOns",
            "Effect": "Allow",
            "Action": "cloudformation:DescribeStackResource",
            # A call by the stack's name is judged as one on `stack/NAME/*`, one by its id as on that id.
            "Resource": arn(cluster, "cloudformation", f"stack/{cluster.cluster_name}/*"),
        },
        {
            "Sid": "Look",
            "Effect": "Allow",
            "Action": ["ec2:DescribeInstances", "ec2:DescribeVolumes"],
            "Resource": "*",
        },
        {
            "Sid": "AttachEtcdVolume",
            "Effect": "Allow",
            "Action": "ec2:AttachVolume",
            "Resource": [arn(cluster, "ec2", "instance/*"), arn(cluster, "ec2", "volume/*")],
            "Condition": {"StringEquals": marked},
        },
        {
            "Sid": "MarkEtcdVolume",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": arn(cluster, "ec2", "volume/*"),
            "Condition": {
                "StringEquals": marked,
                "ForAllValues:StringEquals": {"aws:TagKeys": "kube-aws:formatted"},
            },
        },
        *take_address(cluster),
    ]


def _worker(cluster: Cluster) -> list[dict[str, object]]:
    """Pulling images from ECR: from any region, and from whichever account lets this one."""
    return [
        {"Sid": "PullLogin", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Sid": "Pull",
            "Effect": "Allow",
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": f"arn:{partition(cluster.region)}:ecr:*:*:repository/*",
        },
    ]


def _snapshots(cluster: Cluster) -> list[dict[str, object]]:
    """As AWSDataLifecycleManagerServiceRole, for the etcd volumes and their snapshots alone."""
    snapshots = arn(cluster, "ec2", "snapshot/*")
    of_etcd = {"StringEquals": {f"aws:ResourceTag/{ETCD_TAG}": cluster.cluster_name}}
    return [
        {
            "Effect": "Allow",
            "Action": ["ec2:DescribeSnapshots", "ec2:DescribeVolumes"],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": ["ec2:CreateSnapshot", "ec2:DeleteSnapshot"],
            "Resource": [arn(cluster, "ec2", "volume/*"), snapshots],
            "Condition": of_etcd,
        },
        # A new snapshot has no tags yet.
        {"Effect": "Allow", "Action": ["ec2:CreateSnapshot", "ec2:CreateTags"], "Resource": snapshots},
    ]
