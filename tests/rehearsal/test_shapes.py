"""Every answer fits botocore's model of it."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation import templates
from tests.rehearsal.shapes import problems

KEY = "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
IMAGE = "ami-" + sha256(b"alpha/eu-west-1/amd64").hexdigest()[:17]
STACK = {"StackName": "particule-k8s-clust"}
GROUP = {"AutoScalingGroupName": "extra"}


@pytest.fixture(scope="module")
def account(embedded_aws: EmbeddedAws) -> Iterator[Account]:
    """An account with the article's stack in it."""
    account = embedded_aws.account(
        "303293004898", key_arn=KEY, key_pair="klefevre-sorrow", hosted_zone="particule.io"
    )
    yield account
    embedded_aws.account("303293004898")


AS_AWS_DOES = (
    # AWS's own answers differ from its model here.
    "InternetGateways[].Attachments[].State = 'available'",
    "ListHostedZones.Marker is missing",
)


class Asking:
    """Calls operations and collects what is wrong with their answers."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.wrong: list[str] = []
        self.clients: dict[str, Any] = {}

    def __call__(self, service: str, operation: str, **given: Any) -> Any:
        if service not in self.clients:
            client = self.account.client(service)
            client.meta.events.register("before-parse", self._look)
            self.clients[service] = client
        return getattr(self.clients[service], operation)(**given)

    def _look(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        found = problems(operation_model, response_dict["headers"], response_dict["body"])
        self.wrong += [one for one in found if not any(known in one for known in AS_AWS_DOES)]


@pytest.fixture(scope="module")
def ask(account: Account) -> Asking:
    return Asking(account)


def test_a_stack_and_all_that_is_asked_of_it(ask: Asking) -> None:
    ask("cloudformation", "validate_template", TemplateBody=templates.article())
    ask("cloudformation", "create_stack", **STACK, TemplateBody=templates.article(),
        Capabilities=["CAPABILITY_IAM"], DisableRollback=True)  # fmt: skip
    stack = templates.settled(ask.account.client("cloudformation"), STACK["StackName"])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    for operation in ("describe_stacks", "describe_stack_events", "describe_stack_resources",
                      "list_stack_resources", "get_template"):  # fmt: skip
        ask("cloudformation", operation, **STACK)
    ask("cloudformation", "list_stacks")
    ask("cloudformation", "describe_stack_resource", **STACK, LogicalResourceId="Controller0LaunchTemplate")
    ask("autoscaling", "describe_auto_scaling_groups")
    ask("autoscaling", "describe_scaling_activities")
    ask("autoscaling", "describe_auto_scaling_instances")
    ask("autoscaling", "describe_tags")
    ask("dlm", "get_lifecycle_policies")
    policy = ask("dlm", "get_lifecycle_policies")["Policies"][0]["PolicyId"]
    ask("dlm", "get_lifecycle_policy", PolicyId=policy)
    assert ask.wrong == []


@pytest.mark.parametrize("operation", [
    "describe_addresses", "describe_availability_zones", "describe_instances", "describe_images",
    "describe_instance_status", "describe_internet_gateways", "describe_key_pairs",
    "describe_launch_templates", "describe_network_interfaces", "describe_regions",
    "describe_route_tables", "describe_security_groups", "describe_security_group_rules",
    "describe_snapshots", "describe_subnets", "describe_tags", "describe_volumes", "describe_vpcs",
])  # fmt: skip
def test_what_ec2_describes(ask: Asking, operation: str) -> None:
    ask.wrong.clear()
    ask("ec2", operation)
    assert ask.wrong == []


def test_what_ec2_tells_of_one_thing(ask: Asking) -> None:
    ask.wrong.clear()
    vpc = ask("ec2", "describe_vpcs")["Vpcs"][-1]["VpcId"]
    ask("ec2", "describe_vpc_attribute", VpcId=vpc, Attribute="enableDnsSupport")
    ask("ec2", "describe_instance_types", InstanceTypes=["t2.medium", "t4g.small"])
    ask("ec2", "describe_instance_type_offerings", LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["t2.small"]}])  # fmt: skip
    template = ask("ec2", "describe_launch_templates")["LaunchTemplates"][0]["LaunchTemplateId"]
    ask("ec2", "describe_launch_template_versions", LaunchTemplateId=template)
    instance = ask("ec2", "describe_instances")["Reservations"][0]["Instances"][0]["InstanceId"]
    ask("ec2", "get_console_output", InstanceId=instance)
    ask("ec2", "describe_instance_topology", InstanceIds=[instance])
    assert ask.wrong == []


def test_what_ec2_makes_and_removes(ask: Asking) -> None:
    ask.wrong.clear()
    tags = [{"Key": "a", "Value": "b"}]
    vpc = ask("ec2", "create_vpc", CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ask("ec2", "modify_vpc_attribute", VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ask("ec2", "create_subnet", VpcId=vpc, CidrBlock="10.7.0.0/24")["Subnet"]["SubnetId"]
    table = ask("ec2", "create_route_table", VpcId=vpc)["RouteTable"]["RouteTableId"]
    association = ask("ec2", "associate_route_table", RouteTableId=table, SubnetId=subnet)["AssociationId"]
    gateway = ask("ec2", "create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
    ask("ec2", "attach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)
    ask("ec2", "create_route", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    group = ask("ec2", "create_security_group", GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ask("ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[rule])
    ask("ec2", "revoke_security_group_ingress", GroupId=group, IpPermissions=[rule])
    eni = ask("ec2", "create_network_interface", SubnetId=subnet, Groups=[group])["NetworkInterface"]
    address = ask("ec2", "allocate_address", Domain="vpc")["AllocationId"]
    ask("ec2", "associate_address", AllocationId=address, NetworkInterfaceId=eni["NetworkInterfaceId"])
    volume = ask("ec2", "create_volume", AvailabilityZone="eu-west-1a", Size=1, VolumeType="gp3",
                 Encrypted=True)["VolumeId"]  # fmt: skip
    ask("ec2", "create_tags", Resources=[volume], Tags=tags)
    instance = ask("ec2", "run_instances", ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1,
                   Placement={"AvailabilityZone": "eu-west-1a"})["Instances"][0]["InstanceId"]  # fmt: skip
    ask("ec2", "attach_volume", VolumeId=volume, InstanceId=instance, Device="/dev/xvdf")
    ask("ec2", "detach_volume", VolumeId=volume)
    ask("ec2", "create_snapshot", VolumeId=volume)
    ask("ec2", "terminate_instances", InstanceIds=[instance])
    association_id = ask("ec2", "describe_addresses", AllocationIds=[address])["Addresses"][0][
        "AssociationId"
    ]
    ask("ec2", "disassociate_address", AssociationId=association_id)
    ask("ec2", "release_address", AllocationId=address)
    ask("ec2", "delete_volume", VolumeId=volume)
    ask("ec2", "delete_network_interface", NetworkInterfaceId=eni["NetworkInterfaceId"])
    ask("ec2", "delete_security_group", GroupId=group)
    ask("ec2", "delete_route", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ask("ec2", "disassociate_route_table", AssociationId=association)
    ask("ec2", "delete_route_table", RouteTableId=table)
    ask("ec2", "detach_internet_gateway", InternetGatewayId=gateway, VpcId=vpc)
    ask("ec2", "delete_internet_gateway", InternetGatewayId=gateway)
    ask("ec2", "delete_subnet", SubnetId=subnet)
    ask("ec2", "delete_vpc", VpcId=vpc)
    assert ask.wrong == []


def test_iam_kms_and_sts(ask: Asking) -> None:
    ask.wrong.clear()
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [nothing]}
    service = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [service]}
    ask("sts", "get_caller_identity")
    ask("iam", "list_account_aliases")
    ask("iam", "create_role", RoleName="r", AssumeRolePolicyDocument=json.dumps(trust), Path="/p/")
    ask("iam", "put_role_policy", RoleName="r", PolicyName="p", PolicyDocument=json.dumps(policy))
    for operation in ("get_role", "list_role_policies", "list_attached_role_policies"):
        ask("iam", operation, RoleName="r")
    ask("iam", "get_role_policy", RoleName="r", PolicyName="p")
    ask("iam", "create_instance_profile", InstanceProfileName="r")
    ask("iam", "add_role_to_instance_profile", InstanceProfileName="r", RoleName="r")
    ask("iam", "get_instance_profile", InstanceProfileName="r")
    ask("iam", "remove_role_from_instance_profile", InstanceProfileName="r", RoleName="r")
    ask("iam", "delete_instance_profile", InstanceProfileName="r")
    ask("iam", "delete_role_policy", RoleName="r", PolicyName="p")
    ask("iam", "delete_role", RoleName="r")
    ask("kms", "list_keys")
    ask("kms", "list_aliases")
    ask("kms", "describe_key", KeyId=KEY)
    ask("kms", "get_key_policy", KeyId=KEY, PolicyName="default")
    blob = ask("kms", "encrypt", KeyId=KEY, Plaintext=b"x", EncryptionContext={"a": "b"})["CiphertextBlob"]
    ask("kms", "decrypt", CiphertextBlob=blob, EncryptionContext={"a": "b"})
    assert ask.wrong == []


def test_names_quotas_and_balancers(ask: Asking) -> None:
    ask.wrong.clear()
    zone = ask("route53", "list_hosted_zones_by_name", DNSName="particule.io")["HostedZones"][0]["Id"]
    ask("route53", "list_hosted_zones")
    ask("route53", "get_hosted_zone", Id=zone)
    ask("route53", "list_resource_record_sets", HostedZoneId=zone)
    record = {"Name": "x.particule.io", "Type": "A", "TTL": 1, "ResourceRecords": [{"Value": "1.2.3.4"}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    change = ask("route53", "change_resource_record_sets", HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]
    ask("route53", "get_change", Id=change["Id"])
    ask("route53", "list_tags_for_resource", ResourceType="hostedzone", ResourceId=zone.rpartition("/")[2])
    ask("elb", "describe_load_balancers")
    ask("elbv2", "describe_load_balancers")
    ask("freetier", "get_account_plan_state")
    for service, code in (
        ("ec2", "L-1216C47A"),
        ("vpc", "L-F678F1CE"),
        ("elasticloadbalancing", "L-E9E9831D"),
    ):
        ask("service-quotas", "get_service_quota", ServiceCode=service, QuotaCode=code)
        ask("service-quotas", "get_aws_default_service_quota", ServiceCode=service, QuotaCode=code)
    assert ask.wrong == []
