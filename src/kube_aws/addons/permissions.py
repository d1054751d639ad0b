"""What the add-ons may do on AWS: statements of the controllers' role.

What changes something is bound to the cluster's tag: at creation by the tag that the request sets, later
by the tag that the resource carries. So another cluster's resources are refused.
Source: Service Authorization Reference, which says per action what can be restricted and by which key;
cloud-provider-aws, pkg/providers/v1, for the calls it makes.
"""

from kube_aws.cluster.model import Cluster

Statement = dict[str, object]


def statements(cluster: Cluster, vpc: object) -> list[Statement]:
    """The IAM statements that the enabled add-ons need; `vpc` is the VPC's id or a reference to it."""
    return _cloud_controller_manager(cluster, vpc) if cluster.addons.cloud_controller_manager.enabled else []


def arn(cluster: Cluster, service: str, resource: str) -> str:
    """`arn:aws:ec2:eu-west-1:*:instance/*`: any account, since what a role may do ends at its own."""
    return f"arn:{_partition(cluster)}:{service}:{cluster.region}:*:{resource}"


def _partition(cluster: Cluster) -> str:
    return cluster.kms_key_arn.split(":")[1]


def _cloud_controller_manager(cluster: Cluster, vpc: object) -> list[Statement]:
    tag = f"kubernetes.io/cluster/{cluster.cluster_name}"
    groups = arn(cluster, "ec2", "security-group/*")
    # Classic and network load balancers, their listeners and target groups share this prefix.
    balancers = arn(cluster, "elasticloadbalancing", "*")
    return [
        {
            # These know no resources. DescribeInstanceAttribute, which shows user data, is not among them.
            "Sid": "CloudLook",
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceTopology",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
                "elasticloadbalancing:Describe*",
            ],
            "Resource": "*",
        },
        {
            "Sid": "CloudCreate",
            "Effect": "Allow",
            "Action": [
                "ec2:CreateSecurityGroup",
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:CreateTargetGroup",
            ],
            "Resource": [groups, balancers],
            "Condition": {"StringEquals": {f"aws:RequestTag/{tag}": "owned"}},
        },
        {
            # The VPC is a second resource of the call, and the request's tags are not for it.
            "Sid": "CloudCreateInVPC",
            "Effect": "Allow",
            "Action": "ec2:CreateSecurityGroup",
            "Resource": {"Fn::Sub": [arn(cluster, "ec2", "vpc/${Id}"), {"Id": vpc}]},
        },
        # Tags only together with creation: who could tag anything could make it the cluster's.
        {
            "Sid": "CloudTagNewGroup",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": groups,
            "Condition": {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}},
        },
        {
            "Sid": "CloudTagNewBalancer",
            "Effect": "Allow",
            "Action": "elasticloadbalancing:AddTags",
            "Resource": balancers,
            "Condition": {
                "StringEquals": {
                    "elasticloadbalancing:CreateAction": [
                        "CreateListener",
                        "CreateLoadBalancer",
                        "CreateTargetGroup",
                    ]
                }
            },
        },
        {
            "Sid": "CloudChange",
            "Effect": "Allow",
            "Action": [
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:DeleteSecurityGroup",
                "ec2:RevokeSecurityGroupIngress",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer",
                "elasticloadbalancing:AttachLoadBalancerToSubnets",
                "elasticloadbalancing:ConfigureHealthCheck",
                "elasticloadbalancing:Create*",
                "elasticloadbalancing:Delete*",
                "elasticloadbalancing:Deregister*",
                "elasticloadbalancing:DetachLoadBalancerFromSubnets",
                "elasticloadbalancing:Modify*",
                "elasticloadbalancing:Register*",
                "elasticloadbalancing:SetLoadBalancerPolicies*",
                "elasticloadbalancing:SetSecurityGroups",
            ],
            "Resource": [groups, balancers],
            "Condition": {"StringEquals": {f"aws:ResourceTag/{tag}": "owned"}},
        },
        {
            # The first load balancer of an account makes the service's own role.
            "Sid": "CloudFirstBalancer",
            "Effect": "Allow",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": (
                f"arn:{_partition(cluster)}:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"
            ),
        },
    ]
