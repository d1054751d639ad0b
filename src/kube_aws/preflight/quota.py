"""An account's quota."""

from botocore.exceptions import ClientError

from kube_aws.aws.errors import code
from kube_aws.preflight.given import Given


def quota(given: Given, service: str, quota_code: str) -> int | None:
    """The value that holds for this account and region; None where AWS does not tell one."""
    try:
        answer = given.aws.ask(
            "service-quotas", "get_service_quota", ServiceCode=service, QuotaCode=quota_code
        )
    except ClientError as error:
        if code(error) == "NoSuchResourceException":
            return None
        raise
    return int(answer["Quota"]["Value"])


def mend(service: str, quota_code: str) -> str:
    """The command that asks for more."""
    return (
        f"aws service-quotas request-service-quota-increase --service-code {service}"
        f" --quota-code {quota_code} --desired-value …"
    )
