"""docs/operator-policy.json is enough for a cluster's whole life, and for no one else's things."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws, Identity
from tests.rehearsal.cloudformation import templates

ROOT = Path(__file__).parents[3]
KEY = "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
REFUSALS = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "NotImplemented")


@pytest.fixture(scope="module")
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account(
        "303293004898", key_arn=KEY, key_pair="klefevre-sorrow", hosted_zone="particule.io"
    )


@pytest.fixture(scope="module")
def someone(account: Account) -> Identity:
    return account.user("someone", json.loads((ROOT / "docs/operator-policy.json").read_bytes()))


def test_it_is_enough_for_the_stack(embedded_aws: EmbeddedAws, account: Account, someone: Identity) -> None:
    before = max((call["number"] for call in embedded_aws.calls()), default=0)
    cloudformation = account.client("cloudformation", someone)
    stack = cloudformation.create_stack(
        StackName="particule-k8s-clust",
        TemplateBody=templates.article(),
        Capabilities=["CAPABILITY_IAM"],
        DisableRollback=True,
        Tags=[{"Key": "team", "Value": "platform"}],
    )["StackId"]
    watching = account.client("cloudformation")
    assert templates.settled(watching, stack)["StackStatus"] == "CREATE_COMPLETE"
    cloudformation.delete_stack(StackName="particule-k8s-clust")
    assert templates.settled(watching, stack)["StackStatus"] == "DELETE_COMPLETE"
    refused = [call["action"] for call in embedded_aws.calls(since=before) if call["error"] in REFUSALS]
    assert refused == []


@pytest.mark.parametrize(("service", "call", "given"), [
    ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}),
    ("iam", "create_user", {"UserName": "friend"}),
    ("iam", "create_role", {"RoleName": "x-IAMRoleX", "AssumeRolePolicyDocument": "{}"}),
    ("kms", "encrypt", {"KeyId": KEY, "Plaintext": b"x"}),
    ("kms", "put_key_policy", {"KeyId": KEY, "Policy": "{}"}),
])  # fmt: skip
def test_it_allows_nothing_beside_that(
    account: Account, someone: Identity, service: str, call: str, given: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(account.client(service, someone), call)(**given)
    assert refused.value.response["Error"]["Code"] in REFUSALS[:3]
