"""AWS::DLM::LifecyclePolicy."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the policy."""
    given = {name: value for name, value in properties.items() if name != "Tags"}
    tags = {tag["Key"]: tag["Value"] for tag in work.tags(properties.get("Tags", ()))}
    return str(work.client("dlm").create_lifecycle_policy(**given, Tags=tags)["PolicyId"])


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    policy = work.client("dlm").get_lifecycle_policy(PolicyId=physical_id)["Policy"]
    return {"Arn": policy["PolicyArn"], "PolicyId": physical_id}


def find(work: Work, properties: Properties) -> str | None:
    """Return the policy that an interrupted creation made."""
    own = {tag["Key"]: tag["Value"] for tag in work.system_tags}
    for policy in work.client("dlm").get_lifecycle_policies()["Policies"]:
        if own.items() <= policy["Tags"].items():
            return str(policy["PolicyId"])
    return None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the policy."""
    with missing_is_fine():
        work.client("dlm").delete_lifecycle_policy(PolicyId=physical_id)
