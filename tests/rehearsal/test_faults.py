import subprocess
import sys

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from tests.embedded_aws import EmbeddedAws


@pytest.mark.parametrize(("service", "call", "code"), [
    ("ec2", "describe_vpcs", "RequestLimitExceeded"),
    ("iam", "list_users", "Throttling"),
    ("kms", "list_keys", "ThrottlingException"),
])  # fmt: skip
def test_the_nth_call_is_throttled(embedded_aws: EmbeddedAws, service: str, call: str, code: str) -> None:
    client = embedded_aws.account().client(service)
    embedded_aws.faults({"do": "throttle", "action": f"{service}:*", "nth": 2})
    getattr(client, call)()
    with pytest.raises(ClientError) as refused:
        getattr(client, call)()
    getattr(client, call)()
    assert refused.value.response["Error"]["Code"] == code


def test_a_cut_call_is_carried_out_or_not(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    embedded_aws.faults({"do": "cut", "action": "ec2:CreateVolume", "times": 2, "after": True})
    with pytest.raises(BotoCoreError):
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)
    embedded_aws.faults({"do": "cut", "action": "ec2:CreateVolume"})
    with pytest.raises(BotoCoreError):
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)
    assert [volume["Size"] for volume in ec2.describe_volumes()["Volumes"]] == [1]


def test_a_client_can_be_killed_while_its_call_is_held(embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account()
    embedded_aws.faults({"do": "hold", "action": "ec2:CreateVolume", "after": True})
    program = "import boto3; boto3.client('ec2').create_volume(AvailabilityZone='eu-west-1a', Size=1)"
    client = subprocess.Popen([sys.executable, "-c", program], env=account.env)
    assert embedded_aws.held() == ["ec2:CreateVolume"]
    client.kill()
    client.wait()
    embedded_aws.faults()
    assert len(account.client("ec2").describe_volumes()["Volumes"]) == 1


def test_what_was_asked_is_told(embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account()
    before = len(embedded_aws.calls())
    account.client("ec2").describe_vpcs()
    (call,) = embedded_aws.calls(since=before)
    assert (call["action"], call["error"]) == ("ec2:DescribeVpcs", None)
    assert call["identity"] == f"arn:aws:iam::{account.id}:user/operator"
