"""The calls that show where moto's EC2 is not AWS's."""

from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import EmbeddedAws

IMAGE = "ami-" + sha256(b"stable/eu-west-1/amd64").hexdigest()[:17]


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "ap-southeast-2"])
def test_flatcar_images_are_there(embedded_aws: EmbeddedAws, region: str) -> None:
    ec2 = embedded_aws.account(region=region).client("ec2")
    images = ec2.describe_images(
        Owners=["075585003325"], Filters=[{"Name": "name", "Values": ["Flatcar-stable-*-hvm"]}]
    )["Images"]
    assert {(i["Name"], i["Architecture"], i["ImageId"]) for i in images} == {
        (
            f"Flatcar-stable-4593.2.3{suffix}-hvm",
            machine,
            "ami-" + sha256(f"stable/{region}/{name}".encode()).hexdigest()[:17],
        )
        for name, machine, suffix in (("amd64", "x86_64", ""), ("arm64", "arm64", "-arm64"))
    }
    assert images[0]["RootDeviceName"] == "/dev/xvda"
    assert images[0]["CreationDate"] == "2026-11-02T00:00:00.000Z"


def test_a_dry_run_makes_nothing(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    before = len(ec2.describe_vpcs()["Vpcs"])
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


def test_too_much_user_data_is_refused(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    launch = {"ImageId": IMAGE, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1}
    ec2.run_instances(**launch, UserData="x" * 16_384)
    with pytest.raises(ClientError, match="User data is limited to 16384 bytes"):
        ec2.run_instances(**launch, UserData="x" * 16_385)


def test_the_same_client_token_launches_once(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    given = {"ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "ClientToken": "a"}
    assert ec2.run_instances(**given)["ReservationId"] == ec2.run_instances(**given)["ReservationId"]
    assert len(ec2.describe_instances()["Reservations"]) == 1


@pytest.mark.parametrize(("wrong", "code"), [
    ({"ImageId": "ami-00000000000000000"}, "InvalidAMIID.NotFound"),
    ({"KeyName": "nobody"}, "InvalidKeyPair.NotFound"),
    ({"InstanceType": "t9.huge"}, "InvalidParameterValue"),
    ({"InstanceType": "t4g.medium"}, "InvalidParameterValue"),
    ({"SecurityGroupIds": ["sg-00000000000000000"]}, "InvalidGroup.NotFound"),
])  # fmt: skip
def test_what_cannot_launch_is_refused(
    embedded_aws: EmbeddedAws, wrong: dict[str, object], code: str
) -> None:
    ec2 = embedded_aws.account().client("ec2")
    given = {"ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1} | wrong
    with pytest.raises(ClientError) as refused:
        ec2.run_instances(**given)
    assert refused.value.response["Error"]["Code"] == code


def test_a_volume_grows_and_does_not_shrink(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=8)["VolumeId"]
    for size in (9, 10):
        ec2.modify_volume(VolumeId=volume, Size=size)
    (told,) = ec2.describe_volumes_modifications(VolumeIds=[volume])["VolumesModifications"]
    assert (told["OriginalSize"], told["TargetSize"]) == (9, 10)
    with pytest.raises(ClientError, match="cannot be smaller"):
        ec2.modify_volume(VolumeId=volume, Size=9)
    assert ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Size"] == 10


def test_a_volume_is_attached_once(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    ids = [
        ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1,
                          Placement={"AvailabilityZone": "eu-west-1a"})["Instances"][0]["InstanceId"]
        for _ in range(2)
    ]  # fmt: skip
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=8)["VolumeId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=ids[0], Device="/dev/xvdf")
    with pytest.raises(ClientError, match="VolumeInUse"):
        ec2.attach_volume(VolumeId=volume, InstanceId=ids[1], Device="/dev/xvdf")
    assert ec2.detach_volume(VolumeId=volume)["InstanceId"] == ids[0]
    elsewhere = ec2.create_volume(AvailabilityZone="eu-west-1b", Size=8)["VolumeId"]
    with pytest.raises(ClientError, match="ZoneMismatch"):
        ec2.attach_volume(VolumeId=elsewhere, InstanceId=ids[0], Device="/dev/xvdf")


def test_a_security_group_in_use_stays(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    one, two = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in "ab"
    )
    eni = ec2.create_network_interface(SubnetId=subnet, Groups=[one])["NetworkInterface"]
    ec2.authorize_security_group_ingress(
        GroupId=one,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": two}]}
        ],
    )
    for group in (one, two):
        with pytest.raises(ClientError, match="DependencyViolation"):
            ec2.delete_security_group(GroupId=group)
    ec2.delete_network_interface(NetworkInterfaceId=eni["NetworkInterfaceId"])
    ec2.delete_security_group(GroupId=one)
    ec2.delete_security_group(GroupId=two)


def test_all_new_rules_are_told(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    group = ec2.create_security_group(GroupName="g", Description="g")["GroupId"]
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        for port in (22, 443)
    ])  # fmt: skip
    assert [rule["FromPort"] for rule in made["SecurityGroupRules"]] == [22, 443]


def test_nodes_are_found_by_address_and_have_no_topology(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    instance = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][
        0
    ]
    address = [instance["PrivateIpAddress"]]
    found = ec2.describe_instances(
        Filters=[{"Name": "network-interface.addresses.private-ip-address", "Values": address}]
    )
    assert found["Reservations"][0]["Instances"][0]["InstanceId"] == instance["InstanceId"]
    assert ec2.describe_instance_topology(InstanceIds=[instance["InstanceId"]])["Instances"] == []


def test_what_is_in_use_stays(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    instance = ec2.run_instances(
        ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet
    )["Instances"][0]
    interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)
    for code, call, given in (
        ("InvalidIPAddress.InUse", ec2.release_address, {"AllocationId": address}),
        ("InvalidParameterValue", ec2.delete_network_interface, {"NetworkInterfaceId": interface}),
        ("DependencyViolation", ec2.delete_subnet, {"SubnetId": subnet}),
    ):
        with pytest.raises(ClientError) as refused:
            call(**given)
        assert refused.value.response["Error"]["Code"] == code
    ec2.disassociate_address(
        AssociationId=ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]["AssociationId"]
    )
    ec2.release_address(AllocationId=address)
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    ec2.delete_subnet(SubnetId=subnet)


@pytest.mark.parametrize(("address", "code"), [
    ("10.0.1.50", "InvalidParameterValue"),
    ("10.0.0.3", "InvalidParameterValue"),
    ("10.0.0.50", "InvalidIPAddress.InUse"),
])  # fmt: skip
def test_an_address_is_of_its_subnet_and_its_own(embedded_aws: EmbeddedAws, address: str, code: str) -> None:
    ec2 = embedded_aws.account().client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="10.0.0.50")
    with pytest.raises(ClientError) as refused:
        ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress=address)
    assert refused.value.response["Error"]["Code"] == code


def test_a_second_address_moves_with_its_elastic_one_if_allowed(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    first, second = ec2.run_instances(
        ImageId=IMAGE, InstanceType="t3.micro", MinCount=2, MaxCount=2, SubnetId=subnet
    )["Instances"]
    one, two = (made["NetworkInterfaces"][0]["NetworkInterfaceId"] for made in (first, second))
    elastic = ec2.allocate_address(Domain="vpc")
    wanted = {"PrivateIpAddresses": ["10.0.0.50"], "AllowReassignment": True}

    def public(instance: dict[str, Any]) -> dict[str, str]:
        """The public addresses of an instance, by the private ones."""
        ids = [instance["InstanceId"]]
        told = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"][0]
        return {
            address["PrivateIpAddress"]: address["Association"]["PublicIp"]
            for address in told["NetworkInterfaces"][0]["PrivateIpAddresses"]
        }

    before = public(first), public(second)
    ec2.assign_private_ip_addresses(NetworkInterfaceId=one, **wanted)
    ec2.associate_address(
        NetworkInterfaceId=one, PrivateIpAddress="10.0.0.50", AllocationId=elastic["AllocationId"]
    )
    assert public(first) == before[0] | {"10.0.0.50": elastic["PublicIp"]}

    refused = {"AllowReassignment": False}, {"PrivateIpAddresses": [first["PrivateIpAddress"]]}
    for given in (*refused, {"PrivateIpAddresses": ["10.0.1.50"]}):
        with pytest.raises(ClientError, match="InvalidParameterValue"):
            ec2.assign_private_ip_addresses(NetworkInterfaceId=two, **(wanted | given))
    ec2.assign_private_ip_addresses(NetworkInterfaceId=two, **wanted)
    assert (public(first), public(second)) == (before[0], before[1] | {"10.0.0.50": elastic["PublicIp"]})
    (told,) = ec2.describe_addresses(AllocationIds=[elastic["AllocationId"]])["Addresses"]
    assert (told["InstanceId"], told["PrivateIpAddress"]) == (second["InstanceId"], "10.0.0.50")

    ec2.terminate_instances(InstanceIds=[second["InstanceId"]])
    ec2.release_address(AllocationId=elastic["AllocationId"])
    ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="10.0.0.50")


def test_public_addresses_are_no_one_elses(embedded_aws: EmbeddedAws) -> None:
    ec2 = embedded_aws.account().client("ec2")
    instance = ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"]
    described = ec2.describe_instances(InstanceIds=[instance[0]["InstanceId"]])["Reservations"][0]
    given = {ec2.allocate_address(Domain="vpc")["PublicIp"] for _ in range(20)}
    given.add(described["Instances"][0]["PublicIpAddress"])
    assert len(given) == 21
    assert all(ip_address(one) in ip_network("198.18.0.0/15") for one in given)


def test_hosted_zones_are_listed_from_a_name_on(embedded_aws: EmbeddedAws) -> None:
    route53 = embedded_aws.account().client("route53")
    for name in ("example.com", "a.example.com", "example.org"):
        route53.create_hosted_zone(Name=name, CallerReference=name)
    listed = route53.list_hosted_zones_by_name(DNSName="a.example.com")
    assert [zone["Name"] for zone in listed["HostedZones"]] == ["a.example.com.", "example.org."]
    first = route53.list_hosted_zones_by_name(MaxItems="1")
    assert [zone["Name"] for zone in first["HostedZones"]] == ["example.com."]
    assert (first["IsTruncated"], first["NextDNSName"]) == (True, "a.example.com.")
