"""What Amazon Data Lifecycle Manager does with the snapshots' role.

Source: Amazon EBS User Guide, "IAM service roles for Amazon Data Lifecycle Manager".
"""

from tests.stack.permissions.accesses import ELSEWHERE, NAME, access

OURS, THEIRS = ({"aws:ResourceTag/kube-aws:etcd": name} for name in (NAME, "another"))

DOES = [
    access("ec2:DescribeSnapshots"),
    access("ec2:DescribeVolumes"),
    access("ec2:CreateSnapshot", "volume/vol-1", OURS),
    # A new snapshot has no tags yet.
    access("ec2:CreateSnapshot", "snapshot/*"),
    access("ec2:CreateTags", "snapshot/snap-1"),
    access("ec2:DeleteSnapshot", "snapshot/snap-1", OURS),
]

NEVER = [
    *(access("ec2:CreateSnapshot", "volume/vol-1", of) for of in (THEIRS, {})),
    *(access("ec2:DeleteSnapshot", "snapshot/snap-1", of) for of in (THEIRS, {})),
    access("ec2:CreateSnapshot", "volume/vol-1", OURS, ELSEWHERE),
    access("ec2:DeleteSnapshot", "snapshot/snap-1", OURS, ELSEWHERE),
    access("ec2:CreateTags", "volume/vol-1", OURS),
]
