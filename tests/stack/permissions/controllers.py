"""What the controllers' scripts call: add-ons, node-certificates, etcd-volume, address
(userdata/tree/controller and assigned)."""

from tests.stack.permissions import nodes
from tests.stack.permissions.accesses import ELSEWHERE, NAME, access

OURS = {"aws:ResourceTag/kube-aws:cluster": NAME, "aws:ResourceTag/kube-aws:role": "controller"}
WORKERS = OURS | {"aws:ResourceTag/kube-aws:role": "worker"}
THEIRS = OURS | {"aws:ResourceTag/kube-aws:cluster": "another"}
FORMATTED, OTHERS = {"aws:TagKeys": ("kube-aws:formatted",)}, {"aws:TagKeys": ("kube-aws:role",)}

_TAKES = [
    ("ec2:AttachVolume", "instance/i-1"),
    ("ec2:AttachVolume", "volume/vol-1"),
    ("ec2:AssignPrivateIpAddresses", "network-interface/eni-1"),
    ("ec2:AssociateAddress", "elastic-ip/eipalloc-1"),
    ("ec2:AssociateAddress", "network-interface/eni-1"),
]

DOES = [
    *nodes.does("controller"),
    # By the stack's name, and by its id.
    access("cloudformation:DescribeStackResource", f"stack/{NAME}/*"),
    access("cloudformation:DescribeStackResource", f"stack/{NAME}/1"),
    access("ec2:DescribeInstances"),
    access("ec2:DescribeVolumes"),
    *(access(action, resource, OURS) for action, resource in _TAKES),
    access("ec2:CreateTags", "volume/vol-1", OURS | FORMATTED),
]

NEVER = [
    *nodes.never("controller"),
    access("cloudformation:DescribeStackResource", "stack/another/1"),
    access("cloudformation:UpdateStack", f"stack/{NAME}/1"),
    *(access(action, resource, THEIRS) for action, resource in _TAKES),
    # Volumes of claims are attached to workers; etcd's carry these tags.
    *(access(action, resource, WORKERS) for action, resource in _TAKES if resource != "instance/i-1"),
    *(access(action, resource, OURS, ELSEWHERE) for action, resource in _TAKES),
    access("ec2:CreateTags", "volume/vol-1", FORMATTED),
    access("ec2:CreateTags", "volume/vol-1", WORKERS | FORMATTED),
    access("ec2:CreateTags", "volume/vol-1", THEIRS | FORMATTED),
    access("ec2:CreateTags", "volume/vol-1", OURS | OTHERS),
    access("ec2:CreateTags", "network-interface/eni-1", OURS | FORMATTED),
    access("ec2:DeleteVolume", "volume/vol-1", OURS),
    access("ec2:ModifyInstanceAttribute", "instance/i-1", OURS),
    access("ecr:BatchGetImage", "repository/app"),
]
