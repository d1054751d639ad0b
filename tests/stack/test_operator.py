"""docs/operator-policy.json is enough for what the article does not have (for the rest: rehearsal/iam), and
holds nothing that neither kube-aws nor CloudFormation needs."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from tests.embedded_aws import EmbeddedAws
from tests.stack.clusters import LOCK, cluster
from tests.stack.permissions import operator
from tests.stack.permissions.accesses import NAME
from tests.stack.permissions.mutations import allowed, needless

from kube_aws.stack.template import template

POLICY = json.loads((Path(__file__).parents[2] / "docs/operator-policy.json").read_text())
OF_ARTICLE = json.loads(json.dumps(POLICY["Statement"]).replace("CLUSTER", NAME))


def test_it_allows_what_kube_aws_does_and_no_more() -> None:
    assert allowed(OF_ARTICLE, operator.DOES) == operator.DOES
    assert allowed(OF_ARTICLE, operator.NEVER) == []


def test_everything_in_it_is_needed() -> None:
    """What is named here changes nothing for any access of permissions/operator.py."""
    assert needless(OF_ARTICLE, [*operator.DOES, *operator.THROUGH, *operator.NEVER]) == []


@pytest.mark.parametrize("keys", [{"workerSpotPrice": "0.05"}, {"controllerAddress": "assigned"}], ids=str)
def test_a_stack(embedded_aws: EmbeddedAws, keys: dict[str, object]) -> None:
    account = embedded_aws.account(key_pair="operator")
    cloudformation = account.client("cloudformation", account.user("someone", POLICY))
    stack = cloudformation.create_stack(
        StackName="defaults",
        TemplateBody=template(cluster(workerCount=2, **keys), LOCK).decode(),
        Capabilities=["CAPABILITY_IAM"],
        DisableRollback=True,
        Tags=[{"Key": "Team", "Value": "platform"}],
    )["StackId"]
    assert _settled(cloudformation, stack, "create") == "CREATE_COMPLETE", _reasons(cloudformation, stack)

    cloudformation.delete_stack(StackName="defaults")
    assert _settled(cloudformation, stack, "delete") == "DELETE_COMPLETE", _reasons(cloudformation, stack)


def _settled(cloudformation: Any, name: str, done: str) -> str:
    """The status once the stack is `done`, or failed."""
    with suppress(WaiterError):
        waiter = cloudformation.get_waiter(f"stack_{done}_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def _reasons(cloudformation: Any, name: str) -> list[str]:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if "FAILED" in event["ResourceStatus"]]
