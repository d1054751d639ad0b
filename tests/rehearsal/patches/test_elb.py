"""The calls that show where moto's classic load balancers are not AWS's."""

import re
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws

IMAGE = "ami-" + sha256(b"stable/eu-west-1/amd64").hexdigest()[:17]

LISTENER = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstanceProtocol": "tcp", "InstancePort": 30080}


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account()


def _subnets(account: Account) -> list[str]:
    """Those of the default VPC, a zone each."""
    found = account.client("ec2").describe_subnets()["Subnets"]
    return [one["SubnetId"] for one in sorted(found, key=lambda one: str(one["AvailabilityZone"]))]


def _balancer(account: Account, name: str = "web", **more: Any) -> dict[str, Any]:
    elb = account.client("elb")
    given = {"Listeners": [LISTENER], "Subnets": _subnets(account)[:1]} | more
    elb.create_load_balancer(LoadBalancerName=name, **given)
    return _described(account, name)


def _described(account: Account, name: str = "web") -> dict[str, Any]:
    found: dict[str, Any] = account.client("elb").describe_load_balancers(LoadBalancerNames=[name])
    return dict(found["LoadBalancerDescriptions"][0])


def _instance(account: Account) -> str:
    ec2 = account.client("ec2")
    made = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    return str(made["Instances"][0]["InstanceId"])


def _interfaces(account: Account, name: str = "web") -> list[dict[str, Any]]:
    found: dict[str, Any] = account.client("ec2").describe_network_interfaces(
        Filters=[{"Name": "description", "Values": [f"ELB {name}"]}]
    )
    return list(found["NetworkInterfaces"])


def _code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_a_new_one_has_what_it_has_on_aws(account: Account) -> None:
    group = account.client("ec2").create_security_group(GroupName="front", Description="front")["GroupId"]
    made = _balancer(account, SecurityGroups=[group], Scheme="internet-facing")
    assert re.fullmatch(r"web-\d{9}\.eu-west-1\.elb\.amazonaws\.com", made["DNSName"])
    assert made["CanonicalHostedZoneNameID"] == "Z32O12XQLNTSW2"
    assert made["AvailabilityZones"] == ["eu-west-1a"]
    assert made["SourceSecurityGroup"] == {"OwnerAlias": account.id, "GroupName": "front"}
    assert made["HealthCheck"] == {
        "Target": "TCP:30080",
        "Interval": 30,
        "Timeout": 5,
        "UnhealthyThreshold": 2,
        "HealthyThreshold": 10,
    }


def test_an_internal_ones_name_says_so_and_it_has_no_public_address(account: Account) -> None:
    assert _balancer(account, Scheme="internal")["DNSName"].startswith("internal-web-")
    (interface,) = _interfaces(account)
    assert "Association" not in interface


def test_its_interfaces_are_in_its_subnets_with_its_groups(account: Account) -> None:
    elb, ec2 = account.client("elb"), account.client("ec2")
    one, two = _subnets(account)[:2]
    first, second = (
        ec2.create_security_group(GroupName=name, Description=name)["GroupId"] for name in ("first", "second")
    )
    _balancer(account, SecurityGroups=[first])
    (interface,) = _interfaces(account)
    assert interface["SubnetId"] == one
    assert interface["RequesterManaged"]
    assert interface["Status"] == "in-use"
    assert interface["Association"]["PublicIp"].startswith("198.18.")
    with pytest.raises(ClientError, match="in use"):
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=first)

    elb.attach_load_balancer_to_subnets(LoadBalancerName="web", Subnets=[two])
    elb.apply_security_groups_to_load_balancer(LoadBalancerName="web", SecurityGroups=[second])
    assert _described(account)["AvailabilityZones"] == ["eu-west-1a", "eu-west-1b"]
    assert {each["SubnetId"] for each in _interfaces(account)} == {one, two}
    assert {each["Groups"][0]["GroupId"] for each in _interfaces(account)} == {second}
    elb.detach_load_balancer_from_subnets(LoadBalancerName="web", Subnets=[one])
    assert {each["SubnetId"] for each in _interfaces(account)} == {two}

    elb.delete_load_balancer(LoadBalancerName="web")
    elb.delete_load_balancer(LoadBalancerName="web")
    assert _interfaces(account) == []
    ec2.delete_security_group(GroupId=first)
    ec2.delete_security_group(GroupId=second)


def test_subnets_are_there_and_of_different_zones(account: Account) -> None:
    (one,) = _subnets(account)[:1]
    with pytest.raises(ClientError) as refused:
        _balancer(account, Subnets=["subnet-00000000000000000"])
    assert _code(refused) == "SubnetNotFound"
    with pytest.raises(ClientError) as refused:
        _balancer(account, Subnets=[one, one])
    assert _code(refused) == "InvalidConfigurationRequest"


@pytest.mark.parametrize("call", [
    ("describe_load_balancer_attributes", {}),
    ("describe_instance_health", {}),
    ("register_instances_with_load_balancer", {"Instances": [{"InstanceId": "i-1"}]}),
    ("apply_security_groups_to_load_balancer", {"SecurityGroups": []}),
    ("create_load_balancer_listeners", {"Listeners": [LISTENER]}),
    ("delete_load_balancer_listeners", {"LoadBalancerPorts": [80]}),
])  # fmt: skip
def test_one_that_does_not_exist_is_told(account: Account, call: tuple[str, dict[str, Any]]) -> None:
    operation, given = call
    with pytest.raises(ClientError) as refused:
        getattr(account.client("elb"), operation)(LoadBalancerName="nobody", **given)
    assert _code(refused) == "LoadBalancerNotFound"


def test_listeners_come_and_go(account: Account) -> None:
    elb = account.client("elb")
    _balancer(account, Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 30080}])
    elb.create_load_balancer_listeners(
        LoadBalancerName="web",
        Listeners=[LISTENER | {"LoadBalancerPort": port, "InstancePort": 30000 + port} for port in (81, 82)],
    )
    told = [one["Listener"] for one in _described(account)["ListenerDescriptions"]]
    assert [(one["LoadBalancerPort"], one["InstanceProtocol"], one["InstancePort"]) for one in told] == [
        (80, "HTTP", 30080),
        (81, "TCP", 30081),
        (82, "TCP", 30082),
    ]
    with pytest.raises(ClientError) as refused:
        elb.create_load_balancer_listeners(LoadBalancerName="web", Listeners=[LISTENER])
    assert _code(refused) == "DuplicateListener"
    elb.create_load_balancer_policy(
        LoadBalancerName="web",
        PolicyName="proxy",
        PolicyTypeName="ProxyProtocolPolicyType",
        PolicyAttributes=[{"AttributeName": "ProxyProtocol", "AttributeValue": "true"}],
    )
    elb.set_load_balancer_policies_for_backend_server(
        LoadBalancerName="web", InstancePort=30082, PolicyNames=["proxy"]
    )
    (backend,) = _described(account)["BackendServerDescriptions"]
    assert (backend["InstancePort"], backend["PolicyNames"]) == (30082, ["proxy"])
    elb.delete_load_balancer_listeners(LoadBalancerName="web", LoadBalancerPorts=[80, 81])
    (left,) = _described(account)["ListenerDescriptions"]
    assert left["Listener"]["LoadBalancerPort"] == 82


def test_attributes_are_told_as_they_were_set(account: Account) -> None:
    elb = account.client("elb")
    _balancer(account)

    def attributes() -> dict[str, Any]:
        return dict(elb.describe_load_balancer_attributes(LoadBalancerName="web")["LoadBalancerAttributes"])

    before = attributes()
    assert before == {
        "CrossZoneLoadBalancing": {"Enabled": False},
        "AccessLog": {"Enabled": False},
        "ConnectionDraining": {"Enabled": False, "Timeout": 300},
        "ConnectionSettings": {"IdleTimeout": 60},
        "AdditionalAttributes": [{"Key": "elb.http.desyncmitigationmode", "Value": "defensive"}],
    }
    for seconds in (120, 90):
        elb.modify_load_balancer_attributes(
            LoadBalancerName="web",
            LoadBalancerAttributes={"ConnectionSettings": {"IdleTimeout": seconds}},
        )
    assert attributes() == before | {"ConnectionSettings": {"IdleTimeout": 90}}


def test_instances_are_registered_once_and_drain(account: Account) -> None:
    elb = account.client("elb")
    instance = _instance(account)
    _balancer(account)
    for _ in range(2):
        answer = elb.register_instances_with_load_balancer(
            LoadBalancerName="web", Instances=[{"InstanceId": instance}]
        )
        assert answer["Instances"] == [{"InstanceId": instance}]
    with pytest.raises(ClientError) as refused:
        elb.register_instances_with_load_balancer(
            LoadBalancerName="web", Instances=[{"InstanceId": "i-00000000000000000"}]
        )
    assert _code(refused) == "InvalidInstance"
    elb.modify_load_balancer_attributes(
        LoadBalancerName="web",
        LoadBalancerAttributes={"ConnectionDraining": {"Enabled": True, "Timeout": 60}},
    )
    answer = elb.deregister_instances_from_load_balancer(
        LoadBalancerName="web", Instances=[{"InstanceId": instance}]
    )
    assert answer["Instances"] == []
    (state,) = elb.describe_instance_health(LoadBalancerName="web")["InstanceStates"]
    assert state["Description"] == "Instance deregistration currently in progress."


def test_nobody_is_healthy_whom_nobody_checked(account: Account) -> None:
    """Without nodes there is no traffic, so none arrives."""
    elb, ec2 = account.client("elb"), account.client("ec2")
    runs, stopped, gone = (_instance(account) for _ in range(3))
    _balancer(account)
    everyone = [{"InstanceId": one} for one in (runs, stopped, gone)]
    elb.register_instances_with_load_balancer(LoadBalancerName="web", Instances=everyone)
    ec2.stop_instances(InstanceIds=[stopped])
    ec2.terminate_instances(InstanceIds=[gone])
    told = elb.describe_instance_health(LoadBalancerName="web", Instances=everyone)["InstanceStates"]
    assert [(one["State"], one["Description"]) for one in told] == [
        ("OutOfService", "Instance registration is still in progress."),
        ("OutOfService", "Instance is in stopped state."),
        ("Unknown", "Instance is not currently registered with the LoadBalancer."),
    ]
    assert len(_described(account)["Instances"]) == 2


@pytest.mark.parametrize("target", ["TCP", "TCP:80/", "HTTP:80", "HTTP:80healthz", "ICMP:80"])
def test_a_health_check_is_one(account: Account, target: str) -> None:
    _balancer(account)
    check = {"Target": target, "Interval": 10, "Timeout": 5, "HealthyThreshold": 2, "UnhealthyThreshold": 2}
    with pytest.raises(ClientError) as refused:
        account.client("elb").configure_health_check(LoadBalancerName="web", HealthCheck=check)
    assert _code(refused) == "ValidationError"


def test_what_it_cannot_carry_is_refused(account: Account) -> None:
    """A certificate of IAM, too, which moto does not look up."""
    certificate = f"arn:aws:iam::{account.id}:server-certificate/web"
    tls = {**LISTENER, "LoadBalancerPort": 443, "Protocol": "ssl", "SSLCertificateId": certificate}
    _balancer(account)
    elb = account.client("elb")
    for refuse in (
        lambda: _balancer(account, "other", Listeners=[tls]),
        lambda: elb.create_load_balancer_listeners(LoadBalancerName="web", Listeners=[tls]),
    ):
        with pytest.raises(ClientError) as refused:
            refuse()
        assert _code(refused) == "UnsupportedProtocol"


def test_nobody_leaves_where_one_of_them_is_unknown(account: Account) -> None:
    _balancer(account)
    known = {"InstanceId": _instance(account)}
    elb = account.client("elb")
    elb.register_instances_with_load_balancer(LoadBalancerName="web", Instances=[known])
    with pytest.raises(ClientError) as refused:
        elb.deregister_instances_from_load_balancer(
            LoadBalancerName="web", Instances=[known, {"InstanceId": "i-0123456789abcdef0"}]
        )
    assert _code(refused) == "InvalidInstance"
    assert _described(account)["Instances"] == [known]
