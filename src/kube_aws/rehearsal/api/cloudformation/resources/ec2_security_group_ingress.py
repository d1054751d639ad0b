"""AWS::EC2::SecurityGroupIngress."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.resources import security_group_rules
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Add the rule to its group."""
    answer = work.client("ec2").authorize_security_group_ingress(
        GroupId=properties["GroupId"],
        IpPermissions=[security_group_rules.permission(properties, "Source")],
    )
    return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"Id": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the rule that an interrupted creation made."""
    return security_group_rules.find(work, properties)


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Take the rule out of its group."""
    with missing_is_fine():
        work.client("ec2").revoke_security_group_ingress(
            GroupId=properties["GroupId"], SecurityGroupRuleIds=[physical_id]
        )
