"""The words of the tables beside this file, each of which says what a program does with a role of the
article's cluster (DOES) and what it must not get with that role (NEVER).

A call that touches several resources is a line for each, as IAM judges it. So that a line is short:
`access("ec2:AttachVolume", "volume/vol-1", {...})` is about the article's region and account.
"""

from tests.checks.nodes import ARTICLE

from kube_aws.rehearsal.api.iam.access import Access, Context

NAME, REGION, ACCOUNT = ARTICLE.cluster_name, ARTICLE.region, "303293004898"
ELSEWHERE = "us-east-1"
"""A region in which there may be a cluster of the same name, with the same tags."""

OURS = {f"aws:ResourceTag/kubernetes.io/cluster/{NAME}": "owned"}
THEIRS = {"aws:ResourceTag/kubernetes.io/cluster/another": "owned"}


def access(action: str, resource: str = "*", given: Context | None = None, region: str = REGION) -> Access:
    """One access; `resource` is `*`, an ARN, or the last part of one of the action's own service."""
    if resource != "*" and not resource.startswith("arn:"):
        resource = f"arn:aws:{action.partition(':')[0]}:{region}:{ACCOUNT}:{resource}"
    return Access(action, resource, given or {})
