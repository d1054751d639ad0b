"""Data Lifecycle Manager: policies, and the role that takes the snapshots."""

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import requested
from kube_aws.rehearsal.api.principal import Principal


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The accesses that a call needs."""
    given = call.parameters
    tags = requested(given.get("Tags", {}))
    start = f"arn:{principal.partition}:dlm:{call.region}:{principal.account}:policy"
    if call.name in ("CreateLifecyclePolicy", "GetLifecyclePolicies"):
        found = [Access(call.action, "*", tags)]
    elif "PolicyId" in given:
        found = [Access(call.action, f"{start}/{given['PolicyId']}", tags)]
    else:
        found = [Access(call.action, given.get("ResourceArn"), tags)]
    if tags and call.name == "CreateLifecyclePolicy":
        found.append(Access("dlm:TagResource", f"{start}/*", tags))
    if "ExecutionRoleArn" in given:
        passed = {"iam:PassedToService": "dlm.amazonaws.com"}
        found.append(Access("iam:PassRole", given["ExecutionRoleArn"], passed))
    return found
