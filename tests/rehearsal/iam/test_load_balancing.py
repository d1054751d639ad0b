"""What load balancing asks IAM beside the action of a call, and whose load balancer a call is about."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws

LISTENER = {"Protocol": "tcp", "LoadBalancerPort": 80, "InstanceProtocol": "tcp", "InstancePort": 30080}
OURS, THEIRS = ({"Key": "owner", "Value": name} for name in ("us", "them"))
LOOKS = ["ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeInternetGateways"]
ALL = "elasticloadbalancing:*"


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account()


def clients(account: Account, *statements: dict[str, Any]) -> tuple[Any, Any]:
    """Clients of classic and newer load balancing of somebody with these rights."""
    given = [{"Effect": "Allow", "Resource": "*"} | one for one in statements]
    someone = account.user("someone", {"Version": "2012-10-17", "Statement": given})
    return account.client("elb", someone), account.client("elbv2", someone)


def make(account: Account, elb: Any, elbv2: Any, tag: dict[str, str], name: str = "one") -> str:
    """A load balancer of each kind; the ARN of the newer."""
    subnet = account.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    elb.create_load_balancer(LoadBalancerName=name, Listeners=[LISTENER], Subnets=[subnet], Tags=[tag])
    made = elbv2.create_load_balancer(Name=name, Type="network", Subnets=[subnet], Tags=[tag])
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


@pytest.mark.parametrize("missing", [*LOOKS, "elasticloadbalancing:AddTags"])
def test_making_one_needs_its_looks_and_its_tags(account: Account, missing: str) -> None:
    rights = [{"Action": [ALL, *LOOKS]}, {"Effect": "Deny", "Action": missing}]
    with pytest.raises(ClientError, match=missing):
        make(account, *clients(account, *rights), OURS)


def test_tags_at_creation_and_tags_of_what_there_is(account: Account) -> None:
    operator = (account.client("elb"), account.client("elbv2"))
    theirs = make(account, *operator, THEIRS, "theirs")
    create = [f"elasticloadbalancing:{what}" for what in ("CreateLoadBalancer", "CreateTargetGroup")]
    elb, elbv2 = clients(
        account,
        {"Action": [*LOOKS]},
        {"Action": create, "Condition": {"StringEquals": {"aws:RequestTag/owner": "us"}}},
        {
            "Action": "elasticloadbalancing:AddTags",
            "Condition": {"StringEquals": {"elasticloadbalancing:CreateAction": "CreateLoadBalancer"}},
        },
        {"Action": ALL, "Condition": {"StringEquals": {"aws:ResourceTag/owner": "us"}}},
    )
    ours = make(account, elb, elbv2, OURS)
    for attempt in (
        lambda: make(account, elb, elbv2, THEIRS, "more"),
        lambda: elb.delete_load_balancer_listeners(LoadBalancerName="theirs", LoadBalancerPorts=[80]),
        lambda: elb.add_tags(LoadBalancerNames=["theirs"], Tags=[OURS]),
        lambda: elb.delete_load_balancer(LoadBalancerName="theirs"),
        lambda: elbv2.add_tags(ResourceArns=[theirs], Tags=[OURS]),
        lambda: elbv2.add_tags(ResourceArns=[ours, theirs], Tags=[OURS]),
        lambda: elbv2.delete_load_balancer(LoadBalancerArn=theirs),
    ):
        with pytest.raises(ClientError, match="not authorized"):
            attempt()
    elb.add_tags(LoadBalancerNames=["one"], Tags=[{"Key": "team", "Value": "web"}])
    elb.delete_load_balancer(LoadBalancerName="one")
    elbv2.delete_load_balancer(LoadBalancerArn=ours)
