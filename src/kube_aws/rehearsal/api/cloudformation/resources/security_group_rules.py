"""Security group rules: from CloudFormation's flat properties to EC2's permissions."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
"""The rule that a new security group has for outgoing traffic."""


def permission(rule: Properties, other: str) -> Properties:
    """Return EC2's form of a rule; `other` is `Source` or `Destination`."""
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    result: Properties = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
    if "CidrIp" in rule:
        result["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "CidrIpv6" in rule:
        result["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    if f"{other}PrefixListId" in rule:
        result["PrefixListIds"] = [{"PrefixListId": rule[f"{other}PrefixListId"], **described}]
    if f"{other}SecurityGroupId" in rule:
        pair = {"GroupId": rule[f"{other}SecurityGroupId"], **described}
        if "SourceSecurityGroupOwnerId" in rule:
            pair["UserId"] = rule["SourceSecurityGroupOwnerId"]
        result["UserIdGroupPairs"] = [pair]
    return result


def find(work: Work, rule: Properties) -> str | None:
    """Return the id of the incoming rule in its group that is the same as `rule`."""
    rules = work.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [rule["GroupId"]]}]
    )["SecurityGroupRules"]
    for found in rules:
        if not found["IsEgress"] and _identity(found) == _wanted(rule):
            return str(found["SecurityGroupRuleId"])
    return None


def _identity(found: Properties) -> tuple[Any, ...]:
    return (
        found["IpProtocol"],
        found.get("FromPort", -1),
        found.get("ToPort", -1),
        found.get("CidrIpv4"),
        found.get("CidrIpv6"),
        found.get("PrefixListId"),
        found.get("ReferencedGroupInfo", {}).get("GroupId"),
    )


def _wanted(rule: Properties) -> tuple[Any, ...]:
    return (
        rule["IpProtocol"],
        rule.get("FromPort", -1),
        rule.get("ToPort", -1),
        rule.get("CidrIp"),
        rule.get("CidrIpv6"),
        rule.get("SourcePrefixListId"),
        rule.get("SourceSecurityGroupId"),
    )
