"""What is done with docs/operator-policy.json: by kube-aws itself (DOES), and by CloudFormation for who calls
it (THROUGH), which is what AWS's schemas of the stack's resource types say that it may need.

That the whole is enough for a stack is seen elsewhere (test_operator.py, rehearsal/iam).
"""

import json
from pathlib import PurePosixPath

from tests.checks.nodes import ARTICLE
from tests.scenarios.scenario import NAMES, expected
from tests.stack.permissions.accesses import NAME, OURS, THEIRS, access
from tests.stack.permissions.external_dns import API, ZONE, change
from tests.stack.permissions.nodes import sealed_for

from kube_aws.rehearsal.api.cloudformation.schema import schema
from kube_aws.rehearsal.api.iam.access import Access, Context

VIA = {"aws:CalledVia": ("cloudformation.amazonaws.com",)}
_IAM = "arn:aws:iam::303293004898"
_ROLE, _PROFILE = (
    f"{_IAM}:role/{NAME}-IAMRoleWorker-1",
    f"{_IAM}:instance-profile/{NAME}-IAMInstanceProfile-1",
)
_SERVICES = f"{_IAM}:role/aws-service-role"
_RESOURCES = {
    "autoscaling": ["autoScalingGroup:1:autoScalingGroupName/workers"],
    "dlm": ["policy/policy-1"],
    "ec2": ["vpc/vpc-1"],
    "iam": [_ROLE, _PROFILE],
    "route53": ["arn:aws:route53:::hostedzone/Z1"],
}
RECLAIM = {"aws:TagKeys": ("kube-aws:reclaim",)}
AT_LAUNCH = {"ec2:CreateAction": "RunInstances"}
_OF_CLUSTER = {"aws:ResourceTag/kube-aws:cluster": NAME}
_LEFT = [
    ("ec2:DeleteSecurityGroup", "security-group/sg-1"),
    ("ec2:DeleteVolume", "volume/vol-1"),
    ("ec2:RevokeSecurityGroupIngress", "security-group/sg-1"),
    ("elasticloadbalancing:DeleteLoadBalancer", "loadbalancer/a1"),
    ("elasticloadbalancing:DeleteTargetGroup", "targetgroup/k8s-a1/1"),
]


def through(action: str, *, via: Context = VIA) -> list[Access]:
    """A call by CloudFormation on what there is of the action's service."""
    service = action.partition(":")[0]
    return [access(action, resource, via) for resource in _RESOURCES.get(service, ["*"])]


def passed(role: str, service: str) -> Access:
    return access("iam:PassRole", role, {"iam:PassedToService": f"{service}.amazonaws.com"})


def of_service(service: str) -> Access:
    """Making a service's own role."""
    named = {"iam:AWSServiceName": f"{service}.amazonaws.com"}
    return access("iam:CreateServiceLinkedRole", f"{_SERVICES}/{service}.amazonaws.com/AWSServiceRole", named)


DOES = [
    # init, validate and preflight look around.
    access("cloudformation:ValidateTemplate"),
    access("elasticloadbalancing:DescribeLoadBalancers"),
    access("freetier:GetAccountPlanState"),
    access("iam:ListAccountAliases"),
    access("kms:ListAliases"),
    access("kms:ListKeys"),
    access("route53:ListHostedZones"),
    access("servicequotas:GetServiceQuota"),
    access("kms:DescribeKey", ARTICLE.kms_key_arn),
    access("kms:GetKeyPolicy", ARTICLE.kms_key_arn),
    # up, status and destroy.
    *(
        access("kms:Encrypt", ARTICLE.kms_key_arn, sealed_for(NAME, role))
        for role in ("controller", "worker")
    ),
    access("ec2:GetConsoleOutput", "instance/i-1", _OF_CLUSTER),
    *(
        access(f"cloudformation:{action}", f"stack/{NAME}/1")
        for action in (
            "CreateStack",
            "DeleteStack",
            "DescribeStackEvents",
            "DescribeStacks",
            "GetTemplate",
            "ListStackResources",
            "TagResource",  # the tags of cluster.yaml; and away again
            "UntagResource",
            "UpdateStack",
        )
    ),
    access(
        "route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1", {**change(API).context, **VIA}
    ),
    passed(_ROLE, "ec2"),
    passed(_ROLE, "dlm"),
    # Auto Scaling asks whether the caller could launch what its groups launch.
    access("ec2:RunInstances", "instance/*"),
    *(
        access("ec2:CreateTags", f"{kind}/*", AT_LAUNCH)
        for kind in ("instance", "network-interface", "volume")
    ),
    of_service("autoscaling"),
    of_service("spot"),
    # What Kubernetes left.
    *(access(action, resource, OURS) for action, resource in _LEFT),
    access("ec2:CreateTags", "volume/vol-1", OURS | RECLAIM),
    *(change(f"minecraft.{ZONE}", kind=kind, action="DELETE") for kind in ("A", "AAAA", "CNAME", "TXT")),
]


def _handlers() -> set[str]:
    """The permissions that AWS's schemas name for the resource types of all scenarios."""
    stacks = [json.loads(expected(name)[PurePosixPath("stack-template.json")].content) for name in NAMES]
    types = {resource["Type"] for stack in stacks for resource in stack["Resources"].values()}
    known = [schema(kind, "eu-west-1") or {} for kind in types]
    return {
        action for one in known for handler in one["handlers"].values() for action in handler["permissions"]
    }


THROUGH = [one for action in sorted(_handlers()) for one in through(action)]

NEVER = [
    # By hand.
    *(
        one
        for action in (
            "autoscaling:DeleteAutoScalingGroup",
            "dlm:DeleteLifecyclePolicy",
            "ec2:CreateTags",
            "ec2:DeleteVpc",
            "iam:CreateInstanceProfile",
            "iam:CreateRole",
            "iam:CreateUser",
            "iam:DeleteRole",
            "iam:PassRole",
            "route53:DeleteHostedZone",
        )
        for one in through(action, via={})
    ),
    # What is not a cluster's, even through CloudFormation.
    access("iam:CreateRole", f"{_IAM}:role/administrator", VIA),
    access("iam:CreateInstanceProfile", f"{_IAM}:instance-profile/administrator", VIA),
    passed(f"{_IAM}:role/administrator", "ec2"),
    passed(_ROLE, "lambda"),
    of_service("organizations"),
    access("kms:Encrypt", ARTICLE.kms_key_arn),
    *(access("kms:Encrypt", ARTICLE.kms_key_arn, {key: "x"}) for key in sealed_for(NAME, "worker")),
    access("kms:Decrypt", ARTICLE.kms_key_arn, sealed_for(NAME, "worker")),
    access("kms:PutKeyPolicy", ARTICLE.kms_key_arn),
    access("ec2:GetConsoleOutput", "instance/i-1"),
    # There is no such call; the type stands in the policy because `validate` wants one.
    access("ec2:GetConsoleOutput", "volume/vol-1", _OF_CLUSTER),
    access("ec2:CreateTags", "spot-instances-request/*", AT_LAUNCH),
    *(access(action, resource, of) for action, resource in _LEFT for of in (THEIRS, {})),
    access("ec2:CreateTags", "volume/vol-1", THEIRS | RECLAIM),
    access("ec2:CreateTags", "volume/vol-1", OURS | {"aws:TagKeys": ("kube-aws:reclaim", "owner")}),
    access("ec2:CreateTags", "security-group/sg-1", OURS | RECLAIM),
    *(change(f"minecraft.{ZONE}", action=action) for action in ("CREATE", "UPSERT")),
    change(f"minecraft.{ZONE}", kind="MX", action="DELETE"),
]
