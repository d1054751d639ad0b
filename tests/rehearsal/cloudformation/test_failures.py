"""What a person sees when a stack does not come up, or does not go away."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation.templates import (
    NETWORK,
    body,
    create,
    events,
    full_events,
    reasons,
    settled,
)

GATEWAY = {"Type": "AWS::EC2::InternetGateway"}


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Iterator[Account]:
    yield embedded_aws.account()
    embedded_aws.server.ask("faults")


@pytest.fixture
def client(account: Account) -> Any:
    return account.client("cloudformation")


def test_service_refusal_is_told_in_its_words(client: Any) -> None:
    wrong = {
        **NETWORK,
        "Subnet": {**NETWORK["Subnet"], "Properties": {"VpcId": {"Ref": "VPC"}, "CidrBlock": "10.9.0.0/24"}},
    }
    stack = create(client, wrong, DisableRollback=True)
    why = reasons(client, stack)
    assert why["Subnet", "CREATE_FAILED"].startswith(
        "Resource handler returned message: \"The CIDR '10.9.0.0/24' is invalid. "
        "(Service: Ec2, Status Code: 400, Request ID: "
    )
    assert why["Subnet", "CREATE_FAILED"].endswith("HandlerErrorCode: InvalidRequest)")
    assert why["stack", "CREATE_FAILED"] == "The following resource(s) failed to create: [Subnet]. "
    assert settled(client, stack)["StackStatusReason"] == why["stack", "CREATE_FAILED"]


def test_caller_may_create_the_stack_but_not_what_is_in_it(account: Account) -> None:
    limited = account.user(
        "limited",
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"}],
        },
    )
    client = account.client("cloudformation", limited)
    stack = create(client, NETWORK, DisableRollback=True)
    why = reasons(client, stack)["VPC", "CREATE_FAILED"]
    assert "ec2:CreateVpc" in why
    assert "Status Code: 403" in why
    assert why.endswith("HandlerErrorCode: AccessDenied)")


def test_injected_fault_and_rollback(embedded_aws: EmbeddedAws, account: Account, client: Any) -> None:
    embedded_aws.server.ask("faults", resources={"Subnet": "no subnets today"})
    stack = create(client, NETWORK)
    assert settled(client, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    why = reasons(client, stack)
    assert why["Subnet", "CREATE_FAILED"] == "no subnets today"
    assert why["stack", "ROLLBACK_IN_PROGRESS"] == (
        "The following resource(s) failed to create: [Subnet]. Rollback requested by user."
    )
    assert events(client, stack)[-4:] == [
        ("Subnet", "DELETE_COMPLETE"),
        ("VPC", "DELETE_IN_PROGRESS"),
        ("VPC", "DELETE_COMPLETE"),
        ("stack", "ROLLBACK_COMPLETE"),
    ]
    assert all(vpc["IsDefault"] for vpc in account.client("ec2").describe_vpcs()["Vpcs"])
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        client.update_stack(StackName="stack", TemplateBody=body(NETWORK))


def test_siblings_are_cancelled_when_the_stack_rolls_back(embedded_aws: EmbeddedAws, client: Any) -> None:
    # The fast one fails while the slow one still waits.
    embedded_aws.server.ask("faults", resources={"Fast": "broken"}, delays={"Slow": 60})
    stack = create(client, {"Slow": GATEWAY, "Fast": GATEWAY})
    why = reasons(client, stack)
    assert why["Slow", "CREATE_FAILED"] == "Resource creation cancelled"
    assert why["stack", "ROLLBACK_IN_PROGRESS"].startswith(
        "The following resource(s) failed to create: [Slow, Fast]. "
    )


def test_independent_resources_go_on_without_rollback(embedded_aws: EmbeddedAws, client: Any) -> None:
    embedded_aws.server.ask("faults", resources={"VPC": "broken"}, delays={"Other": 0.3})
    stack = create(client, {**NETWORK, "Other": GATEWAY}, DisableRollback=True)
    statuses = dict(events(client, stack))
    assert statuses["Other"] == "CREATE_COMPLETE"
    assert "Subnet" not in statuses


def test_failed_stack_is_continued_where_it_stopped(
    embedded_aws: EmbeddedAws, account: Account, client: Any
) -> None:
    embedded_aws.server.ask("faults", resources={"Subnet": "not now"})
    stack = create(client, NETWORK, DisableRollback=True)
    vpc = client.describe_stack_resource(StackName=stack, LogicalResourceId="VPC")["StackResourceDetail"]
    with pytest.raises(ClientError, match=r"currently in a non-terminal \[CREATE_FAILED\] state"):
        client.update_stack(StackName="stack", TemplateBody=body(NETWORK))
    embedded_aws.server.ask("faults")
    client.update_stack(StackName="stack", TemplateBody=body(NETWORK), DisableRollback=True)
    assert settled(client, stack)["StackStatus"] == "UPDATE_COMPLETE"
    again = client.describe_stack_resource(StackName=stack, LogicalResourceId="VPC")["StackResourceDetail"]
    assert again["PhysicalResourceId"] == vpc["PhysicalResourceId"]
    assert ("Subnet", "CREATE_COMPLETE") in events(client, stack)


def test_deletion_while_it_is_being_created(embedded_aws: EmbeddedAws, client: Any) -> None:
    embedded_aws.server.ask("faults", delays={"Subnet": 60})
    stack = client.create_stack(StackName="stack", TemplateBody=body(NETWORK))["StackId"]
    client.delete_stack(StackName="stack")
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE"


def test_what_somebody_else_put_into_the_network_blocks_its_deletion(account: Account, client: Any) -> None:
    stack = create(client, NETWORK)
    detail = client.describe_stack_resource(StackName=stack, LogicalResourceId="VPC")["StackResourceDetail"]
    ec2 = account.client("ec2")
    ec2.create_route_table(VpcId=detail["PhysicalResourceId"])
    client.delete_stack(StackName=stack)
    assert settled(client, stack)["StackStatus"] == "DELETE_FAILED"
    why = reasons(client, stack)
    assert "has dependencies and cannot be deleted" in why["VPC", "DELETE_FAILED"]
    assert why["stack", "DELETE_FAILED"] == "The following resource(s) failed to delete: [VPC]. "

    client.delete_stack(StackName=stack, RetainResources=["VPC"])
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE"
    assert events(client, stack)[-2:] == [("VPC", "DELETE_SKIPPED"), ("stack", "DELETE_COMPLETE")]
    assert ec2.describe_vpcs(VpcIds=[detail["PhysicalResourceId"]])["Vpcs"]


def test_retained_resource_stays(account: Account, client: Any) -> None:
    stack = create(client, {"Kept": {**NETWORK["VPC"], "DeletionPolicy": "Retain"}})
    client.delete_stack(StackName=stack)
    assert settled(client, stack)["StackStatus"] == "DELETE_COMPLETE"
    assert ("Kept", "DELETE_SKIPPED") in events(client, stack)
    client.delete_stack(StackName=stack)  # a second time does nothing
    client.delete_stack(StackName="stack")


def test_group_that_cannot_launch_does_not_stabilize(account: Account, client: Any) -> None:
    image = account.client("ec2").describe_images()["Images"][0]["ImageId"]
    interface = {"DeviceIndex": 0, "NetworkInterfaceId": {"Ref": "Interface"}, "DeleteOnTermination": False}
    group = {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {
            "AvailabilityZones": [{"Fn::GetAtt": ["Subnet", "AvailabilityZone"]}],
            "MinSize": "1",
            "MaxSize": "1",
            "LaunchTemplate": {
                "LaunchTemplateId": {"Ref": "Template"},
                "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
            },
        },
    }
    resources = {
        **NETWORK,
        "Interface": {"Type": "AWS::EC2::NetworkInterface", "Properties": {"SubnetId": {"Ref": "Subnet"}}},
        "Template": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {
                "LaunchTemplateData": {
                    "ImageId": image,
                    "InstanceType": "t3.small",
                    "NetworkInterfaces": [interface],
                }
            },
        },
        "First": group,
        "Second": {**group, "DependsOn": "First"},
    }
    stack = create(client, resources, DisableRollback=True)
    why = reasons(client, stack)["Second", "CREATE_FAILED"]
    assert why.startswith(
        'Resource handler returned message: "Group did not stabilize. Last scaling activity: Interface: [eni-'
    )
    assert why.endswith("HandlerErrorCode: NotStabilized)")


def test_throttled_call_is_made_again(embedded_aws: EmbeddedAws, client: Any) -> None:
    throttle = {"do": "throttle", "action": "ec2:CreateSubnet", "via": True}
    embedded_aws.server.ask("faults", faults=[throttle])
    assert settled(client, create(client, NETWORK))["StackStatus"] == "CREATE_COMPLETE"


def test_type_that_the_embedded_aws_lacks_is_named(client: Any) -> None:
    with pytest.raises(ClientError, match=r"has no resource types \[AWS::SNS::Topic\]"):
        create(client, {"Topic": {"Type": "AWS::SNS::Topic"}})
    with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::SNS::Topik\]"):
        create(client, {"Topic": {"Type": "AWS::SNS::Topik"}})


def test_unknown_property_fails_the_resource_as_on_aws(client: Any) -> None:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "Tag": []}}
    stack = create(client, {"VPC": vpc}, DisableRollback=True)
    assert reasons(client, stack)["VPC", "CREATE_FAILED"] == (
        "Properties validation failed for resource VPC with message:\n"
        "#: extraneous key [Tag] is not permitted"
    )


def test_function_that_gives_nothing_fails_its_resource(client: Any) -> None:
    cidr = {"Fn::Select": ["7", {"Fn::Split": [",", "10.0.0.0/16"]}]}
    stack = create(client, {"VPC": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr}}})
    assert settled(client, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reasons(client, stack)["VPC", "CREATE_FAILED"] == (
        "Template error: Fn::Select cannot select nonexistent value at index 7"
    )


def test_reasons_come_with_the_properties(client: Any) -> None:
    stack = create(client, NETWORK)
    properties = {event.get("ResourceProperties") for event in full_events(client, stack)}
    assert '{"CidrBlock":"10.0.0.0/16"}' in properties
