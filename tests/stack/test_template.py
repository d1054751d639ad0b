"""What the stack is made of, as someone would notice who looks at it on AWS."""

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from tests.stack.clusters import CLUSTERS, LOCK, cluster

from kube_aws.cluster.model import Cluster
from kube_aws.stack.document import walk
from kube_aws.stack.template import template

ASG = "AWS::AutoScaling::AutoScalingGroup"


def resources(**keys: object) -> dict[str, Any]:
    stack: dict[str, dict[str, Any]] = json.loads(template(cluster(**keys), LOCK))
    return stack["Resources"]


def types(stack: dict[str, Any]) -> set[str]:
    return {resource["Type"] for resource in stack.values()}


@settings(max_examples=60, deadline=None)
@given(CLUSTERS)
def test_everything_referred_to_is_there(cluster: Cluster) -> None:
    stack = json.loads(template(cluster, LOCK))
    known = set(stack["Resources"])
    assert set(_references(stack)) <= known


@settings(max_examples=20, deadline=None)
@given(CLUSTERS)
def test_the_same_cluster_gives_the_same_bytes(cluster: Cluster) -> None:
    assert template(cluster, LOCK) == template(cluster.model_copy(deep=True), LOCK)


def test_a_group_never_holds_two_of_the_same_controller() -> None:
    group = resources()["Controller0"]["Properties"]
    assert (group["MinSize"], group["MaxSize"]) == ("1", "1")
    assert group["InstanceMaintenancePolicy"] == {"MinHealthyPercentage": 0, "MaxHealthyPercentage": 100}


def test_a_controller_starts_with_its_kept_interface_and_nothing_that_contradicts_it() -> None:
    stack = resources()
    data = stack["Controller0LaunchTemplate"]["Properties"]["LaunchTemplateData"]
    assert data["NetworkInterfaces"] == [
        {
            "DeviceIndex": 0,
            "NetworkInterfaceId": {"Ref": "Controller0NetworkInterface"},
            "DeleteOnTermination": False,
        }
    ]
    assert "SecurityGroupIds" not in data
    group = stack["Controller0"]["Properties"]
    assert "AvailabilityZones" in group
    assert "VPCZoneIdentifier" not in group


def test_a_controller_that_takes_its_address_itself_starts_with_what_ec2_gives() -> None:
    stack = resources(controllerAddress="assigned")
    assert not types(stack) & {"AWS::EC2::NetworkInterface", "AWS::EC2::EIPAssociation"}
    data = stack["Controller0LaunchTemplate"]["Properties"]["LaunchTemplateData"]
    assert data["SecurityGroupIds"] == [{"Ref": "SecurityGroupController"}]
    assert "NetworkInterfaces" not in data
    group = stack["Controller0"]["Properties"]
    assert group["VPCZoneIdentifier"] == [{"Ref": "Subnet0"}]
    assert "AvailabilityZones" not in group
    told = _instance_tags(stack, "Controller0LaunchTemplate")
    assert told["kube-aws:address"] == "10.0.0.50"
    assert told["kube-aws:elastic-ip"] == {"Fn::GetAtt": ["EIPController", "AllocationId"]}


def test_groups_wait_for_address_route_and_names() -> None:
    stack = resources(createRecordSet=True, hostedZone="example.com")
    names = {"Route", "Subnet0RouteTable", "PrivateZoneRecord", "ExternalDNS"}
    assert set(stack["Controller0"]["DependsOn"]) == names | {"EIPControllerAssociation"}
    assert set(stack["Workers"]["DependsOn"]) == names


def test_the_etcd_volume_leaves_a_snapshot() -> None:
    volume = resources()["Controller0Volume"]
    assert volume["DeletionPolicy"] == volume["UpdateReplacePolicy"] == "Snapshot"
    assert volume["Properties"]["Encrypted"] is True


def test_a_policy_takes_daily_snapshots_of_this_clusters_etcd_volumes_alone() -> None:
    stack = resources()
    (target,) = stack["EtcdSnapshots"]["Properties"]["PolicyDetails"]["TargetTags"]
    assert target in stack["Controller0Volume"]["Properties"]["Tags"]
    assert target["Value"] == "defaults"


def test_the_tags_by_which_a_node_knows_itself() -> None:
    stack = resources()
    common = {"KubernetesCluster": "defaults", "kube-aws:cluster": "defaults"}
    assert _instance_tags(stack, "Controller0LaunchTemplate") == common | {
        "Name": "defaults-controller-0",
        "kube-aws:role": "controller",
        "kube-aws:files": "<userdata/controller sha256>",
        "kube-aws:index": "0",
        "kube-aws:volume": {"Ref": "Controller0Volume"},
    }
    assert _instance_tags(stack, "WorkersLaunchTemplate") == common | {
        "Name": "defaults-worker",
        "kube-aws:role": "worker",
        "kube-aws:files": "<userdata/worker sha256>",
    }


def test_root_volumes_carry_the_stacks_tags_that_cloudformation_does_not_give_them() -> None:
    data = resources(stackTags={"Team": "platform"})["WorkersLaunchTemplate"]["Properties"]
    specifications = data["LaunchTemplateData"]["TagSpecifications"]
    (volume,) = [spec["Tags"] for spec in specifications if spec["ResourceType"] == "volume"]
    assert {"Key": "Team", "Value": "platform"} in volume


def test_every_instance_needs_a_session_token_and_shows_pods_nothing() -> None:
    for name in ("Controller0LaunchTemplate", "WorkersLaunchTemplate"):
        data = resources()[name]["Properties"]["LaunchTemplateData"]
        assert data["MetadataOptions"] == {
            "HttpEndpoint": "enabled",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 1,
            "InstanceMetadataTags": "enabled",
        }
        assert all(device["Ebs"]["Encrypted"] for device in data["BlockDeviceMappings"])


def test_who_may_talk_to_whom() -> None:
    stack = resources(apiAllowedCIDRs=["192.0.2.0/24"], sshAllowedCIDRs=["198.51.100.7/32"])
    controller, worker = "SecurityGroupController", "SecurityGroupWorker"
    assert _rules(stack) == {
        (controller, "tcp", 443, 443, worker),
        (controller, "tcp", 443, 443, "192.0.2.0/24"),
        (controller, "tcp", 22, 22, "198.51.100.7/32"),
        (worker, "tcp", 22, 22, "198.51.100.7/32"),
        (controller, "tcp", 10250, 10250, worker),
        (worker, "tcp", 10250, 10250, controller),
        (worker, "tcp", 10250, 10250, worker),
        (controller, "udp", 8472, 8472, worker),
        (worker, "udp", 8472, 8472, controller),
        (worker, "udp", 8472, 8472, worker),
    }


def test_nobody_reaches_ssh_and_everyone_the_api_unless_told() -> None:
    assert {(rule[2], rule[4]) for rule in _rules(resources()) if "/" in rule[4]} == {(443, "0.0.0.0/0")}


def test_one_security_group_is_the_cloud_controller_managers() -> None:
    tagged = [
        name
        for name, resource in resources().items()
        if resource["Type"] == "AWS::EC2::SecurityGroup"
        and {"Key": "kubernetes.io/cluster/defaults", "Value": "owned"}
        in resource["Properties"].get("Tags", [])
    ]
    assert tagged == ["SecurityGroupWorker"]


def test_an_existing_vpc_is_used_as_it_is() -> None:
    stack = resources(vpcId="vpc-0a1b2c3d4e5f60718", routeTableId="rtb-0a1b2c3d4e5f60718")
    assert not types(stack) & {
        "AWS::EC2::VPC",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::VPCGatewayAttachment",
        "AWS::EC2::RouteTable",
        "AWS::EC2::Route",
    }
    assert stack["Subnet0"]["Properties"]["VpcId"] == "vpc-0a1b2c3d4e5f60718"
    assert stack["Subnet0RouteTable"]["Properties"]["RouteTableId"] == "rtb-0a1b2c3d4e5f60718"


def test_without_a_route_table_the_subnet_uses_the_vpcs_main_one() -> None:
    stack = resources(vpcId="vpc-0a1b2c3d4e5f60718")
    assert "AWS::EC2::SubnetRouteTableAssociation" not in types(stack)


def test_spot_workers_are_all_spot_and_keep_to_the_price() -> None:
    group = resources(workerSpotPrice="0.05", workerCount=3)["Workers"]["Properties"]
    assert group["DesiredCapacity"] == "3"
    assert "LaunchTemplate" not in group
    distribution = group["MixedInstancesPolicy"]["InstancesDistribution"]
    assert distribution["SpotMaxPrice"] == "0.05"
    assert distribution["OnDemandBaseCapacity"] == 0
    assert distribution["OnDemandPercentageAboveBaseCapacity"] == 0


def test_the_public_record_is_made_when_asked_for() -> None:
    assert "ExternalDNS" not in resources()
    record = resources(createRecordSet=True, hostedZone="example.com", recordSetTTL=60)["ExternalDNS"]
    assert record["Properties"] == {
        "HostedZoneName": "example.com.",
        "Name": "k8s.example.com",
        "Type": "A",
        "TTL": "60",
        "ResourceRecords": [{"Ref": "EIPController"}],
    }


def test_nodes_find_the_controllers_by_a_private_name() -> None:
    stack = resources()
    assert stack["PrivateZone"]["Properties"]["Name"] == "api.defaults.internal"
    assert stack["PrivateZoneRecord"]["Properties"]["ResourceRecords"] == ["10.0.0.50"]


def test_only_roles_and_profiles_need_a_capability_and_none_has_a_name() -> None:
    stack = resources()
    iam = {name: resource for name, resource in stack.items() if resource["Type"].startswith("AWS::IAM::")}
    assert types(iam) == {"AWS::IAM::Role", "AWS::IAM::InstanceProfile"}
    assert not any({"RoleName", "InstanceProfileName"} & set(item["Properties"]) for item in iam.values())


def test_every_role_has_the_accounts_boundary_and_path() -> None:
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    stack = resources(permissionsBoundary=boundary, iamPath="/kubernetes/")
    for resource in stack.values():
        if resource["Type"] == "AWS::IAM::Role":
            assert resource["Properties"]["PermissionsBoundary"] == boundary
        if resource["Type"].startswith("AWS::IAM::"):
            assert resource["Properties"]["Path"] == "/kubernetes/"


def _instance_tags(stack: dict[str, Any], name: str) -> dict[str, object]:
    specifications = stack[name]["Properties"]["LaunchTemplateData"]["TagSpecifications"]
    (tags,) = [spec["Tags"] for spec in specifications if spec["ResourceType"] == "instance"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def _rules(stack: dict[str, Any]) -> set[tuple[str, str, int, int, str]]:
    rules = [r["Properties"] for r in stack.values() if r["Type"] == "AWS::EC2::SecurityGroupIngress"]
    return {
        (
            rule["GroupId"]["Ref"],
            rule["IpProtocol"],
            rule["FromPort"],
            rule["ToPort"],
            rule.get("CidrIp") or rule["SourceSecurityGroupId"]["Ref"],
        )
        for rule in rules
    }


def _references(stack: object) -> Iterator[str]:
    """Every logical name that the template refers to."""
    for path, value in walk(stack):
        match value:
            case {"Ref": str(name)} if not name.startswith("AWS::"):
                yield name
            case {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::Sub": str(text)}:
                yield from (
                    name for name in re.findall(r"\$\{([^!}]+)\}", text) if not name.startswith("AWS::")
                )
        if path[-1:] == ("DependsOn",):
            yield from [value] if isinstance(value, str) else value
