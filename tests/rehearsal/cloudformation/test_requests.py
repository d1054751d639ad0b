"""What CloudFormation refuses before it begins, and how its answers are paged."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation.templates import NETWORK, body, create, full_events

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}


@pytest.fixture(scope="module")
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account()


@pytest.fixture(scope="module")
def client(account: Account) -> Any:
    return account.client("cloudformation")


@pytest.fixture(scope="module")
def stack(client: Any) -> str:
    return create(client, NETWORK, name="standing", ClientRequestToken="first")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("describe_stacks", "Stack with id nothing does not exist"),
        ("describe_stack_events", r"Stack \[nothing\] does not exist"),
        ("describe_stack_resources", "Stack with id nothing does not exist"),
        ("list_stack_resources", "Stack with id nothing does not exist"),
        ("get_template", "Stack with id nothing does not exist"),
    ],
)
def test_stack_that_does_not_exist(client: Any, call: str, text: str) -> None:
    with pytest.raises(ClientError, match=text) as refused:
        getattr(client, call)(StackName="nothing")
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_resource_that_does_not_exist(client: Any, stack: str) -> None:
    with pytest.raises(ClientError, match="Resource Nothing does not exist for stack standing"):
        client.describe_stack_resource(StackName=stack, LogicalResourceId="Nothing")
    with pytest.raises(ClientError, match="Stack 'nothing' does not exist"):
        client.describe_stack_resource(StackName="nothing", LogicalResourceId="Nothing")
    with pytest.raises(ClientError, match=r"Stack \[nothing\] does not exist"):
        client.update_stack(StackName="nothing", TemplateBody=body(NETWORK))
    client.delete_stack(StackName="nothing")


def test_resource_is_found_by_its_physical_id(client: Any, stack: str) -> None:
    subnet = client.describe_stack_resource(StackName=stack, LogicalResourceId="Subnet")[
        "StackResourceDetail"
    ]
    found = client.describe_stack_resources(PhysicalResourceId=subnet["PhysicalResourceId"])["StackResources"]
    assert [one["LogicalResourceId"] for one in found] == ["Subnet", "VPC"]


def test_name_that_is_taken(client: Any, stack: str) -> None:
    with pytest.raises(client.exceptions.AlreadyExistsException, match=r"Stack \[standing\] already exists"):
        client.create_stack(StackName="standing", TemplateBody=body(NETWORK))
    again = client.create_stack(StackName="standing", TemplateBody=body(NETWORK), ClientRequestToken="first")
    assert again["StackId"] == stack


@pytest.mark.parametrize("name", ["1st", "under_score", "dot.ted", "a" * 129])
def test_name_that_is_none(client: Any, name: str) -> None:
    with pytest.raises(ClientError, match="at 'stackName' failed to satisfy constraint"):
        client.create_stack(StackName=name, TemplateBody=body(NETWORK))


def test_capabilities_must_be_acknowledged(client: Any) -> None:
    with pytest.raises(
        client.exceptions.InsufficientCapabilitiesException,
        match=r"Requires capabilities : \[CAPABILITY_IAM\]",
    ):
        client.create_stack(StackName="new", TemplateBody=body({"Role": ROLE}))
    named = {"Type": "AWS::IAM::Role", "Properties": {**ROLE["Properties"], "RoleName": "mine"}}  # type: ignore[dict-item]
    with pytest.raises(ClientError, match=r"\[CAPABILITY_NAMED_IAM\]"):
        client.create_stack(
            StackName="new", TemplateBody=body({"Role": named}), Capabilities=["CAPABILITY_IAM"]
        )


def test_template_may_have_51200_bytes(client: Any) -> None:
    def padded(length: int) -> str:
        bare = body(NETWORK, Metadata={"padding": ""})
        return body(NETWORK, Metadata={"padding": "x" * (length - len(bare))})

    assert len(padded(51_200)) == 51_200
    client.validate_template(TemplateBody=padded(51_200))
    with pytest.raises(ClientError, match="Member must have length less than or equal to 51200"):
        client.validate_template(TemplateBody=padded(51_201))


def test_template_may_have_500_resources(client: Any) -> None:
    def many(count: int) -> str:
        return json.dumps(
            {"Resources": {f"G{number}": {"Type": "AWS::EC2::InternetGateway"} for number in range(count)}}
        )

    client.validate_template(TemplateBody=many(500))
    with pytest.raises(ClientError, match="Number of resources, 501, is greater than maximum allowed, 500"):
        client.validate_template(TemplateBody=many(501))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"TemplateBody": None}, "Either Template URL or Template Body must be specified"),
        ({"OnFailure": "DELETE"}, "the embedded AWS has no OnFailure"),
        ({"TimeoutInMinutes": 5}, "the embedded AWS has no TimeoutInMinutes"),
        ({"Tags": [{"Key": "aws:x", "Value": "y"}]}, "aws: prefixed tag key names are not allowed"),
        ({"Parameters": [{"ParameterKey": "No"}]}, "the embedded AWS has no Parameters"),
        ({"RoleARN": "arn:aws:iam::123456789012:role/other"}, "the embedded AWS has no RoleARN"),
    ],
)
def test_other_refusals(client: Any, options: dict[str, Any], text: str) -> None:
    given = {"StackName": "new", "TemplateBody": body(NETWORK), **options}
    with pytest.raises(ClientError, match=text):
        client.create_stack(**{name: value for name, value in given.items() if value is not None})


def test_operation_that_is_not_there(client: Any) -> None:
    with pytest.raises(ClientError, match="cloudformation:ListExports"):
        client.list_exports()


def test_events_and_resources_come_in_pages(client: Any) -> None:
    gateways = {f"G{number}": {"Type": "AWS::EC2::InternetGateway"} for number in range(103)}
    stack = create(client, gateways, name="large")
    first = client.describe_stack_events(StackName=stack)
    assert len(first["StackEvents"]) == 100
    assert first["StackEvents"][0]["ResourceStatus"] == "CREATE_COMPLETE"
    found = full_events(client, stack)
    assert len(found) == 103 * 3 + 2
    assert [event["Timestamp"] for event in found] == sorted(event["Timestamp"] for event in found)
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack).build_full_result()
    assert [one["LogicalResourceId"] for one in pages["StackResourceSummaries"]] == sorted(gateways)
    assert len(client.describe_stack_resources(StackName=stack)["StackResources"]) == 100


def test_answers_have_botocores_shapes(client: Any, stack: str) -> None:
    # botocore leaves out of an answer what its model does not have: nothing may be missing after its parser.
    (described,) = client.describe_stacks(StackName=stack)["Stacks"]
    assert {
        "StackId",
        "StackName",
        "CreationTime",
        "RollbackConfiguration",
        "StackStatus",
        "DisableRollback",
        "NotificationARNs",
        "Tags",
        "EnableTerminationProtection",
        "DriftInformation",
    } <= set(described)
    detail = client.describe_stack_resource(StackName=stack, LogicalResourceId="VPC")["StackResourceDetail"]
    assert set(detail) == {
        "StackName",
        "StackId",
        "LogicalResourceId",
        "PhysicalResourceId",
        "ResourceType",
        "LastUpdatedTimestamp",
        "ResourceStatus",
        "DriftInformation",
    }
