"""Who calls."""

from collections.abc import Iterator

from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """The root user works, but its keys cannot be limited; the KMS key should be the account's own."""
    if given.identity.arn.endswith(":root"):
        yield given.warning(
            "root-user",
            "clusterName",
            "this is the account's root user, whose keys open everything in the account",
            "Use a role or user with docs/operator-policy.json.",
        )
    owner = given.cluster.kms_key_arn.split(":")[4]
    if owner != given.identity.account:
        yield given.warning(
            "kms-key-account",
            "kmsKeyArn",
            f"the key belongs to account {owner}, the cluster will be in {given.identity.account}",
            "Its key policy must let this account use it; or choose a key of this account.",
        )
