"""Updates of a stack that stands: its Metadata above all."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation.templates import NETWORK, body, create, events, reasons, settled

TEMPLATE: dict[str, Any] = {
    "Type": "AWS::EC2::LaunchTemplate",
    "Properties": {"LaunchTemplateData": {"InstanceType": "t3.small"}},
    "Metadata": {"addons": "first", "network": {"Ref": "VPC"}},
}


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account()


@pytest.fixture
def client(account: Account) -> Any:
    return account.client("cloudformation")


def metadata(client: Any) -> Any:
    detail = client.describe_stack_resource(StackName="stack", LogicalResourceId="Template")
    return json.loads(detail["StackResourceDetail"]["Metadata"])


def test_metadata_alone_touches_nothing_else(client: Any) -> None:
    stack = create(client, {**NETWORK, "Template": TEMPLATE})
    first = metadata(client)
    assert first["addons"] == "first"
    assert first["network"].startswith("vpc-")
    before = len(events(client, stack))

    second = {**TEMPLATE, "Metadata": {**TEMPLATE["Metadata"], "addons": "second"}}
    client.update_stack(StackName="stack", TemplateBody=body({**NETWORK, "Template": second}))
    assert settled(client, stack)["StackStatus"] == "UPDATE_COMPLETE"

    assert metadata(client) == {**first, "addons": "second"}
    assert events(client, stack)[before:] == [
        ("stack", "UPDATE_IN_PROGRESS"),
        ("Template", "UPDATE_IN_PROGRESS"),
        ("Template", "UPDATE_COMPLETE"),
        ("stack", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("stack", "UPDATE_COMPLETE"),
    ]


def test_same_template_again_is_no_update(client: Any) -> None:
    create(client, NETWORK, Tags=[{"Key": "a", "Value": "b"}])
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        client.update_stack(StackName="stack", TemplateBody=body(NETWORK))
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        client.update_stack(StackName="stack", TemplateBody=body(NETWORK, Metadata={"the": "template's own"}))


def test_resources_come_and_go(account: Account, client: Any) -> None:
    stack = create(client, NETWORK, Outputs={"Id": {"Value": {"Ref": "Subnet"}}})
    gateway = {"Type": "AWS::EC2::InternetGateway"}
    client.update_stack(StackName="stack", TemplateBody=body({"VPC": NETWORK["VPC"], "Gateway": gateway}))
    assert settled(client, stack)["StackStatus"] == "UPDATE_COMPLETE"
    names = [
        one["LogicalResourceId"] for one in client.describe_stack_resources(StackName=stack)["StackResources"]
    ]
    assert names == ["Gateway", "VPC"]
    assert not settled(client, stack)["Outputs"]


def test_new_version_of_a_launch_template(account: Account, client: Any) -> None:
    create(
        client,
        {**NETWORK, "Template": TEMPLATE},
        Outputs=(latest := {"Latest": {"Value": {"Fn::GetAtt": "Template.LatestVersionNumber"}}}),
    )
    larger = {**TEMPLATE, "Properties": {"LaunchTemplateData": {"InstanceType": "t3.large"}}}
    client.update_stack(StackName="stack", TemplateBody=body({**NETWORK, "Template": larger}, Outputs=latest))
    assert settled(client, "stack")["Outputs"] == [{"OutputKey": "Latest", "OutputValue": "2"}]


def test_what_cannot_be_changed_in_place_is_refused_by_name(client: Any) -> None:
    stack = create(client, NETWORK)
    larger = {**NETWORK, "VPC": {**NETWORK["VPC"], "Properties": {"CidrBlock": "10.0.0.0/15"}}}
    with pytest.raises(ClientError, match=r"cannot update CidrBlock of AWS::EC2::VPC \(VPC\)"):
        client.update_stack(StackName="stack", TemplateBody=body(larger))
    assert settled(client, stack)["StackStatus"] == "CREATE_COMPLETE"


def test_failed_update_is_taken_back(embedded_aws: EmbeddedAws, account: Account, client: Any) -> None:
    stack = create(client, {**NETWORK, "Template": TEMPLATE})
    first = metadata(client)
    embedded_aws.server.ask("faults", resources={"Gateway": "no gateways today"}, delays={"Gateway": 0.2})
    changed = {
        **NETWORK,
        "Template": {**TEMPLATE, "Metadata": {"addons": "second"}},
        "Gateway": {"Type": "AWS::EC2::InternetGateway", "DependsOn": "Template"},
    }
    client.update_stack(StackName="stack", TemplateBody=body(changed))
    assert settled(client, stack)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    why = reasons(client, stack)
    assert why["stack", "UPDATE_ROLLBACK_IN_PROGRESS"] == (
        "The following resource(s) failed to create: [Gateway]. "
    )
    assert metadata(client) == first
    embedded_aws.server.ask("faults")
    client.update_stack(StackName="stack", TemplateBody=body(changed))
    assert settled(client, stack)["StackStatus"] == "UPDATE_COMPLETE"


def test_failed_update_that_stays_is_continued(embedded_aws: EmbeddedAws, client: Any) -> None:
    stack = create(client, NETWORK)
    more = {**NETWORK, "Gateway": {"Type": "AWS::EC2::InternetGateway"}}
    embedded_aws.server.ask("faults", resources={"Gateway": "no gateways today"})
    client.update_stack(StackName="stack", TemplateBody=body(more), DisableRollback=True)
    assert settled(client, stack)["StackStatus"] == "UPDATE_FAILED"
    embedded_aws.server.ask("faults")
    client.update_stack(StackName="stack", TemplateBody=body(more), DisableRollback=True)
    assert settled(client, stack)["StackStatus"] == "UPDATE_COMPLETE"
    names = [
        one["LogicalResourceId"] for one in client.describe_stack_resources(StackName=stack)["StackResources"]
    ]
    assert names == ["Gateway", "Subnet", "VPC"]
