"""The cloud controller manager may do with load balancers what it does, and with nobody else's.

The calls are those of cloud-provider-aws, pkg/providers/v1, in the embedded AWS, by a user with the add-on's
statements; so what a statement allows and no call needs is found.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.checks.nodes import ARTICLE
from tests.embedded_aws import Account, EmbeddedAws

from kube_aws.addons.permissions import statements

IMAGE = "ami-" + sha256(b"stable/eu-west-1/amd64").hexdigest()[:17]
OURS = {"Key": f"kubernetes.io/cluster/{ARTICLE.cluster_name}", "Value": "owned"}
THEIRS = {"Key": "kubernetes.io/cluster/another", "Value": "owned"}
LISTENER = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstanceProtocol": "tcp", "InstancePort": 30080}


@dataclass
class Cloud:
    """An account, and clients with the controller's permissions (ec2, elb, elbv2)."""

    account: Account
    statements: list[dict[str, Any]]
    ec2: Any
    elb: Any
    elbv2: Any
    vpc: str
    subnets: list[str]

    def group(self, name: str, tag: dict[str, str]) -> str:
        tags = [{"ResourceType": "security-group", "Tags": [tag]}]
        made = self.ec2.create_security_group(
            GroupName=name, Description=name, VpcId=self.vpc, TagSpecifications=tags
        )
        return str(made["GroupId"])

    def classic(self, name: str, group: str, tag: dict[str, str]) -> None:
        self.elb.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[LISTENER],
            Subnets=self.subnets[:1],
            SecurityGroups=[group],
            Tags=[tag],
        )

    def network(self, name: str, group: str, tag: dict[str, str]) -> str:
        made = self.elbv2.create_load_balancer(
            Name=name,
            Type="network",
            SubnetMappings=[{"SubnetId": self.subnets[0]}],
            SecurityGroups=[group],
            Tags=[tag],
        )
        return str(made["LoadBalancers"][0]["LoadBalancerArn"])


@pytest.fixture
def cloud(embedded_aws: EmbeddedAws) -> Cloud:
    account = embedded_aws.account()
    subnets = account.client("ec2").describe_subnets()["Subnets"]
    vpc = str(subnets[0]["VpcId"])
    given: list[dict[str, Any]] = [
        dict(one) for one in statements(ARTICLE, vpc) if str(one["Sid"]).startswith("Cloud")
    ]
    for one in given:
        if isinstance(one["Resource"], dict):
            text, values = one["Resource"]["Fn::Sub"]
            one["Resource"] = text.replace("${Id}", values["Id"])
    controller = account.user("controller", {"Version": "2012-10-17", "Statement": given})
    clients = (account.client(name, controller) for name in ("ec2", "elb", "elbv2"))
    return Cloud(account, given, *clients, vpc, sorted(str(one["SubnetId"]) for one in subnets))


def _instance(account: Account) -> str:
    ec2 = account.client("ec2")
    made = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    return str(made["Instances"][0]["InstanceId"])


def _looks(cloud: Cloud) -> None:
    cloud.ec2.describe_availability_zones()
    cloud.ec2.describe_instances()
    cloud.ec2.describe_instance_topology()
    cloud.ec2.describe_route_tables()
    cloud.ec2.describe_security_groups()
    cloud.ec2.describe_subnets()
    cloud.ec2.describe_vpcs()


def _a_classic_ones_life(cloud: Cloud, group: str) -> None:
    elb, named = cloud.elb, {"LoadBalancerName": "ours"}
    instances = [{"InstanceId": _instance(cloud.account)}]
    cloud.classic("ours", group, OURS)
    elb.describe_load_balancers(LoadBalancerNames=["ours"])
    elb.describe_load_balancer_attributes(**named)
    elb.modify_load_balancer_attributes(
        **named, LoadBalancerAttributes={"ConnectionSettings": {"IdleTimeout": 90}}
    )
    elb.configure_health_check(
        **named,
        HealthCheck={
            "Target": "TCP:30080",
            "Interval": 10,
            "Timeout": 5,
            "UnhealthyThreshold": 6,
            "HealthyThreshold": 2,
        },
    )
    elb.register_instances_with_load_balancer(**named, Instances=instances)
    elb.create_load_balancer_listeners(**named, Listeners=[LISTENER | {"LoadBalancerPort": 81}])
    elb.delete_load_balancer_listeners(**named, LoadBalancerPorts=[81])
    elb.create_load_balancer_policy(
        **named, PolicyName="proxy", PolicyTypeName="ProxyProtocolPolicyType", PolicyAttributes=[]
    )
    elb.set_load_balancer_policies_for_backend_server(**named, InstancePort=30080, PolicyNames=["proxy"])
    elb.attach_load_balancer_to_subnets(**named, Subnets=cloud.subnets[1:2])
    elb.detach_load_balancer_from_subnets(**named, Subnets=cloud.subnets[1:2])
    elb.apply_security_groups_to_load_balancer(**named, SecurityGroups=[group])
    elb.add_tags(LoadBalancerNames=["ours"], Tags=[{"Key": "team", "Value": "web"}])
    elb.deregister_instances_from_load_balancer(**named, Instances=instances)
    elb.delete_load_balancer(**named)


def _a_network_ones_life(cloud: Cloud, group: str) -> None:
    elbv2 = cloud.elbv2
    balancer = cloud.network("ours", group, OURS)
    made = elbv2.create_target_group(Name="ours", Protocol="TCP", Port=30080, VpcId=cloud.vpc, Tags=[OURS])
    targets = {"TargetGroupArn": made["TargetGroups"][0]["TargetGroupArn"]}
    forward = [{"Type": "forward", **targets}]
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer, Protocol="TCP", Port=80, DefaultActions=forward, Tags=[OURS]
    )["Listeners"][0]["ListenerArn"]
    one = [{"Id": _instance(cloud.account)}]
    elbv2.register_targets(**targets, Targets=one)
    elbv2.modify_target_group(**targets, HealthyThresholdCount=2)
    elbv2.modify_target_group_attributes(
        **targets, Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": "true"}]
    )
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=balancer,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}],
    )
    elbv2.modify_listener(ListenerArn=listener, Protocol="TCP", Port=80, DefaultActions=forward)
    elbv2.set_security_groups(LoadBalancerArn=balancer, SecurityGroups=[group])
    elbv2.describe_target_health(**targets)
    elbv2.deregister_targets(**targets, Targets=one)
    elbv2.delete_listener(ListenerArn=listener)
    elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    elbv2.delete_target_group(**targets)


def test_it_may_do_what_it_does_and_nothing_else(cloud: Cloud, embedded_aws: EmbeddedAws) -> None:
    _looks(cloud)
    group = cloud.group("ours", OURS)
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    cloud.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    cloud.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
    _a_classic_ones_life(cloud, group)
    _a_network_ones_life(cloud, group)
    cloud.ec2.delete_security_group(GroupId=group)

    who = f"arn:aws:iam::{cloud.account.id}:user/controller"
    called = {call["action"] for call in embedded_aws.calls() if call["identity"] == who}
    allowed = {pattern for one in cloud.statements for pattern in _listed(one["Action"])}
    unused = {pattern for pattern in allowed if not any(fnmatchcase(one, pattern) for one in called)}
    assert unused == {
        # What tagging at creation needs, and what load balancing does in its caller's name.
        "ec2:CreateTags",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeInternetGateways",
        "iam:CreateServiceLinkedRole",
    }


@pytest.mark.parametrize("missing", [
    "ec2:CreateTags", "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses",
    "ec2:DescribeInternetGateways", "elasticloadbalancing:AddTags",
])  # fmt: skip
def test_what_it_needs_besides_its_calls(cloud: Cloud, missing: str) -> None:
    left = [
        one | {"Action": [each for each in _listed(one["Action"]) if each != missing]}
        for one in cloud.statements
    ]
    policy = {"Version": "2012-10-17", "Statement": [one for one in left if one["Action"]]}
    weak = cloud.account.user("weak", policy)
    group = cloud.group("ours", OURS)
    cloud.ec2, cloud.elb = (cloud.account.client(name, weak) for name in ("ec2", "elb"))
    with pytest.raises(ClientError, match=missing):
        if missing == "ec2:CreateTags":
            cloud.group("more", OURS)
        cloud.classic("ours", group, OURS)


def test_it_makes_nothing_for_another_cluster(cloud: Cloud) -> None:
    group = cloud.group("ours", OURS)
    for attempt in (
        lambda: cloud.group("theirs", THEIRS),
        lambda: cloud.classic("theirs", group, THEIRS),
        lambda: cloud.network("theirs", group, THEIRS),
    ):
        with pytest.raises(ClientError, match="not authorized"):
            attempt()


def test_it_touches_nothing_of_another_cluster(cloud: Cloud) -> None:
    operator = Cloud(
        cloud.account,
        [],
        *(cloud.account.client(name) for name in ("ec2", "elb", "elbv2")),
        cloud.vpc,
        cloud.subnets,
    )
    group = operator.group("theirs", THEIRS)
    operator.classic("theirs", group, THEIRS)
    arn = operator.network("theirs", group, THEIRS)
    named = {"LoadBalancerName": "theirs"}
    for attempt in (
        lambda: cloud.ec2.delete_security_group(GroupId=group),
        lambda: cloud.elb.delete_load_balancer(**named),
        lambda: cloud.elb.delete_load_balancer_listeners(**named, LoadBalancerPorts=[80]),
        lambda: cloud.elb.add_tags(LoadBalancerNames=["theirs"], Tags=[OURS]),
        lambda: cloud.elbv2.delete_load_balancer(LoadBalancerArn=arn),
        lambda: cloud.elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[group]),
        lambda: cloud.elbv2.add_tags(ResourceArns=[arn], Tags=[OURS]),
    ):
        with pytest.raises(ClientError, match="not authorized"):
            attempt()


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions
