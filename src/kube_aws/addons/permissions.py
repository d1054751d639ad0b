"""What the add-ons may do on AWS: statements of the controllers' role.

What changes something is bound to the cluster's tag: at creation by the tag that the request sets, later
by the tag that the resource carries. So another cluster's resources are refused. Records carry no tags: they
are bound by their names.
Source: Service Authorization Reference, which says per action what can be restricted and by which key;
Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control"; cloud-provider-aws,
pkg/providers/v1, external-dns, provider/aws, and aws-ebs-csi-driver, pkg/cloud, for the calls they make.
"""

from kube_aws.cluster.forms import partition
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import add_ons, kubernetes_tag

Statement = dict[str, object]


def statements(cluster: Cluster, vpc: object) -> list[Statement]:
    """The IAM statements that the cluster's add-ons need; `vpc` is the VPC's id or a reference to it."""
    needed: list[Statement] = []
    if "aws-cloud-controller-manager" in add_ons(cluster):
        needed += _cloud_controller_manager(cluster, vpc)
    if "external-dns" in add_ons(cluster):
        needed += _external_dns(cluster)
    if "aws-ebs-csi-driver" in add_ons(cluster):
        needed += _ebs_csi_driver(cluster)
    return needed


def arn(cluster: Cluster, service: str, resource: str) -> str:
    """`arn:aws:ec2:eu-west-1:*:instance/*`: any account, since what a role may do ends at its own."""
    return f"arn:{partition(cluster.region)}:{service}:{cluster.region}:*:{resource}"


def _cloud_controller_manager(cluster: Cluster, vpc: object) -> list[Statement]:
    tag = kubernetes_tag(cluster.cluster_name)
    groups = arn(cluster, "ec2", "security-group/*")
    # Classic and network load balancers, their listeners and target groups share this prefix.
    balancers = arn(cluster, "elasticloadbalancing", "*")
    return [
        {
            # These know no resources. DescribeInstanceAttribute, which shows user data, is not among them;
            # DescribeInstances every controller may. Load balancing itself looks at account, addresses and
            # gateways for who creates a balancer.
            "Sid": "CloudLook",
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeAccountAttributes",
                "ec2:DescribeAddresses",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstanceTopology",
                "ec2:DescribeInternetGateways",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
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
                # Of load balancers and their listeners; not rules, trust stores or capacity.
                "elasticloadbalancing:CreateL*",
                "elasticloadbalancing:DeleteL*",
                "elasticloadbalancing:DeleteTargetGroup",
                "elasticloadbalancing:Deregister*",
                "elasticloadbalancing:DetachLoadBalancerFromSubnets",
                "elasticloadbalancing:ModifyL*",
                "elasticloadbalancing:ModifyTargetGroup*",
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
                f"arn:{partition(cluster.region)}:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"
            ),
        },
    ]


def _external_dns(cluster: Cluster) -> list[Statement]:
    change = "route53:ChangeResourceRecordSets"
    zone, zones = cluster.hosted_zone, f"arn:{partition(cluster.region)}:route53:::hostedzone/*"
    return [
        {
            "Sid": "NamesLook",
            "Effect": "Allow",
            "Action": "route53:ListHostedZones",
            "Resource": "*",
        },
        {
            "Sid": "NamesRead",
            "Effect": "Allow",
            "Action": "route53:ListResourceRecordSets",
            "Resource": zones,
        },
        {
            # cluster.yaml knows the zone by its name; other zones do not hold these names.
            "Sid": "NamesChange",
            "Effect": "Allow",
            "Action": change,
            "Resource": zones,
            "Condition": {
                "ForAllValues:StringLike": {f"{change}NormalizedRecordNames": [zone, f"*.{zone}"]},
                "ForAllValues:StringEquals": {f"{change}RecordTypes": ["A", "AAAA", "CNAME", "TXT"]},
            },
        },
        {
            # Whoever may make a Service could else lead the API's clients astray.
            "Sid": "NamesNeverTheAPIs",
            "Effect": "Deny",
            "Action": change,
            "Resource": "*",
            "Condition": {
                "ForAnyValue:StringEquals": {f"{change}NormalizedRecordNames": cluster.external_dns_name}
            },
        },
    ]


def _ebs_csi_driver(cluster: Cluster) -> list[Statement]:
    tag = kubernetes_tag(cluster.cluster_name)
    volumes = arn(cluster, "ec2", "volume/*")
    owned = {"StringEquals": {f"aws:ResourceTag/{tag}": "owned"}}
    return [
        {
            "Sid": "VolumesLook",
            "Effect": "Allow",
            # What else it looks at, every controller may, and the cloud controller manager.
            "Action": ["ec2:DescribeInstanceTypes", "ec2:DescribeVolumesModifications"],
            "Resource": "*",
        },
        {
            "Sid": "VolumesCreate",
            "Effect": "Allow",
            "Action": "ec2:CreateVolume",
            "Resource": volumes,
            "Condition": {"StringEquals": {f"aws:RequestTag/{tag}": "owned"}},
        },
        {
            "Sid": "VolumesTagNew",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": volumes,
            "Condition": {"StringEquals": {"ec2:CreateAction": "CreateVolume"}},
        },
        {
            "Sid": "VolumesChange",
            "Effect": "Allow",
            "Action": ["ec2:AttachVolume", "ec2:DeleteVolume", "ec2:DetachVolume", "ec2:ModifyVolume"],
            "Resource": volumes,
            "Condition": owned,
        },
        {
            # Attaching is about the instance too, and keys of instances' tags hold no `/`.
            "Sid": "VolumesOfNodes",
            "Effect": "Allow",
            "Action": ["ec2:AttachVolume", "ec2:DetachVolume"],
            "Resource": arn(cluster, "ec2", "instance/*"),
            "Condition": {"StringEquals": {"aws:ResourceTag/kube-aws:cluster": cluster.cluster_name}},
        },
    ]
