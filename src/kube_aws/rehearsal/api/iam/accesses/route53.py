"""Route 53: hosted zones."""

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
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
    return [Access(call.action, f"{start}hostedzone/{zone.rsplit('/', 1)[-1]}")]
