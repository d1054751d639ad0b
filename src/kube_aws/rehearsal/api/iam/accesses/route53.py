"""Route 53: hosted zones, and what a call changes in one.

Source of the condition keys: Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access
control".
"""

import re

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import Keys
from kube_aws.rehearsal.api.principal import Principal

_WITHOUT_RESOURCES = (
    "CreateHostedZone",
    "GetHostedZoneCount",
    "ListHostedZones",
    "ListHostedZonesByName",
    "ListQueryLoggingConfigs",
)


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The access that a Route 53 call needs."""
    given = call.parameters
    if call.name in _WITHOUT_RESOURCES:
        return [Access(call.action, "*")]
    start = f"arn:{principal.partition}:route53:::"
    if call.name == "GetChange":
        return [Access(call.action, f"{start}change/{given['Id'].rsplit('/', 1)[-1]}")]
    zone = given.get("HostedZoneId") or given.get("Id") or given.get("ResourceId")
    if not zone:
        return [Access(call.action, None)]
    return [Access(call.action, f"{start}hostedzone/{zone.rsplit('/', 1)[-1]}", _changes(call))]


def _changes(call: Call) -> Keys:
    """What ChangeResourceRecordSets does to which names and types; nothing for other calls."""
    changes = call.parameters.get("ChangeBatch", {}).get("Changes", ())
    if not changes:
        return {}
    sets = [change["ResourceRecordSet"] for change in changes]
    prefix = "route53:ChangeResourceRecordSets"
    return {
        f"{prefix}Actions": tuple(dict.fromkeys(change["Action"] for change in changes)),
        f"{prefix}NormalizedRecordNames": tuple(dict.fromkeys(normalized(one["Name"]) for one in sets)),
        f"{prefix}RecordTypes": tuple(dict.fromkeys(one["Type"] for one in sets)),
    }


def normalized(name: str) -> str:
    r"""A record's name as conditions compare it: `\052.example.com` of `*.Example.com.`."""
    plain = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), name).lower().rstrip(".")
    return re.sub(r"[^a-z0-9_.-]", lambda one: f"\\{ord(one[0]):03o}", plain)
