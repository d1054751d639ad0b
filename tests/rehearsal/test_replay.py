"""A call that an SDK sends again after it was answered is carried out once; on AWS it does not come twice."""

import subprocess
from urllib.parse import urlencode

from tests.embedded_aws import Account, EmbeddedAws


def create_volume(account: Account, attempt: int, invocation: str) -> str:
    """As the SDK for Go sends it, signed by curl."""
    form = {"Action": "CreateVolume", "Version": "2016-11-15", "Size": 1, "AvailabilityZone": "eu-west-1a"}
    secret = f'user = "{account.operator.access_key_id}:{account.operator.secret_access_key}"'
    return subprocess.run(
        ["curl", "-sS", "-K", "-", "--aws-sigv4", "aws:amz:eu-west-1:ec2", "--data", urlencode(form),
         "-H", f"Amz-Sdk-Invocation-Id: {invocation}", "-H", f"Amz-Sdk-Request: attempt={attempt}; max=3",
         account.server.endpoint + "/"],
        input=secret, text=True, check=True, capture_output=True,
    ).stdout  # fmt: skip


def test_an_answered_call_is_not_carried_out_again(embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account()
    first = create_volume(account, 1, "a")
    assert "<volumeId>" in first
    assert create_volume(account, 2, "a") == first
    assert create_volume(account, 2, "b") != first
    assert len(account.client("ec2").describe_volumes()["Volumes"]) == 2
