"""Where clients reach the API from outside: an elastic address that leads to the controller's fixed one."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import controllers
from kube_aws.stack.tags import of_controllers, tags

ADDRESS = "EIPController"
ASSOCIATION = "EIPControllerAssociation"


def endpoint(cluster: Cluster) -> dict[str, object]:
    """The elastic address, and its association with the interface that outlives the instance behind it.

    A controller that takes its address itself associates the elastic one too; its role knows it by tags.
    """
    if cluster.controller_address == "assigned":
        return {ADDRESS: _address(cluster, {"Tags": tags(of_controllers(cluster))})}
    controller = controllers(cluster)[0]
    return {
        ADDRESS: _address(cluster, {}),
        ASSOCIATION: {
            "Type": "AWS::EC2::EIPAssociation",
            "Properties": {
                "AllocationId": {"Fn::GetAtt": [ADDRESS, "AllocationId"]},
                "NetworkInterfaceId": {"Ref": f"Controller{controller.index}NetworkInterface"},
            },
        },
    }


def associations(cluster: Cluster) -> list[str]:
    """What must be there before a controller starts."""
    return [ASSOCIATION] if cluster.controller_address == "interface" else []


def _address(cluster: Cluster, more: dict[str, object]) -> dict[str, object]:
    # An address can only be used once the VPC has its gateway; CloudFormation cannot infer that.
    order = {"DependsOn": "InternetGatewayAttachment"} if cluster.vpc_id is None else {}
    return {"Type": "AWS::EC2::EIP", **order, "Properties": {"Domain": "vpc", **more}}
