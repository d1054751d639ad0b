"""AWS::EC2::InternetGateway."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the gateway."""
    answer = work.client("ec2").create_internet_gateway(
        TagSpecifications=work.tag_specifications("internet-gateway", properties.get("Tags", ()))
    )
    return str(answer["InternetGateway"]["InternetGatewayId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"InternetGatewayId": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the gateway that an interrupted creation made."""
    found = work.client("ec2").describe_internet_gateways(Filters=work.own)["InternetGateways"]
    return found[0]["InternetGatewayId"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the gateway."""
    with missing_is_fine():
        work.client("ec2").delete_internet_gateway(InternetGatewayId=physical_id)
