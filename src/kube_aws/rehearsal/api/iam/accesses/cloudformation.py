"""CloudFormation: stacks. What a stack's resources need is asked when CloudFormation makes them."""

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import listed, requested
from kube_aws.rehearsal.api.principal import Principal

_WITHOUT_RESOURCES = ("ListStacks", "ValidateTemplate")


def accesses(call: Call, principal: Principal, stack_id: str | None) -> list[Access]:
    """The accesses that a call needs; `stack_id` is the ARN of the stack that it means, if there is one."""
    name = call.parameters.get("StackName")
    if call.name in _WITHOUT_RESOURCES or not name:
        return [Access(call.action, "*")]
    start = f"arn:{principal.partition}:cloudformation:{call.region}:{principal.account}"
    stack = stack_id or (name if name.startswith("arn:") else f"{start}:stack/{name}/*")
    tags = requested(listed(call.parameters.get("Tags")))
    found = [Access(call.action, stack, tags)]
    return found + ([Access("cloudformation:TagResource", stack, tags)] if tags else [])
