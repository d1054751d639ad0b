"""The calls that show where moto's network load balancers are not AWS's."""

import re
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws

IMAGE = "ami-" + sha256(b"stable/eu-west-1/amd64").hexdigest()[:17]


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account()


def _subnet(account: Account) -> dict[str, Any]:
    return dict(account.client("ec2").describe_subnets()["Subnets"][0])


def _balancer(account: Account, name: str = "web", **more: Any) -> dict[str, Any]:
    given = {"SubnetMappings": [{"SubnetId": _subnet(account)["SubnetId"]}], "Type": "network"} | more
    made = account.client("elbv2").create_load_balancer(Name=name, **given)["LoadBalancers"][0]
    return dict(made)


def _group(account: Account, name: str = "targets", **more: Any) -> dict[str, Any]:
    given = {"Protocol": "TCP", "Port": 30080, "VpcId": _subnet(account)["VpcId"]} | more
    made = account.client("elbv2").create_target_group(Name=name, **given)["TargetGroups"][0]
    return dict(made)


def _listener(
    account: Account, balancer: dict[str, Any], group: dict[str, Any], **more: Any
) -> dict[str, Any]:
    given = {"Protocol": "TCP", "Port": 80} | more
    made = account.client("elbv2").create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
        **given,
    )
    return dict(made["Listeners"][0])


def _instance(account: Account) -> str:
    ec2 = account.client("ec2")
    made = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    return str(made["Instances"][0]["InstanceId"])


def _interfaces(account: Account) -> list[dict[str, Any]]:
    found: dict[str, Any] = account.client("ec2").describe_network_interfaces(
        Filters=[{"Name": "description", "Values": ["ELB net/*"]}]
    )
    return list(found["NetworkInterfaces"])


def _code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_a_new_one_has_what_it_has_on_aws(account: Account) -> None:
    group = account.client("ec2").create_security_group(GroupName="front", Description="front")["GroupId"]
    tags = [{"Key": "owner", "Value": "me"}]
    made = _balancer(account, SecurityGroups=[group], Tags=tags)
    number = made["LoadBalancerArn"].rpartition("/")[2]
    assert made["LoadBalancerArn"].endswith(f":loadbalancer/net/web/{number}")
    assert made["DNSName"] == f"web-{number}.elb.eu-west-1.amazonaws.com"
    assert re.fullmatch("[0-9a-f]{16}", number)
    assert made["CanonicalHostedZoneId"] == "Z2IFOLAFXWLO4F"
    assert made["Scheme"] == "internet-facing"
    (told,) = account.client("elbv2").describe_tags(ResourceArns=[made["LoadBalancerArn"]])["TagDescriptions"]
    assert told["Tags"] == tags
    (interface,) = _interfaces(account)
    assert interface["Description"] == f"ELB net/web/{number}"
    assert interface["InterfaceType"] == "network_load_balancer"
    assert interface["RequesterManaged"]
    assert interface["Groups"][0]["GroupId"] == group
    assert interface["Association"]["PublicIp"].startswith("198.18.")
    with pytest.raises(ClientError) as refused:
        _balancer(account)
    assert _code(refused) == "DuplicateLoadBalancerName"


def test_addresses_are_those_that_were_asked_for(account: Account) -> None:
    ec2, subnet = account.client("ec2"), _subnet(account)
    address = ec2.allocate_address(Domain="vpc")
    private = subnet["CidrBlock"].replace("0/20", "77")
    _balancer(
        account, SubnetMappings=[{"SubnetId": subnet["SubnetId"], "AllocationId": address["AllocationId"]}]
    )
    _balancer(
        account,
        "inner",
        Scheme="internal",
        SubnetMappings=[{"SubnetId": subnet["SubnetId"], "PrivateIPv4Address": private}],
    )
    outer, inner = sorted(_interfaces(account), key=lambda one: "inner" in one["Description"])
    assert outer["Association"]["PublicIp"] == address["PublicIp"]
    assert inner["PrivateIpAddress"] == private
    assert "Association" not in inner
    for one in account.client("elbv2").describe_load_balancers()["LoadBalancers"]:
        account.client("elbv2").delete_load_balancer(LoadBalancerArn=one["LoadBalancerArn"])
    assert _interfaces(account) == []
    ec2.release_address(AllocationId=address["AllocationId"])


def test_security_groups_follow_where_there_were_some(account: Account) -> None:
    ec2, elbv2 = account.client("ec2"), account.client("elbv2")
    first, second = (
        ec2.create_security_group(GroupName=name, Description=name)["GroupId"] for name in ("first", "second")
    )
    made = _balancer(account, SecurityGroups=[first])
    elbv2.set_security_groups(LoadBalancerArn=made["LoadBalancerArn"], SecurityGroups=[second])
    assert _interfaces(account)[0]["Groups"][0]["GroupId"] == second
    ec2.delete_security_group(GroupId=first)
    without = _balancer(account, "without")
    with pytest.raises(ClientError) as refused:
        elbv2.set_security_groups(LoadBalancerArn=without["LoadBalancerArn"], SecurityGroups=[second])
    assert _code(refused) == "InvalidConfigurationRequest"
    with pytest.raises(ClientError) as refused:
        _balancer(account, "wrong", SecurityGroups=["sg-00000000000000000"])
    assert _code(refused) == "InvalidSecurityGroup"


def test_a_listener_for_tcp_has_no_policy_and_a_port_of_its_own(account: Account) -> None:
    made, group = _balancer(account), _group(account)
    assert "SslPolicy" not in _listener(account, made, group)
    with pytest.raises(ClientError) as refused:
        _listener(account, made, group)
    assert _code(refused) == "DuplicateListener"
    with pytest.raises(ClientError, match="TCP alone"):
        _listener(account, made, group, Protocol="UDP", Port=53)


def test_a_target_group_is_in_use_as_long_as_a_listener_says_so(account: Account) -> None:
    elbv2 = account.client("elbv2")
    made, one, two = _balancer(account), _group(account, "one"), _group(account, "two")

    def used() -> list[str]:
        groups = elbv2.describe_target_groups(LoadBalancerArn=made["LoadBalancerArn"])["TargetGroups"]
        return [each["TargetGroupName"] for each in groups]

    assert used() == []
    listener = _listener(account, made, one)
    assert used() == ["one"]
    with pytest.raises(ClientError) as refused:
        elbv2.delete_target_group(TargetGroupArn=one["TargetGroupArn"])
    assert _code(refused) == "ResourceInUse"
    forward = [{"Type": "forward", "TargetGroupArn": two["TargetGroupArn"]}]
    elbv2.modify_listener(
        ListenerArn=listener["ListenerArn"], Protocol="TCP", Port=80, DefaultActions=forward
    )
    assert used() == ["two"]
    elbv2.delete_target_group(TargetGroupArn=one["TargetGroupArn"])
    elbv2.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    (left,) = elbv2.describe_target_groups()["TargetGroups"]
    assert left["LoadBalancerArns"] == []
    elbv2.delete_target_group(TargetGroupArn=two["TargetGroupArn"])


def test_a_target_group_for_tcp_has_a_network_load_balancers_settings(account: Account) -> None:
    elbv2 = account.client("elbv2")
    tcp = _group(account)
    http = _group(account, "http", HealthCheckProtocol="HTTP", HealthCheckPath="/healthz")
    assert tcp["HealthCheckTimeoutSeconds"] == 10
    assert (http["HealthCheckTimeoutSeconds"], http["Matcher"]["HttpCode"]) == (6, "200-399")
    told = elbv2.describe_target_group_attributes(TargetGroupArn=tcp["TargetGroupArn"])["Attributes"]
    attributes = {one["Key"]: one["Value"] for one in told}
    assert attributes["proxy_protocol_v2.enabled"] == "false"
    assert attributes["preserve_client_ip.enabled"] == "true"
    assert attributes["target_health_state.unhealthy.connection_termination.enabled"] == "true"


def test_targets_are_instances_with_ports_and_drain(account: Account) -> None:
    elbv2 = account.client("elbv2")
    made, group, instance = _balancer(account), _group(account), _instance(account)
    arn = {"TargetGroupArn": group["TargetGroupArn"]}
    with pytest.raises(ClientError) as refused:
        elbv2.register_targets(**arn, Targets=[{"Id": "i-00000000000000000"}])
    assert _code(refused) == "InvalidTarget"

    def health() -> dict[int, tuple[str, str]]:
        told = elbv2.describe_target_health(**arn)["TargetHealthDescriptions"]
        return {
            one["Target"]["Port"]: (one["TargetHealth"]["State"], one["TargetHealth"]["Reason"])
            for one in told
        }

    two = [{"Id": instance, "Port": port} for port in (30080, 30081)]
    elbv2.register_targets(**arn, Targets=two)
    assert health() == dict.fromkeys((30080, 30081), ("unused", "Target.NotInUse"))
    _listener(account, made, group)
    assert health() == dict.fromkeys((30080, 30081), ("initial", "Elb.InitialHealthChecking"))
    elbv2.deregister_targets(**arn, Targets=[two[0], {"Id": "i-00000000000000000"}])
    assert health()[30080] == ("draining", "Target.DeregistrationInProgress")
    account.client("ec2").stop_instances(InstanceIds=[instance])
    assert health()[30081] == ("unused", "Target.InvalidState")
    account.client("ec2").terminate_instances(InstanceIds=[instance])
    assert 30081 not in health()


def test_what_it_cannot_carry_is_refused(account: Account) -> None:
    balancer, group = _balancer(account), _group(account)
    certificate = f"arn:aws:iam::{account.id}:server-certificate/web"
    with pytest.raises(ClientError) as refused:
        _listener(account, balancer, group, Protocol="TLS", Certificates=[{"CertificateArn": certificate}])
    assert _code(refused) == "UnsupportedProtocol"
    with pytest.raises(ClientError) as refused:
        _listener(account, balancer, _group(account, "pages", Protocol="HTTP"))
    assert _code(refused) == "IncompatibleProtocols"


def test_targets_are_instances(account: Account) -> None:
    group = _group(account)
    with pytest.raises(ClientError) as refused:
        account.client("elbv2").register_targets(
            TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": "10.0.0.5"}]
        )
    assert _code(refused) == "InvalidTarget"
