"""The article's stack: up, described, and away again, as boto3 and curl see it."""

import base64
import subprocess
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation import templates

KEY = "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
NAME = "particule-k8s-clust"


@pytest.fixture(scope="module")
def account(embedded_aws: EmbeddedAws) -> Account:
    account = embedded_aws.account(
        "303293004898", key_arn=KEY, key_pair="klefevre-sorrow", hosted_zone="particule.io"
    )
    account.client("cloudformation").create_stack(
        StackName=NAME,
        TemplateBody=templates.article(),
        Capabilities=["CAPABILITY_IAM"],
        DisableRollback=True,
        Tags=[{"Key": "team", "Value": "platform"}],
        ClientRequestToken="up-1",
    )
    stack = templates.settled(account.client("cloudformation"), NAME)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return account


@pytest.fixture
def client(account: Account) -> Any:
    return account.client("cloudformation")


def test_validate_answers_what_the_article_shows(client: Any) -> None:
    answer = client.validate_template(TemplateBody=templates.article())
    assert answer["Capabilities"] == ["CAPABILITY_IAM"]
    assert answer["CapabilitiesReason"] == (
        "The following resource(s) require capabilities: [AWS::IAM::InstanceProfile, AWS::IAM::Role]"
    )
    assert answer["Description"] == "kube-aws Kubernetes cluster particule-k8s-clust"


def test_stack_is_described(client: Any) -> None:
    (stack,) = client.describe_stacks(StackName=NAME)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["DisableRollback"] is True
    assert stack["Tags"] == [{"Key": "team", "Value": "platform"}]
    assert {output["OutputKey"] for output in stack["Outputs"]} >= {"ControllerIP"}
    assert [
        one["StackName"]
        for one in client.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    ] == [NAME]
    assert client.get_template(StackName=NAME)["TemplateBody"]["Description"] == stack["Description"]


def test_every_resource_has_three_events_in_its_order(client: Any) -> None:
    events = templates.full_events(client, NAME)
    assert events[0]["ResourceStatusReason"] == "User Initiated"
    assert events[-1]["LogicalResourceId"] == NAME
    assert events[-1]["ResourceStatus"] == "CREATE_COMPLETE"
    assert {event["ClientRequestToken"] for event in events} == {"up-1"}
    assert len({event["EventId"] for event in events}) == len(events)
    for resource in client.list_stack_resources(StackName=NAME)["StackResourceSummaries"]:
        own = [event for event in events if event["LogicalResourceId"] == resource["LogicalResourceId"]]
        assert [(event["ResourceStatus"], event.get("ResourceStatusReason")) for event in own] == [
            ("CREATE_IN_PROGRESS", None),
            ("CREATE_IN_PROGRESS", "Resource creation Initiated"),
            ("CREATE_COMPLETE", None),
        ]
        assert own[1]["PhysicalResourceId"] == own[2]["PhysicalResourceId"] == resource["PhysicalResourceId"]


def test_what_needs_another_begins_after_it_and_what_does_not_at_once(client: Any) -> None:
    events = templates.events(client, NAME)
    begun = {name: events.index((name, "CREATE_IN_PROGRESS")) for name, _ in events}
    done = {name: events.index((name, "CREATE_COMPLETE")) for name, _ in events}
    assert done["VPC"] < begun["Subnet0"] < done["Subnet0"] < begun["Controller0NetworkInterface"]
    assert done["Controller0LaunchTemplate"] < begun["Controller0"]
    assert begun["InternetGateway"] < done["VPC"]


def test_addons_arrive_byte_for_byte_in_boto3(client: Any) -> None:
    import json

    detail = client.describe_stack_resource(StackName=NAME, LogicalResourceId="Controller0LaunchTemplate")
    metadata = json.loads(detail["StackResourceDetail"]["Metadata"])
    assert metadata == {"kube-aws:addons": templates.ADDONS}


def test_addons_arrive_byte_for_byte_in_curl(account: Account) -> None:
    import json

    answer = subprocess.run(
        [
            "curl",
            "--silent",
            "--fail",
            "--aws-sigv4",
            f"aws:amz:{account.region}:cloudformation",
            "--user",
            f"{account.operator.access_key_id}:{account.operator.secret_access_key}",
            "--data",
            "&".join(
                (
                    "Action=DescribeStackResource",
                    "Version=2010-05-15",
                    f"StackName={NAME}",
                    "LogicalResourceId=Controller0LaunchTemplate",
                )
            ),
            account.env["AWS_ENDPOINT_URL"],
        ],
        capture_output=True,
        check=True,
    )
    root = ElementTree.fromstring(answer.stdout)
    text = root.findtext(".//{http://cloudformation.amazonaws.com/doc/2010-05-15/}Metadata")
    assert text is not None
    assert json.loads(text)["kube-aws:addons"] == templates.ADDONS


def test_things_are_there_and_tagged(account: Account, client: Any) -> None:
    (stack,) = client.describe_stacks(StackName=NAME)["Stacks"]
    ec2 = account.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:aws:cloudformation:logical-id", "Values": ["VPC"]}])[
        "Vpcs"
    ]
    tags = {tag["Key"]: tag["Value"] for tag in vpc["Tags"]}
    assert tags["aws:cloudformation:stack-name"] == NAME
    assert tags["aws:cloudformation:stack-id"] == stack["StackId"]
    assert tags["team"] == "platform"
    instances = [
        instance
        for reservation in ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
    ]
    assert len(instances) == 3
    for instance in instances:
        tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
        assert tags["aws:cloudformation:logical-id"] in ("Controller0", "Workers")
        assert tags["KubernetesCluster"] == NAME
    template = client.describe_stack_resource(StackName=NAME, LogicalResourceId="WorkersLaunchTemplate")
    data = ec2.describe_launch_template_versions(
        LaunchTemplateId=template["StackResourceDetail"]["PhysicalResourceId"]
    )["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert base64.b64decode(data["UserData"]) == b'{"ignition":{"version":"3.3.0"}}'


def test_record_points_to_the_controller(account: Account, client: Any) -> None:
    outputs = client.describe_stacks(StackName=NAME)["Stacks"][0]["Outputs"]
    address = {output["OutputKey"]: output["OutputValue"] for output in outputs}["ControllerIP"]
    route53 = account.client("route53")
    zones = route53.list_hosted_zones_by_name(DNSName="particule.io")["HostedZones"]
    records = route53.list_resource_record_sets(HostedZoneId=zones[0]["Id"])["ResourceRecordSets"]
    (record,) = [record for record in records if record["Type"] == "A"]
    assert record["Name"] == "k8s.particule.io."
    assert record["ResourceRecords"] == [{"Value": address}]


def test_only_calls_of_the_types_handlers_are_made(embedded_aws: EmbeddedAws, account: Account) -> None:
    from fnmatch import fnmatchcase

    from kube_aws.rehearsal.api.cloudformation.schema import schema

    allowed: set[str] = set()
    types = {
        item["ResourceType"]
        for item in account.client("cloudformation").list_stack_resources(StackName=NAME)[
            "StackResourceSummaries"
        ]
    }
    for kind in types:
        known = schema(kind, "eu-west-1")
        assert known is not None
        for handler in known["handlers"].values():
            allowed.update(handler["permissions"])
    calls = [call for call in embedded_aws.server.ask("calls")["calls"] if call.get("via")]
    made = {call["action"] for call in calls if account.id in call["identity"]}
    assert {"ec2:CreateVpc", "iam:CreateRole", "dlm:CreateLifecyclePolicy"} <= made
    assert not {action for action in made if not any(fnmatchcase(action, pattern) for pattern in allowed)}


def test_deleting_takes_everything_away_but_the_snapshot(account: Account, client: Any) -> None:
    stack_id = client.describe_stacks(StackName=NAME)["Stacks"][0]["StackId"]
    client.delete_stack(StackName=NAME)
    assert templates.settled(client, stack_id)["StackStatus"] == "DELETE_COMPLETE"
    with pytest.raises(client.exceptions.ClientError, match=f"Stack with id {NAME} does not exist"):
        client.describe_stacks(StackName=NAME)
    ec2 = account.client("ec2")
    assert all(vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"])
    assert not ec2.describe_volumes()["Volumes"]
    assert not ec2.describe_addresses()["Addresses"]
    assert not account.client("iam").list_roles()["Roles"]
    assert not account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert not account.client("dlm").get_lifecycle_policies()["Policies"]
    own = [{"Name": "tag:aws:cloudformation:stack-id", "Values": [stack_id]}]
    (snapshot,) = ec2.describe_snapshots(Filters=own)["Snapshots"]
    assert {"Key": "aws:cloudformation:logical-id", "Value": "Controller0Volume"} in snapshot["Tags"]
