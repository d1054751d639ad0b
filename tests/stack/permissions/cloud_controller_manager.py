"""What aws-cloud-controller-manager calls: cloud-provider-aws, pkg/providers/v1, v1.35 to v1.37."""

from tests.stack.permissions.accesses import ELSEWHERE, NAME, OURS, THEIRS, access

ASKED = {f"aws:RequestTag/kubernetes.io/cluster/{NAME}": "owned"}
ASKED_FOR_ANOTHER = {"aws:RequestTag/kubernetes.io/cluster/another": "owned"}

_LOOKS = [
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceTopology",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancerPolicies",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    # What load balancing does in its caller's name. Source: Amazon EKS User Guide, AmazonEKSClusterPolicy.
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeInternetGateways",
]

_MAKES = [
    ("ec2:CreateSecurityGroup", "security-group/*"),
    ("elasticloadbalancing:CreateLoadBalancer", "loadbalancer/a1"),
    ("elasticloadbalancing:CreateLoadBalancer", "loadbalancer/net/a1/*"),
    ("elasticloadbalancing:CreateTargetGroup", "targetgroup/k8s-a1/*"),
]

_CHANGES = [
    ("ec2:AuthorizeSecurityGroupIngress", "security-group/sg-1"),
    ("ec2:DeleteSecurityGroup", "security-group/sg-1"),
    ("ec2:RevokeSecurityGroupIngress", "security-group/sg-1"),
    *(
        (f"elasticloadbalancing:{action}", "loadbalancer/a1")
        for action in (
            "AddTags",
            "ApplySecurityGroupsToLoadBalancer",
            "AttachLoadBalancerToSubnets",
            "ConfigureHealthCheck",
            "CreateLoadBalancerListeners",
            "CreateLoadBalancerPolicy",
            "DeleteLoadBalancer",
            "DeleteLoadBalancerListeners",
            "DeregisterInstancesFromLoadBalancer",
            "DetachLoadBalancerFromSubnets",
            "ModifyLoadBalancerAttributes",
            "RegisterInstancesWithLoadBalancer",
            "SetLoadBalancerPoliciesForBackendServer",
            "SetLoadBalancerPoliciesOfListener",
        )
    ),
    *(
        (f"elasticloadbalancing:{action}", f"{kind}/net/a1/1")
        for action, kind in {
            "CreateListener": "loadbalancer",
            "DeleteListener": "listener",
            "DeleteLoadBalancer": "loadbalancer",
            "DeleteTargetGroup": "targetgroup",
            "DeregisterTargets": "targetgroup",
            "ModifyListener": "listener",
            "ModifyLoadBalancerAttributes": "loadbalancer",
            "ModifyTargetGroup": "targetgroup",
            "ModifyTargetGroupAttributes": "targetgroup",
            "RegisterTargets": "targetgroup",
            "SetSecurityGroups": "loadbalancer",
        }.items()
    ),
]

# Tags that come with what is made, and what they are then tags of.
_TAGS = [
    ("ec2:CreateTags", "security-group/sg-1", {"ec2:CreateAction": "CreateSecurityGroup"}),
    *(
        ("elasticloadbalancing:AddTags", resource, {"elasticloadbalancing:CreateAction": action})
        for action, resource in {
            "CreateListener": "listener/net/a1/1/*",
            "CreateLoadBalancer": "loadbalancer/a1",
            "CreateTargetGroup": "targetgroup/k8s-a1/*",
        }.items()
    ),
]

_ROLES = "arn:aws:iam::303293004898:role/aws-service-role"

DOES = [
    *(access(action) for action in _LOOKS),
    *(access(action, resource, ASKED) for action, resource in _MAKES),
    access("ec2:CreateSecurityGroup", "vpc/vpc-1"),
    *(access(*one) for one in _TAGS),
    *(access(action, resource, OURS) for action, resource in _CHANGES),
    # The first load balancer of an account makes the service's own role.
    access(
        "iam:CreateServiceLinkedRole",
        f"{_ROLES}/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
    ),
]

NEVER = [
    *(access(action, resource) for action, resource in _MAKES),
    *(access(action, resource, ASKED_FOR_ANOTHER) for action, resource in _MAKES),
    *(access(action, resource, ASKED, ELSEWHERE) for action, resource in _MAKES),
    access("ec2:CreateSecurityGroup", "vpc/vpc-2"),
    access("ec2:CreateSecurityGroup", "vpc/vpc-2", ASKED),
    # Who could tag anything could make it the cluster's.
    *(access(action, resource, THEIRS | ASKED) for action, resource, _ in _TAGS),
    *(access(action, resource, made, ELSEWHERE) for action, resource, made in _TAGS),
    *(access(action, resource, of) for action, resource in _CHANGES for of in (THEIRS, {})),
    *(access(action, resource, OURS, ELSEWHERE) for action, resource in _CHANGES),
    access("ec2:TerminateInstances", "instance/i-1", OURS),
    access("elasticloadbalancing:CreateTrustStore", "truststore/a1/*", ASKED),
    access("iam:CreateServiceLinkedRole", f"{_ROLES}/spot.amazonaws.com/AWSServiceRoleForEC2Spot"),
]
