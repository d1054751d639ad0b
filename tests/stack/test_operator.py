"""docs/operator-policy.json is enough for a stack's whole life, and not for more."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError
from tests.embedded_aws import EmbeddedAws
from tests.stack.clusters import LOCK, cluster

from kube_aws.stack.template import template

POLICY = json.loads((Path(__file__).parents[2] / "docs/operator-policy.json").read_text())


@pytest.mark.parametrize(
    "keys",
    [
        {"createRecordSet": True, "hostedZone": "example.com", "stackTags": {"Team": "platform"}},
        {"workerSpotPrice": "0.05", "workerCount": 2},
    ],
    ids=["record", "spot"],
)
def test_create_and_delete(embedded_aws: EmbeddedAws, keys: dict[str, Any]) -> None:
    account = embedded_aws.account(key_pair="operator", hosted_zone="example.com")
    operator = account.user("someone", POLICY)
    cloudformation = account.client("cloudformation", operator)

    stack = cloudformation.create_stack(
        StackName="defaults",
        TemplateBody=template(cluster(**keys), LOCK).decode(),
        Capabilities=["CAPABILITY_IAM"],
        DisableRollback=True,
        Tags=[{"Key": "Team", "Value": "platform"}],
    )["StackId"]
    assert _settled(cloudformation, stack, "create") == "CREATE_COMPLETE", _reasons(cloudformation, stack)

    cloudformation.delete_stack(StackName="defaults")
    assert _settled(cloudformation, stack, "delete") == "DELETE_COMPLETE", _reasons(cloudformation, stack)


def test_nothing_is_made_or_removed_by_hand(embedded_aws: EmbeddedAws) -> None:
    account = embedded_aws.account()
    ec2 = account.client("ec2", account.user("someone", POLICY))
    assert ec2.describe_vpcs()["Vpcs"] is not None
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")


def _settled(cloudformation: Any, name: str, done: str) -> str:
    """The status once the stack is `done`, or failed."""
    with suppress(WaiterError):
        waiter = cloudformation.get_waiter(f"stack_{done}_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def _reasons(cloudformation: Any, name: str) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if "FAILED" in event["ResourceStatus"]]
