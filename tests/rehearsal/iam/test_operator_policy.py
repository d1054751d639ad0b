"""docs/operator-policy.json is enough for a cluster's whole life (for what else it holds: stack)."""

import json
from pathlib import Path

import pytest
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
