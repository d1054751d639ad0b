"""What the scripts of every node call: unseal and stage (userdata/tree/common)."""

from tests.checks.nodes import ARTICLE
from tests.stack.permissions.accesses import ELSEWHERE, NAME, access

from kube_aws.rehearsal.api.iam.access import Access, Context

ANOTHER_KEY = ARTICLE.kms_key_arn[:-4] + "0000"
BOOT, OTHERS = {"aws:TagKeys": ("kube-aws:boot",)}, {"aws:TagKeys": ("kube-aws:boot", "kube-aws:role")}


def does(role: str) -> list[Access]:
    return [
        access("kms:Decrypt", ARTICLE.kms_key_arn, sealed_for(NAME, role)),
        access("ec2:CreateTags", "instance/i-1", calling_about("i-1") | BOOT),
    ]


def never(role: str) -> list[Access]:
    another = "worker" if role == "controller" else "controller"
    return [
        access("kms:Decrypt", ARTICLE.kms_key_arn),
        access("kms:Decrypt", ARTICLE.kms_key_arn, sealed_for(NAME, another)),
        access("kms:Decrypt", ARTICLE.kms_key_arn, sealed_for("another", role)),
        access("kms:Decrypt", ANOTHER_KEY, sealed_for(NAME, role)),
        access("ec2:CreateTags", "instance/i-2", calling_about("i-2") | BOOT),
        access("ec2:CreateTags", "instance/i-1", calling_about("i-1") | OTHERS),
        # An instance's id is its own in one region only.
        access("ec2:CreateTags", "instance/i-1", calling_about("i-1") | BOOT, ELSEWHERE),
        access("ec2:DescribeInstanceAttribute", "instance/i-1", calling_about("i-1")),  # shows user data
    ]


def sealed_for(cluster: str, role: str) -> Context:
    prefix = "kms:EncryptionContext:kube-aws:"
    return {f"{prefix}cluster": cluster, f"{prefix}role": role}


def calling_about(instance: str) -> dict[str, str | tuple[str, ...]]:
    """What i-1 says of itself in a call about an instance."""
    me = access("ec2:CreateTags", "instance/i-1").resource
    return {"ec2:SourceInstanceARN": str(me), "ec2:InstanceID": instance}
