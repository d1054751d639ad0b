"""Where moto is not as AWS is: one function a defect, each in a file of its own.

A patch replaces one method of moto and says what AWS does; its test is the call that shows the defect.
"""

from kube_aws.rehearsal.api.patches.ec2_flatcar_images import ec2_flatcar_images
from kube_aws.rehearsal.api.patches.iam_managed_policies import iam_managed_policies
from kube_aws.rehearsal.api.patches.kms_encryption_context import kms_encryption_context
from kube_aws.rehearsal.api.patches.kms_symmetric_key import kms_symmetric_key

PATCHES = (
    ec2_flatcar_images,
    iam_managed_policies,
    kms_encryption_context,
    kms_symmetric_key,
)


def apply() -> None:
    """Patch moto, once a process and before its first use."""
    for patch in PATCHES:
        patch()
