"""The EC2 key pair for SSH."""

from collections.abc import Iterator
from difflib import get_close_matches

from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """It exists in the region; otherwise every launch would fail."""
    wanted = given.cluster.key_name
    names = [pair["KeyName"] for pair in given.aws.ask("ec2", "describe_key_pairs")["KeyPairs"]]
    if wanted in names:
        return
    near = get_close_matches(wanted, names, n=1)
    known = ", ".join(sorted(names)[:10]) or "none"
    yield given.error(
        "key-pair-missing",
        "keyName",
        f"there is no EC2 key pair {wanted} in {given.cluster.region}"
        + (f"; did you mean {near[0]}?" if near else ""),
        f"Key pairs there: {known}. Make one with: aws ec2 create-key-pair --key-name {wanted}",
    )
