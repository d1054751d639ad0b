"""What aws-ebs-csi-driver calls: pkg/cloud/cloud.go, v1.64, for claims of volumes without snapshots."""

from tests.stack.permissions.accesses import ELSEWHERE, NAME, OURS, THEIRS, access
from tests.stack.permissions.cloud_controller_manager import ASKED, ASKED_FOR_ANOTHER

MADE = ASKED | {"ec2:CreateAction": "CreateVolume"}
NODE = {"aws:ResourceTag/kube-aws:cluster": NAME, "aws:ResourceTag/kube-aws:role": "worker"}
NODE_OF_ANOTHER = NODE | {"aws:ResourceTag/kube-aws:cluster": "another"}
ETCD = NODE | {"aws:ResourceTag/kube-aws:role": "controller"}

_CHANGES = ("ec2:AttachVolume", "ec2:DeleteVolume", "ec2:DetachVolume", "ec2:ModifyVolume")
_ATTACHES = ("ec2:AttachVolume", "ec2:DetachVolume")

DOES = [
    # Whether it is well, it asks of the zones.
    access("ec2:DescribeAvailabilityZones"),
    access("ec2:DescribeInstances"),
    access("ec2:DescribeInstanceTypes"),
    access("ec2:DescribeVolumes"),
    access("ec2:DescribeVolumesModifications"),
    access("ec2:CreateVolume", "volume/*", ASKED),
    access("ec2:CreateTags", "volume/*", MADE),
    *(access(action, "volume/vol-1", OURS) for action in _CHANGES),
    *(access(action, "instance/i-1", NODE) for action in _ATTACHES),
]

NEVER = [
    access("ec2:CreateVolume", "volume/*"),
    access("ec2:CreateVolume", "volume/*", ASKED_FOR_ANOTHER),
    access("ec2:CreateVolume", "volume/*", ASKED, ELSEWHERE),
    # Who could tag a volume could make it the cluster's.
    access("ec2:CreateTags", "volume/vol-1", ASKED),
    access("ec2:CreateTags", "volume/vol-1", THEIRS | ASKED),
    access("ec2:CreateTags", "volume/*", MADE, ELSEWHERE),
    access("ec2:CreateTags", "instance/i-1", MADE),
    *(access(action, "volume/vol-1", of) for action in _CHANGES for of in (THEIRS, {})),
    *(access(action, "volume/vol-1", OURS, ELSEWHERE) for action in _CHANGES),
    *(access(action, "volume/vol-1", ETCD) for action in _CHANGES if action != "ec2:AttachVolume"),
    *(access(action, "instance/i-1", of) for action in _ATTACHES for of in (NODE_OF_ANOTHER, {})),
    *(access(action, "instance/i-1", NODE, ELSEWHERE) for action in _ATTACHES),
]
