"""AWS::EC2::SecurityGroup."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.resources.security_group_rules import EVERYTHING, permission
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the group, with its rules before anybody can know its id."""
    ec2 = work.client("ec2")
    answer = ec2.create_security_group(
        GroupName=properties.get("GroupName", work.name(255)),
        Description=properties["GroupDescription"],
        **({"VpcId": properties["VpcId"]} if "VpcId" in properties else {}),
        TagSpecifications=work.tag_specifications("security-group", properties.get("Tags", ())),
    )
    return str(answer["GroupId"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Set the rules; given outgoing ones take the place of the one that allows everything."""
    ec2 = work.client("ec2")
    (group,) = ec2.describe_security_groups(GroupIds=[physical_id])["SecurityGroups"]
    incoming = [permission(rule, "Source") for rule in properties.get("SecurityGroupIngress", ())]
    outgoing = [permission(rule, "Destination") for rule in properties.get("SecurityGroupEgress", ())]
    if incoming and not group["IpPermissions"]:
        ec2.authorize_security_group_ingress(GroupId=physical_id, IpPermissions=incoming)
    if outgoing and EVERYTHING not in outgoing:
        if any(rule["IpProtocol"] == "-1" for rule in group["IpPermissionsEgress"]):
            ec2.revoke_security_group_egress(GroupId=physical_id, IpPermissions=[EVERYTHING])
        ec2.authorize_security_group_egress(GroupId=physical_id, IpPermissions=outgoing)


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    (group,) = work.client("ec2").describe_security_groups(GroupIds=[physical_id])["SecurityGroups"]
    return {"GroupId": physical_id, "Id": physical_id, "VpcId": group["VpcId"]}


def find(work: Work, properties: Properties) -> str | None:
    """Return the group that an interrupted creation made."""
    found = work.client("ec2").describe_security_groups(Filters=work.own)["SecurityGroups"]
    return found[0]["GroupId"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the group."""
    with missing_is_fine():
        work.client("ec2").delete_security_group(GroupId=physical_id)
