"""What each role may do and not do, asked of the evaluator of the embedded AWS."""

import json
import re
from typing import Any

import pytest
from tests.stack.clusters import LOCK, cluster

from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.policy import Decision, decide, statements
from kube_aws.stack.template import template

KEY = "arn:aws:kms:eu-west-1:123456789012:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
EC2 = "arn:aws:ec2:eu-west-1:123456789012"
BALANCING = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/defaults/1"
ME = {"ec2:SourceInstanceARN": f"{EC2}:instance/i-1"}
OURS = {"aws:ResourceTag/kubernetes.io/cluster/defaults": "owned"}
THEIRS = {"aws:ResourceTag/kubernetes.io/cluster/other": "owned"}
CONTROLLERS = {"aws:ResourceTag/kube-aws:cluster": "defaults", "aws:ResourceTag/kube-aws:role": "controller"}
TAGGED = {"aws:RequestTag/kubernetes.io/cluster/defaults": "owned"}

KNOWN = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "123456789012",
    "VPC": "vpc-1",
}


def may(
    role: str, action: str, resource: str = "*", given: dict[str, Any] | None = None, **keys: object
) -> bool:
    """Whether the role's policies allow an action on a resource under the given condition keys; `keys` are
    the cluster's."""
    stack = json.loads(template(cluster(**keys), LOCK))
    (policy,) = stack["Resources"][f"IAMRole{role}"]["Properties"]["Policies"]
    document = json.dumps(_resolved(policy["PolicyDocument"]))
    access = Access(action, resource, given or {})
    return decide(statements(document), access) is Decision.ALLOWED


def sealed_for(cluster: str, role: str) -> dict[str, str]:
    return {
        f"kms:EncryptionContext:kube-aws:{key}": value
        for key, value in (("cluster", cluster), ("role", role))
    }


@pytest.mark.parametrize("role", ["Controller", "Worker"])
def test_a_node_unseals_what_is_sealed_for_its_role_in_its_cluster(role: str) -> None:
    own, other = role.lower(), "worker" if role == "Controller" else "controller"
    assert may(role, "kms:Decrypt", KEY, given=sealed_for("defaults", own))
    assert not may(role, "kms:Decrypt", KEY, given=sealed_for("defaults", other))
    assert not may(role, "kms:Decrypt", KEY, given=sealed_for("other", own))
    assert not may(role, "kms:Decrypt", KEY)
    assert not may(role, "kms:Decrypt", KEY[:-4] + "0000", given=sealed_for("defaults", own))


@pytest.mark.parametrize("role", ["Controller", "Worker"])
def test_a_node_tells_its_own_boot_stage_and_nothing_else(role: str) -> None:
    mine, keys = {"ec2:InstanceID": "i-1"}, {"aws:TagKeys": ("kube-aws:boot",)}
    assert may(role, "ec2:CreateTags", f"{EC2}:instance/i-1", given=ME | mine | keys)
    assert not may(role, "ec2:CreateTags", f"{EC2}:instance/i-2", given=ME | keys | {"ec2:InstanceID": "i-2"})
    others = {"aws:TagKeys": ("kube-aws:boot", "kube-aws:role")}
    assert not may(role, "ec2:CreateTags", f"{EC2}:instance/i-1", given=ME | mine | others)
    assert not may(role, "ec2:CreateTags", f"{EC2}:volume/vol-1", given=ME | keys)


def test_a_controller_attaches_controllers_volumes_to_controllers() -> None:
    for kind in ("instance/i-1", "volume/vol-1"):
        assert may("Controller", "ec2:AttachVolume", f"{EC2}:{kind}", given=CONTROLLERS)
        theirs = CONTROLLERS | {"aws:ResourceTag/kube-aws:cluster": "other"}
        assert not may("Controller", "ec2:AttachVolume", f"{EC2}:{kind}", given=theirs)
        workers = CONTROLLERS | {"aws:ResourceTag/kube-aws:role": "worker"}
        assert not may("Controller", "ec2:AttachVolume", f"{EC2}:{kind}", given=workers)
        assert not may("Worker", "ec2:AttachVolume", f"{EC2}:{kind}", given=CONTROLLERS)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:AssignPrivateIpAddresses", "network-interface/eni-1"),
        ("ec2:AssociateAddress", "network-interface/eni-1"),
        ("ec2:AssociateAddress", "elastic-ip/eipalloc-1"),
    ],
)
def test_a_controller_takes_addresses_only_for_controllers_and_where_it_must(
    action: str, resource: str
) -> None:
    on, assigned = f"{EC2}:{resource}", {"controllerAddress": "assigned"}
    workers = CONTROLLERS | {"aws:ResourceTag/kube-aws:role": "worker"}
    theirs = CONTROLLERS | {"aws:ResourceTag/kube-aws:cluster": "other"}
    assert may("Controller", action, on, given=CONTROLLERS, **assigned)
    assert not any(may("Controller", action, on, given=given, **assigned) for given in (workers, theirs, {}))
    assert not may("Worker", action, on, given=CONTROLLERS, **assigned)
    assert not may("Controller", action, on, given=CONTROLLERS)


def test_a_controller_marks_its_volume_as_formatted() -> None:
    formatted = {"aws:TagKeys": ("kube-aws:formatted",)}
    volume = f"{EC2}:volume/vol-1"
    assert may("Controller", "ec2:CreateTags", volume, given=CONTROLLERS | formatted)
    assert not may("Controller", "ec2:CreateTags", volume, given=formatted)
    assert not may(
        "Controller", "ec2:CreateTags", volume, given=CONTROLLERS | {"aws:TagKeys": ("kube-aws:role",)}
    )


def test_a_controller_reads_its_own_stack() -> None:
    assert may("Controller", "cloudformation:DescribeStackResource", STACK)
    assert may("Controller", "cloudformation:DescribeStackResource", STACK[:-1] + "*")
    assert not may("Controller", "cloudformation:DescribeStackResource", STACK.replace("defaults", "other"))
    assert not may("Worker", "cloudformation:DescribeStackResource", STACK)


def test_a_worker_pulls_images_and_changes_none() -> None:
    repository = "arn:aws:ecr:eu-central-1:210987654321:repository/team/app"
    assert may("Worker", "ecr:GetAuthorizationToken")
    for action in ("BatchGetImage", "GetDownloadUrlForLayer"):
        assert may("Worker", f"ecr:{action}", repository)
        assert not may("Controller", f"ecr:{action}", repository)
    for action in ("PutImage", "BatchDeleteImage", "DescribeImages", "SetRepositoryPolicy"):
        assert not may("Worker", f"ecr:{action}", repository)


def test_nobody_reads_user_data() -> None:
    assert not may("Controller", "ec2:DescribeInstanceAttribute", f"{EC2}:instance/i-1")
    assert not may("Worker", "ec2:DescribeInstances")


def test_the_cloud_controller_manager_makes_what_it_tags_as_the_clusters() -> None:
    group = f"{EC2}:security-group/*"
    assert may("Controller", "ec2:CreateSecurityGroup", group, given=TAGGED)
    assert may("Controller", "ec2:CreateSecurityGroup", f"{EC2}:vpc/vpc-1")
    assert not may("Controller", "ec2:CreateSecurityGroup", group)
    assert not may("Controller", "ec2:CreateSecurityGroup", f"{EC2}:vpc/vpc-2", given=TAGGED)
    for balancer in ("loadbalancer/a1", "loadbalancer/net/a1/1"):
        assert may(
            "Controller", "elasticloadbalancing:CreateLoadBalancer", f"{BALANCING}:{balancer}", given=TAGGED
        )
        assert not may("Controller", "elasticloadbalancing:CreateLoadBalancer", f"{BALANCING}:{balancer}")


def test_tags_come_with_creation_only() -> None:
    group, balancer = f"{EC2}:security-group/sg-1", f"{BALANCING}:loadbalancer/a1"
    assert may("Controller", "ec2:CreateTags", group, given={"ec2:CreateAction": "CreateSecurityGroup"})
    assert not may("Controller", "ec2:CreateTags", group, given=TAGGED)
    created = {"elasticloadbalancing:CreateAction": "CreateLoadBalancer"}
    assert may("Controller", "elasticloadbalancing:AddTags", balancer, given=TAGGED | created)
    assert not may("Controller", "elasticloadbalancing:AddTags", balancer, given=TAGGED | THEIRS)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:AuthorizeSecurityGroupIngress", f"{EC2}:security-group/sg-1"),
        ("ec2:RevokeSecurityGroupIngress", f"{EC2}:security-group/sg-1"),
        ("ec2:DeleteSecurityGroup", f"{EC2}:security-group/sg-1"),
        *(
            (f"elasticloadbalancing:{action}", f"{BALANCING}:loadbalancer/a1")
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
            (f"elasticloadbalancing:{action}", f"{BALANCING}:{kind}/net/a1/1")
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
    ],
)
def test_what_cloud_provider_aws_calls_is_allowed_on_the_clusters_own_resources(
    action: str, resource: str
) -> None:
    assert may("Controller", action, resource, given=OURS)
    assert not may("Controller", action, resource, given=THEIRS)
    assert not may("Controller", action, resource)


def may_change(*names: str, kind: str = "A", action: str = "CREATE", **keys: object) -> bool:
    """Whether a controller may change these records in one batch; `keys` are those of cluster.yaml."""
    change = "route53:ChangeResourceRecordSets"
    given = {
        f"{change}NormalizedRecordNames": names,
        f"{change}RecordTypes": (kind,),
        f"{change}Actions": (action,),
    }
    zone = "arn:aws:route53:::hostedzone/Z1"
    return may("Controller", change, zone, given=given, **{"hostedZone": "example.com"} | keys)


@pytest.mark.parametrize("action", ["CREATE", "UPSERT", "DELETE"])
@pytest.mark.parametrize("kind", ["A", "AAAA", "CNAME", "TXT"])
def test_names_of_services_are_changed_in_the_clusters_zone(action: str, kind: str) -> None:
    names = ("minecraft.example.com", "shop.team.example.com", "cname-minecraft.example.com", "example.com")
    assert may_change(*names, kind=kind, action=action)


def test_names_of_other_zones_are_not_changed() -> None:
    for other in ("minecraft.example.org", "notexample.com", "example.com.evil.org", "com"):
        assert not may_change(other)
        assert not may_change("minecraft.example.com", other)


def test_nobody_who_makes_services_changes_the_apis_name() -> None:
    for kind in ("A", "AAAA", "CNAME", "TXT"):
        assert not may_change("k8s.example.com", kind=kind)
    assert not may_change("minecraft.example.com", "k8s.example.com")
    assert may_change("shop.k8s.example.com")
    assert not may_change("example.com", externalDNSName="example.com")


def test_what_a_zone_delegates_and_proves_is_not_for_services() -> None:
    for kind in ("NS", "SOA", "MX", "CAA", "DS"):
        assert not may_change("minecraft.example.com", kind=kind)


def test_zones_are_read_only_where_services_have_names() -> None:
    read = ("route53:ListResourceRecordSets", "arn:aws:route53:::hostedzone/Z1")
    zone = {"hostedZone": "example.com"}
    assert may("Controller", "route53:ListHostedZones", **zone)
    assert may("Controller", *read, **zone)
    for without in ({}, zone | {"addons": {"external-dns": {"enabled": False}}}):
        assert not may("Controller", "route53:ListHostedZones", **without)
        assert not may("Controller", *read, **without)
        assert not may_change("minecraft.example.com", **({"hostedZone": ""} | without))
    assert not may("Worker", "route53:ListHostedZones", **zone)


def _resolved(value: Any) -> Any:
    match value:
        case {"Ref": str(name)}:
            return KNOWN[name]
        case {"Fn::Sub": [str(text), dict(more)]}:
            return _substituted(text, KNOWN | _resolved(more))
        case {"Fn::Sub": str(text)}:
            return _substituted(text, KNOWN)
        case dict():
            return {key: _resolved(item) for key, item in value.items()}
        case list():
            return [_resolved(item) for item in value]
    return value


def _substituted(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\$\{([^!}]+)\}", lambda name: known[name[1]], text).replace("${!", "${")
