"""What a call means to IAM: which actions on which resources, one file a service.

Source throughout: Service Authorization Reference, "Actions, resources, and condition keys" of the service
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Callable
from dataclasses import replace

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses import (
    autoscaling,
    cloudformation,
    ec2,
    ecr,
    elasticloadbalancing,
    iam,
    kms,
    lifecycle,
    route53,
    sts,
)
from kube_aws.rehearsal.api.iam.accesses.tags import Keys
from kube_aws.rehearsal.api.principal import Principal

_SERVICES: dict[str, Callable[[Call, Principal], list[Access]]] = {
    "autoscaling": autoscaling.accesses,
    "dlm": lifecycle.accesses,
    "ec2": ec2.accesses,
    "ecr": ecr.accesses,
    "elb": elasticloadbalancing.accesses,
    "elbv2": elasticloadbalancing.accesses,
    "iam": iam.accesses,
    "kms": kms.accesses,
    "route53": route53.accesses,
    "sts": sts.accesses,
}
_WITHOUT_RESOURCES = frozenset(("freetier", "service-quotas"))


def of(call: Call, principal: Principal, stack_id: str | None) -> list[Access]:
    """The accesses that a call needs, each with what every request tells of its caller.

    `stack_id` is the ARN of the stack that a CloudFormation call means, if there is one.
    """
    if call.service in _WITHOUT_RESOURCES:
        found = [Access(call.action, "*")]
    elif call.service == "cloudformation":
        found = cloudformation.accesses(call, principal, stack_id)
    else:
        found = _SERVICES[call.service](call, principal)
    return with_caller(found, principal)


def with_caller(found: list[Access], principal: Principal) -> list[Access]:
    """Add the global condition keys. Source: IAM User Guide, "AWS global condition context keys"."""
    caller: Keys = {}
    if principal.instance_arn:
        caller["ec2:SourceInstanceARN"] = principal.instance_arn
    if principal.called_via:
        caller["aws:CalledVia"] = (principal.called_via,)
    return [replace(access, context={**caller, **access.context}) for access in found]
