"""Rules of the account: partitions and tags."""

import re
from collections.abc import Iterator

from kube_aws.cluster.document import Path, shown
from kube_aws.cluster.forms import partition
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.rules.problem import Problem

_MOST_TAGS = 40
"""AWS allows 50 on a resource; kube-aws and Kubernetes add up to ten."""

_OURS = ("kubernetescluster", "kubernetesclusterid")


def partitions(cluster: Cluster) -> Iterator[Problem]:
    """China and GovCloud are partitions of their own; an ARN of another one does not exist there."""
    expected = partition(cluster.region)
    arns = {"kmsKeyArn": cluster.kms_key_arn, "permissionsBoundary": cluster.permissions_boundary}
    for key, arn in arns.items():
        found = arn.split(":")[1] if arn else expected
        if found != expected:
            yield Problem(
                "partition",
                ((key,), ("region",)),
                f"{key} is in partition {found}; region {cluster.region} is in {expected}",
                f"Its ARN begins with arn:{expected}:",
            )


def tags(cluster: Cluster) -> Iterator[Problem]:
    """CloudFormation gives the stack's tags to the instances, whose tags the metadata service serves.

    So keys hold only what both allow. Sources: AWS, "Tag your Amazon EC2 resources" (restrictions) and
    "View tags using instance metadata".
    """
    if len(cluster.stack_tags) > _MOST_TAGS:
        what = f"stackTags has {len(cluster.stack_tags)} tags; at most {_MOST_TAGS} fit"
        yield Problem("tag-count", (("stackTags",),), what, "AWS allows 50; the cluster needs ten itself.")
    for key, value in cluster.stack_tags.items():
        place: Path = ("stackTags", key)
        for what, next_step in (*_key(key), *_value(value)):
            yield Problem("tag-form", (place,), f"tag {shown(key) or '(empty)'} {what}", next_step)


def _key(key: str) -> Iterator[tuple[str, str]]:
    if not 1 <= len(key) <= 128:
        yield f"has a key of {len(key)} characters", "A key has 1 to 128."
    if unfit := "".join(dict.fromkeys(re.sub(r"[0-9a-zA-Z_+=,.@:-]", "", key))):
        yield f"has a key with {unfit!r}", "Letters, digits and - _ + = , . @ : can be served to instances."
    if key.lower().startswith(("aws:", "kube-aws:")) or key.lower() in _OURS:
        owner = "AWS" if key.lower().startswith("aws:") else "kube-aws"
        yield f"is reserved for {owner}", "Take another key."


def _value(value: str) -> Iterator[tuple[str, str]]:
    if len(value) > 256:
        yield f"has a value of {len(value)} characters", "A value has at most 256."
    if unfit := "".join(dict.fromkeys(re.sub(r"[\w +\-=.:/@]", "", value))):
        yield f"has a value with {unfit!r}", "AWS allows letters, digits, spaces and + - = . _ : / @."
