"""The calls that show where moto's Auto Scaling is not AWS's."""

import json
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws

IMAGE = "ami-" + sha256(b"stable/eu-west-1/amd64").hexdigest()[:17]


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account(key_pair="me")


@pytest.fixture
def network(account: Account) -> dict[str, Any]:
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    iam = account.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"Service": "ec2.amazonaws.com"}}]}  # fmt: skip
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_instance_profile(InstanceProfileName="worker")
    iam.add_role_to_instance_profile(InstanceProfileName="worker", RoleName="worker")
    return {"subnets": subnets, "group": group}


def template(account: Account, name: str = "t", **data: Any) -> dict[str, str]:
    given = {
        "ImageId": IMAGE,
        "InstanceType": "t3.medium",
        "KeyName": "me",
        "IamInstanceProfile": {"Name": "worker"},
        "MetadataOptions": {"HttpTokens": "required", "InstanceMetadataTags": "enabled"},
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 30, "VolumeType": "gp3"}}],
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "of", "Value": "template"}]},
            {"ResourceType": "volume", "Tags": [{"Key": "of", "Value": "volume"}]},
        ],
    } | data
    made = account.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=given)
    return {"LaunchTemplateId": made["LaunchTemplate"]["LaunchTemplateId"], "Version": "1"}


def instances(account: Account) -> list[dict[str, Any]]:
    live = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    return [i for r in account.client("ec2").describe_instances(Filters=live)["Reservations"]
            for i in r["Instances"]]  # fmt: skip


def group(account: Account, **given: Any) -> None:
    size = given.pop("size", 1)
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="g", MinSize=size, MaxSize=size, **given
    )


def test_instances_are_as_the_launch_template_says(account: Account, network: dict[str, Any]) -> None:
    group(account, size=4, VPCZoneIdentifier=",".join(network["subnets"]),
          LaunchTemplate=template(account, SecurityGroupIds=[network["group"]]),
          Tags=[{"Key": "from", "Value": "group", "PropagateAtLaunch": True},
                {"Key": "not", "Value": "here", "PropagateAtLaunch": False}])  # fmt: skip
    launched = instances(account)
    assert (
        sorted(i["Placement"]["AvailabilityZone"] for i in launched)
        == ["eu-west-1a"] * 2 + ["eu-west-1b"] * 2
    )
    one = launched[0]
    assert one["MetadataOptions"]["HttpTokens"] == "required"
    assert one["MetadataOptions"]["InstanceMetadataTags"] == "enabled"
    assert one["IamInstanceProfile"]["Arn"].endswith(":instance-profile/worker")
    assert one["KeyName"] == "me"
    assert one["PrivateDnsName"].endswith(".eu-west-1.compute.internal")
    assert one["NetworkInterfaces"][0]["PrivateDnsName"] == one["PrivateDnsName"]
    assert [device["DeviceName"] for device in one["BlockDeviceMappings"]] == ["/dev/xvda"]
    assert [g["GroupId"] for g in one["SecurityGroups"]] == [network["group"]]
    tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
    assert tags["of"] == "template"
    assert tags["from"] == "group"
    assert tags["aws:autoscaling:groupName"] == "g"
    assert "not" not in tags
    volume_id = one["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    (volume,) = account.client("ec2").describe_volumes(VolumeIds=[volume_id])["Volumes"]
    assert (volume["Size"], volume["VolumeType"]) == (30, "gp3")
    assert {"Key": "of", "Value": "volume"} in volume["Tags"]


def test_spot_instances_are_spot(account: Account, network: dict[str, Any]) -> None:
    group(account, size=2, VPCZoneIdentifier=network["subnets"][0], MixedInstancesPolicy={
        "InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 0, "SpotMaxPrice": "0.05"},
        "LaunchTemplate": {"LaunchTemplateSpecification": template(account)}})  # fmt: skip
    assert [i.get("InstanceLifecycle") for i in instances(account)] == ["spot", "spot"]


def test_the_group_launches_the_version_it_names(account: Account, network: dict[str, Any]) -> None:
    first = template(account)
    account.client("ec2").create_launch_template_version(
        LaunchTemplateId=first["LaunchTemplateId"],
        SourceVersion="1",
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.small"},
    )
    group(account, VPCZoneIdentifier=network["subnets"][0], LaunchTemplate=first | {"Version": "2"})
    (one,) = instances(account)
    assert one["InstanceType"] == "t3.small"
    (told,) = account.client("autoscaling").describe_auto_scaling_instances()["AutoScalingInstances"]
    assert told["LaunchTemplate"]["Version"] == "2"


def test_a_kept_interface_serves_one_instance_after_the_other(
    account: Account, network: dict[str, Any]
) -> None:
    ec2 = account.client("ec2")
    eni = ec2.create_network_interface(
        SubnetId=network["subnets"][1], PrivateIpAddress="10.0.1.50", Groups=[network["group"]]
    )["NetworkInterface"]["NetworkInterfaceId"]
    interface = {"DeviceIndex": 0, "NetworkInterfaceId": eni, "DeleteOnTermination": False}
    group(account, AvailabilityZones=["eu-west-1b"],
          LaunchTemplate=template(account, NetworkInterfaces=[interface]))  # fmt: skip
    (one,) = instances(account)
    assert one["PrivateIpAddress"] == "10.0.1.50"
    assert one["SubnetId"] == network["subnets"][1]
    assert one["Placement"]["AvailabilityZone"] == "eu-west-1b"
    assert [g["GroupId"] for g in one["SecurityGroups"]] == [network["group"]]

    with pytest.raises(ClientError, match=r"InvalidNetworkInterface\.InUse"):
        ec2.run_instances(ImageId=IMAGE, InstanceType="t3.medium", MinCount=1, MaxCount=1,
                          NetworkInterfaces=[interface])  # fmt: skip

    ec2.terminate_instances(InstanceIds=[one["InstanceId"]])
    (next_one,) = instances(account)
    assert next_one["InstanceId"] != one["InstanceId"]
    assert next_one["PrivateIpAddress"] == "10.0.1.50"
    (dead,) = ec2.describe_instances(InstanceIds=[one["InstanceId"]])["Reservations"][0]["Instances"]
    assert dead["State"]["Name"] == "terminated"
    assert not dead.get("PrivateIpAddress")


def test_a_tag_that_the_metadata_service_cannot_show_makes_launches_fail(
    account: Account, network: dict[str, Any]
) -> None:
    group(account, VPCZoneIdentifier=network["subnets"][0], LaunchTemplate=template(account),
          Tags=[{"Key": "kubernetes.io/cluster/x", "Value": "owned", "PropagateAtLaunch": True}])  # fmt: skip
    assert instances(account) == []
    activities = account.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="g")
    assert activities["Activities"][0]["StatusCode"] == "Failed"
    assert "'kubernetes.io/cluster/x' is not a valid tag key." in activities["Activities"][0]["StatusMessage"]


def test_a_group_that_could_never_launch_is_refused(account: Account, network: dict[str, Any]) -> None:
    for name, wrong in (
        ("image", {"ImageId": "ami-00000000000000000"}),
        ("key", {"KeyName": "nobody"}),
        ("profile", {"IamInstanceProfile": {"Name": "nobody"}}),
    ):
        with pytest.raises(ClientError, match="You must use a valid fully-formed launch template"):
            group(account, VPCZoneIdentifier=network["subnets"][0],
                  LaunchTemplate=template(account, name, **wrong))  # fmt: skip


def test_two_groups_cannot_share_a_name(account: Account, network: dict[str, Any]) -> None:
    given = {"VPCZoneIdentifier": network["subnets"][0], "LaunchTemplate": template(account)}
    group(account, **given)
    with pytest.raises(ClientError) as refused:
        group(account, **given)
    assert refused.value.response["Error"]["Code"] == "AlreadyExists"
    assert len(instances(account)) == 1
