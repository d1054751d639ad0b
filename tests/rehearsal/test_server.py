import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import EmbeddedAws, Identity


def test_the_operator_calls_with_its_own_key(embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account()
    who = account.client("sts").get_caller_identity()
    assert who["Account"] == account.id
    assert who["Arn"] == f"arn:aws:iam::{account.id}:user/operator"


@pytest.mark.parametrize(
    ("service", "call", "wrong_secret", "unknown_key"),
    [
        ("ec2", "describe_vpcs", "AuthFailure", "AuthFailure"),
        ("iam", "list_users", "SignatureDoesNotMatch", "InvalidClientTokenId"),
        ("kms", "list_keys", "InvalidSignatureException", "UnrecognizedClientException"),
    ],
)
def test_a_wrong_key_is_refused_as_aws_does(
    embedded_aws: EmbeddedAws, service: str, call: str, wrong_secret: str, unknown_key: str
) -> None:
    account = embedded_aws.account()
    for identity, code in (
        (Identity(account.operator.access_key_id, "wrong"), wrong_secret),
        (Identity("AKIAIOSFODNN7EXAMPLE", "wrong"), unknown_key),
    ):
        with pytest.raises(ClientError) as refused:
            getattr(account.client(service, identity), call)()
        assert refused.value.response["Error"]["Code"] == code


def test_what_cluster_yaml_names_exists(embedded_aws: EmbeddedAws) -> None:
    arn = "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
    account = embedded_aws.account(
        "303293004898",
        key_arn=arn,
        key_pair="klefevre-sorrow",
        hosted_zone="particule.io",
        vpc_id="vpc-0a1b2c3d",
        vpc_cidr="10.0.0.0/16",
        route_table_id="rtb-0a1b2c3d",
    )
    ec2 = account.client("ec2")
    assert account.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["Arn"] == arn
    assert ec2.describe_key_pairs(KeyNames=["klefevre-sorrow"])["KeyPairs"]
    zones = account.client("route53").list_hosted_zones_by_name(DNSName="particule.io")["HostedZones"]
    assert [zone["Name"] for zone in zones] == ["particule.io."]
    (table,) = ec2.describe_route_tables(RouteTableIds=["rtb-0a1b2c3d"])["RouteTables"]
    assert table["VpcId"] == "vpc-0a1b2c3d"
    assert "0.0.0.0/0" in [route["DestinationCidrBlock"] for route in table["Routes"]]
    assert ec2.describe_vpc_attribute(VpcId="vpc-0a1b2c3d", Attribute="enableDnsHostnames")[
        "EnableDnsHostnames"
    ]["Value"]
