"""Accounts on AWS's free plan, which may launch only a few instance types."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from kube_aws.aws.errors import DENIED, code
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given
from kube_aws.preflight.instance_types import details, wanted


def check(given: Given) -> Iterator[Finding]:
    """On the free plan every type is among those that EC2 marks as free.

    Source: AWS Free Tier API, GetAccountPlanState. Its denial says nothing about the cluster,
    so it is no finding: a launch that the plan forbids is explained when it fails.
    """
    refused = [
        key for key, name, _ in wanted(given) if not details(given).get(name, {}).get("FreeTierEligible")
    ]
    if not refused:
        return
    try:
        plan = given.aws.ask("freetier", "get_account_plan_state")["accountPlanType"]
    except ClientError as error:
        if code(error) in DENIED | {"ResourceNotFoundException"}:
            return
        raise
    for key in dict.fromkeys(refused) if plan == "FREE" else []:
        yield given.error(
            "free-plan",
            key,
            "this account is on AWS's free plan, which refuses this instance type",
            "Take a free one (aws ec2 describe-instance-types --filters"
            " Name=free-tier-eligible,Values=true), or upgrade the plan.",
        )
