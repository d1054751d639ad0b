"""AWS::EC2::VPCGatewayAttachment, of internet gateways."""

from typing import Any

from botocore.exceptions import ClientError

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Attach the gateway."""
    if "InternetGatewayId" not in properties:
        raise RefusedError("the embedded AWS attaches internet gateways only")
    work.client("ec2").attach_internet_gateway(
        InternetGatewayId=properties["InternetGatewayId"], VpcId=properties["VpcId"]
    )
    return _physical_id(properties)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"AttachmentType": "IGW"}


def find(work: Work, properties: Properties) -> str | None:
    """Return the attachment that an interrupted creation made."""
    filters = [{"Name": "attachment.vpc-id", "Values": [properties["VpcId"]]}]
    found = work.client("ec2").describe_internet_gateways(Filters=filters)["InternetGateways"]
    attached = [gateway["InternetGatewayId"] for gateway in found]
    return _physical_id(properties) if properties.get("InternetGatewayId") in attached else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Detach the gateway."""
    with missing_is_fine():
        try:
            work.client("ec2").detach_internet_gateway(
                InternetGatewayId=properties["InternetGatewayId"], VpcId=properties["VpcId"]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "Gateway.NotAttached":
                raise


def _physical_id(properties: Properties) -> str:
    return f"IGW|{properties['VpcId']}"
