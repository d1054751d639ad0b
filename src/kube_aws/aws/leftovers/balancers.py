"""Load balancers and target groups of a cluster's Services.

Source: Elastic Load Balancing API Reference 2012-06-01 and 2015-12-01; cloud-provider-aws, pkg/providers/v1.
"""

from collections.abc import Iterator
from typing import Any

from kube_aws.aws.leftovers.leftover import Leftover, cluster_tag, tags_of

_SERVICE = "kubernetes.io/service-name"
_AT_ONCE = 20
"""So many may be named in a call of DescribeTags."""


def classic(elb: Any, cluster_name: str, vpc: str) -> Iterator[Leftover]:
    """The classic load balancers in a VPC that carry the cluster's tag."""
    pages = elb.get_paginator("describe_load_balancers").paginate()
    names = [
        one["LoadBalancerName"]
        for page in pages
        for one in page["LoadBalancerDescriptions"]
        if one.get("VPCId") == vpc
    ]
    for some in _portions(names):
        for told in elb.describe_tags(LoadBalancerNames=some)["TagDescriptions"]:
            tags = tags_of(told["Tags"])
            if tags.get(cluster_tag(cluster_name)) == "owned":
                name = told["LoadBalancerName"]
                yield Leftover("classic load balancer", name, name, tags.get(_SERVICE, ""))


def network(elbv2: Any, cluster_name: str, vpc: str) -> Iterator[Leftover]:
    """The network load balancers in a VPC that carry the cluster's tag."""
    pages = elbv2.get_paginator("describe_load_balancers").paginate()
    names = {
        one["LoadBalancerArn"]: one["LoadBalancerName"]
        for page in pages
        for one in page["LoadBalancers"]
        if one.get("VpcId") == vpc
    }
    for arn, service in _owned(elbv2, list(names), cluster_name):
        yield Leftover("network load balancer", arn, names[arn], service)


def target_groups(elbv2: Any, cluster_name: str, vpc: str) -> Iterator[Leftover]:
    """The target groups in a VPC that carry the cluster's tag."""
    pages = elbv2.get_paginator("describe_target_groups").paginate()
    names = {
        one["TargetGroupArn"]: one["TargetGroupName"]
        for page in pages
        for one in page["TargetGroups"]
        if one.get("VpcId") == vpc
    }
    for arn, service in _owned(elbv2, list(names), cluster_name):
        yield Leftover("target group", arn, names[arn], service)


def _owned(elbv2: Any, arns: list[str], cluster_name: str) -> Iterator[tuple[str, str]]:
    """Those with the cluster's tag, and their Services."""
    for some in _portions(arns):
        for told in elbv2.describe_tags(ResourceArns=some)["TagDescriptions"]:
            tags = tags_of(told["Tags"])
            if tags.get(cluster_tag(cluster_name)) == "owned":
                yield told["ResourceArn"], tags.get(_SERVICE, "")


def _portions(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
