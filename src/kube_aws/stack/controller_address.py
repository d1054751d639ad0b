"""The controllers' addresses, which stay when an instance goes: a fixed private one of each, and an elastic
one, where clients reach the API from outside.

With `controllerAddress: interface` a network interface of the stack has them, and outlives the instance that
it is attached to. With `assigned` each new instance takes them itself, and its role has to let it.
"""

from kube_aws.addons.permissions import arn
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import Controller, Role, controllers
from kube_aws.stack.network import subnet
from kube_aws.stack.security_groups import CONTROLLER
from kube_aws.stack.tags import of_controllers, tags

ADDRESS = "EIPController"
ASSOCIATION = "EIPControllerAssociation"


def endpoint(cluster: Cluster) -> dict[str, object]:
    """The elastic address, and its association with the first controller's interface where there is one."""
    if cluster.controller_address == "assigned":
        # The role knows it by its tags.
        return {ADDRESS: _elastic(cluster, {"Tags": tags(of_controllers(cluster))})}
    return {
        ADDRESS: _elastic(cluster, {}),
        ASSOCIATION: {
            "Type": "AWS::EC2::EIPAssociation",
            "Properties": {
                "AllocationId": {"Fn::GetAtt": [ADDRESS, "AllocationId"]},
                "NetworkInterfaceId": {"Ref": _interface(controllers(cluster)[0])},
            },
        },
    }


def associations(cluster: Cluster) -> list[str]:
    """What must be there before a controller starts."""
    return [ASSOCIATION] if cluster.controller_address == "interface" else []


def interface(cluster: Cluster, controller: Controller) -> dict[str, object]:
    """The interface by which the address outlives an instance."""
    if cluster.controller_address == "assigned":
        return {}
    return {
        _interface(controller): {
            "Type": "AWS::EC2::NetworkInterface",
            "Properties": {
                "SubnetId": {"Ref": subnet(cluster, controller.zone)},
                "PrivateIpAddress": str(controller.address),
                "GroupSet": [{"Ref": CONTROLLER}],
            },
        },
    }


def network(cluster: Cluster, controller: Controller) -> dict[str, object]:
    """LaunchTemplateData's part."""
    if cluster.controller_address == "assigned":
        return {"SecurityGroupIds": [{"Ref": CONTROLLER}]}
    # The interface has its subnet, address and security group; none may be said again.
    attached = {
        "DeviceIndex": 0,
        "NetworkInterfaceId": {"Ref": _interface(controller)},
        "DeleteOnTermination": False,
    }
    return {"NetworkInterfaces": [attached]}


def place(cluster: Cluster, controller: Controller) -> dict[str, object]:
    """Where the Auto Scaling group starts its instance."""
    where = subnet(cluster, controller.zone)
    if cluster.controller_address == "assigned":
        return {"VPCZoneIdentifier": [{"Ref": where}]}
    # A group whose launch template names an interface takes zones, no subnets, and holds one instance.
    # AZRebalance, which cannot be suspended here, has nothing to do in one zone.
    return {"AvailabilityZones": [{"Fn::GetAtt": [where, "AvailabilityZone"]}]}


def asked_for(cluster: Cluster, controller: Controller) -> dict[str, object]:
    """The instance's tags that tell it what to take."""
    if cluster.controller_address == "interface":
        return {}
    return {
        "kube-aws:address": str(controller.address),
        "kube-aws:elastic-ip": {"Fn::GetAtt": [ADDRESS, "AllocationId"]},
    }


def interface_tags(cluster: Cluster, role: Role) -> list[dict[str, object]]:
    """Of the interface that EC2 makes for a controller: by them its role knows it."""
    if role == "worker" or cluster.controller_address == "interface":
        return []
    own = dict[str, object](cluster.stack_tags) | of_controllers(cluster)
    return [{"ResourceType": "network-interface", "Tags": tags(own)}]


def take_address(cluster: Cluster) -> list[dict[str, object]]:
    """What the controllers' role may do for it."""
    if cluster.controller_address == "interface":
        return []
    marked = {f"aws:ResourceTag/{key}": value for key, value in of_controllers(cluster).items()}
    return [
        {
            "Sid": "TakeAddress",
            "Effect": "Allow",
            "Action": ["ec2:AssignPrivateIpAddresses", "ec2:AssociateAddress"],
            "Resource": [arn(cluster, "ec2", "elastic-ip/*"), arn(cluster, "ec2", "network-interface/*")],
            "Condition": {"StringEquals": marked},
        }
    ]


def _interface(controller: Controller) -> str:
    return f"Controller{controller.index}NetworkInterface"


def _elastic(cluster: Cluster, more: dict[str, object]) -> dict[str, object]:
    # An address can only be used once the VPC has its gateway; CloudFormation cannot infer that.
    order = {"DependsOn": "InternetGatewayAttachment"} if cluster.vpc_id is None else {}
    return {"Type": "AWS::EC2::EIP", **order, "Properties": {"Domain": "vpc", **more}}
