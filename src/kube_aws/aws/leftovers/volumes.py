"""Volumes that the EBS CSI driver made for a cluster's claims.

What becomes of a volume, only its PersistentVolume knows. So that it is known without Kubernetes too, when
`destroy` goes on where it was interrupted, the volume is marked with the policy while Kubernetes answers.
Source: aws-ebs-csi-driver, docs/tagging.md and the flag --k8s-tag-cluster-id.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kube_aws.aws.leftovers.leftover import Volume
from kube_aws.aws.tags import tags_of
from kube_aws.cluster.topology import kubernetes_tag

_MARK = "kube-aws:reclaim"
_CLAIM = "kubernetes.io/created-for/pvc/"


def volumes(ec2: Any, cluster_name: str) -> Iterator[Volume]:
    """The volumes that carry the cluster's tag."""
    filters = [{"Name": f"tag:{kubernetes_tag(cluster_name)}", "Values": ["owned"]}]
    for page in ec2.get_paginator("describe_volumes").paginate(Filters=filters):
        for one in page["Volumes"]:
            tags = tags_of(one["Tags"])
            claim = (tags.get(f"{_CLAIM}namespace", ""), tags.get(f"{_CLAIM}name", ""))
            yield Volume(
                "volume",
                one["VolumeId"],
                f"{one['VolumeId']}, {one['Size']} GiB",
                "/".join(filter(None, claim)),
                tags.get(_MARK, ""),
            )


def mark(ec2: Any, policies: Mapping[str, str]) -> None:
    """Mark volumes with their policies."""
    for policy in sorted(set(policies.values())):
        names = sorted(volume for volume, own in policies.items() if own == policy)
        ec2.create_tags(Resources=names, Tags=[{"Key": _MARK, "Value": policy}])
