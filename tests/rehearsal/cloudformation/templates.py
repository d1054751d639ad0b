"""Templates for the tests of CloudFormation, and what is asked of it again and again."""

import json
import time
from pathlib import Path
from typing import Any

from kube_aws.cluster.load import load
from kube_aws.release import lock
from kube_aws.stack.template import template

ROOT = Path(__file__).parents[3]
ADDONS = "H4sIA" + "bm9kZXMgcmVhZCB0aGlz+/09" * 375
"""9 KB of base64, as packed add-ons are."""

NETWORK: dict[str, Any] = {
    "VPC": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "VPC"}, "CidrBlock": "10.0.0.0/24"},
    },
}


def article() -> str:
    """The article's stack as it is handed to AWS, with stand-ins for the node files."""
    source = (ROOT / "tests/scenarios/article/cluster.yaml").read_bytes()
    cluster, _ = load(source, "cluster.yaml")
    assert cluster is not None
    text = template(cluster, lock.read((ROOT / "demo/release.lock").read_bytes())).decode()
    for placeholder, value in (
        ("<userdata/controller>", '{"ignition":{"version":"3.3.0"}}'),
        ("<userdata/worker>", '{"ignition":{"version":"3.3.0"}}'),
        ("<userdata/controller sha256>", "0123456789ab"),
        ("<userdata/worker sha256>", "ba9876543210"),
        ("<userdata/addons>", ADDONS),
    ):
        text = text.replace(json.dumps(placeholder), json.dumps(value))
    return text


def body(resources: dict[str, Any], **sections: Any) -> str:
    return json.dumps({"Resources": resources, **sections})


def create(client: Any, resources: dict[str, Any], name: str = "stack", **options: Any) -> str:
    """Create a stack, wait for its end, whatever that is, and return its id."""
    sections = {key: options.pop(key) for key in [*options] if key in ("Outputs", "Conditions")}
    text = body(resources, **sections)
    stack_id = client.create_stack(StackName=name, TemplateBody=text, **options)["StackId"]
    settled(client, stack_id)
    return str(stack_id)


def settled(client: Any, stack_id: str) -> dict[str, Any]:
    """Wait for the end of what is under way, and return the stack."""
    for _ in range(400):
        stack: dict[str, Any] = client.describe_stacks(StackName=stack_id)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(0.05)
    raise AssertionError(f"still {stack['StackStatus']}")


def events(client: Any, stack: str) -> list[tuple[str, str]]:
    """All events' logical ids and statuses, the oldest first."""
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in full_events(client, stack)]


def full_events(client: Any, stack: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("describe_stack_events").paginate(StackName=stack)
    found: list[dict[str, Any]] = pages.build_full_result()["StackEvents"]
    return found[::-1]


def reasons(client: Any, stack: str) -> dict[tuple[str, str], str]:
    """The reason of each event that has one."""
    return {
        (event["LogicalResourceId"], event["ResourceStatus"]): event["ResourceStatusReason"]
        for event in full_events(client, stack)
        if "ResourceStatusReason" in event
    }
