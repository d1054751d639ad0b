"""Where clients reach the API from outside: an elastic address on the controller's interface."""

from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import controllers

ASSOCIATION = "EIPControllerAssociation"


def endpoint(cluster: Cluster) -> dict[str, object]:
    """The elastic address and its association, which outlives the instance behind the interface."""
    controller = controllers(cluster)[0]
    # An address can only be used once the VPC has its gateway; CloudFormation cannot infer that.
    order = {"DependsOn": "InternetGatewayAttachment"} if cluster.vpc_id is None else {}
    return {
        "EIPController": {
            "Type": "AWS::EC2::EIP",
            **order,
            "Properties": {"Domain": "vpc"},
        },
        ASSOCIATION: {
            "Type": "AWS::EC2::EIPAssociation",
            "Properties": {
                "AllocationId": {"Fn::GetAtt": ["EIPController", "AllocationId"]},
                "NetworkInterfaceId": {"Ref": f"Controller{controller.index}NetworkInterface"},
            },
        },
    }
