"""May this caller make this call? If not, the refusal in AWS's words."""

from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.conditions import UnknownError
from kube_aws.rehearsal.api.iam.policy import Decision, Statement, decide, names, statements
from kube_aws.rehearsal.api.principal import Principal


def authorise(accesses: list[Access], principal: Principal, call: Call) -> None:
    """Raise AWS's refusal unless every access is allowed to the caller.

    A policy that uses what the evaluator does not know is refused with an error that names it, since
    guessing would let mistakes pass.
    """
    for access in accesses:
        try:
            reason = _refusal(access, principal)
        except UnknownError as unknown:
            raise ApiError(
                "NotImplemented", f"The rehearsal cannot judge {unknown} ({access.action}).", 501
            ) from unknown
        if reason is not None:
            raise _refused(access, principal, call, reason)


def _refusal(access: Access, principal: Principal) -> str | None:
    """Why an access is refused, as AWS ends its sentence; None where it is allowed.

    Source: IAM User Guide, "Policy evaluation logic" within one account, and "Troubleshoot access denied
    error messages".
    """
    own, boundary = identity_policies(principal)
    on_resource = _resource_policy(access)
    by_identity = decide(own, access)
    by_boundary = Decision.ALLOWED if boundary is None else decide(boundary, access)
    by_name, by_account = (
        decide([s for s in on_resource or () if names(s, principal) == how], access)
        for how in ("directly", "account")
    )
    by_resource = {by_name, by_account}
    named = by_name is Decision.ALLOWED

    deny, no_allow = "with an explicit deny in", f"policy allows the {access.action} action"
    refusals = (
        (by_identity is Decision.DENIED, f"{deny} an identity-based policy"),
        (Decision.DENIED in by_resource, f"{deny} a resource-based policy"),
        (by_boundary is Decision.DENIED, f"{deny} a permissions boundary"),
        (
            on_resource is not None and Decision.ALLOWED not in by_resource,
            f"because no resource-based {no_allow}",
        ),
        (by_identity is not Decision.ALLOWED and not named, f"because no identity-based {no_allow}"),
        (
            by_boundary is not Decision.ALLOWED and not named,
            f"because no permissions boundary allows the {access.action} action",
        ),
    )
    return next((reason for refused, reason in refusals if refused), None)


def identity_policies(principal: Principal) -> tuple[list[Statement], list[Statement] | None]:
    """The statements of the caller's own policies, and of its permissions boundary if it has one."""
    iam: Any = iam_backends[principal.account][principal.partition]
    if principal.role:
        holder = iam.get_role(principal.role)
        limit = holder.permissions_boundary_arn
    else:
        holder = iam.get_user(principal.user)
        limit = None
    inline, attached = holder.policies.values(), holder.managed_policies.values()
    texts = [*inline, *(_document(policy) for policy in attached)]
    own = [statement for text in texts for statement in statements(text)]
    if not limit:
        return own, None
    return own, list(statements(_document(iam.get_policy(limit))))


def _document(policy: Any) -> str:
    """The document of a managed policy's default version."""
    return str(next(one.document for one in policy.versions if one.is_default))


def _resource_policy(access: Access) -> tuple[Statement, ...] | None:
    """The policy of the key or the role that an access is about; None where resources have none."""
    if access.resource is None or access.resource == "*":
        return None
    _, partition, service, region, account, name = access.resource.split(":", 5)
    if service == "kms" and name.startswith("key/"):
        key = kms_backends[account][region].keys.get(name.removeprefix("key/"))
        return statements(key.policy) if key else None
    if access.action == "sts:AssumeRole":
        role = iam_backends[account][partition].get_role(name.rsplit("/", 1)[-1])
        return statements(role.assume_role_policy_document)
    return None


def _refused(access: Access, principal: Principal, call: Call, reason: str) -> ApiError:
    where = "" if access.resource in (None, "*") else f" on resource: {access.resource}"
    if call.name == "Decrypt" and "KeyId" not in call.parameters:
        where = " on the resource associated with this ciphertext"
        if "resource-based" in reason:
            reason = (
                "because the resource does not exist in this Region, no resource-based policies allow "
                "access, or a resource-based policy explicitly denies access"
            )
    text = f"User: {principal.arn} is not authorized to perform: {access.action}{where} {reason}"
    if call.service == "ec2":
        text = f"You are not authorized to perform this operation. {text}"
        return ApiError("UnauthorizedOperation", text, 403)
    protocol = call.operation.service_model.protocol
    if protocol in ("json", "rest-json"):
        return ApiError("AccessDeniedException", text, 400 if protocol == "json" else 403)
    return ApiError("AccessDenied", text, 403)
