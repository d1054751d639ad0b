"""Load balancers and target groups of a cluster's Services.

Source: Elastic Load Balancing API Reference 2012-06-01 and 2015-12-01; cloud-provider-aws, pkg/providers/v1.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kube_aws.aws.leftovers.leftover import Kind, Leftover
from kube_aws.aws.tags import tags_of
from kube_aws.cluster.topology import kubernetes_tag

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
            if tags.get(kubernetes_tag(cluster_name)) == "owned":
                name = told["LoadBalancerName"]
                yield Leftover("classic load balancer", name, name, tags.get(_SERVICE, ""))


def network(elbv2: Any, cluster_name: str, vpc: str) -> Iterator[Leftover]:
    """The network load balancers in a VPC that carry the cluster's tag."""
    pages = elbv2.get_paginator("describe_load_balancers").paginate()
    return _owned(elbv2, "network load balancer", _named(pages, "LoadBalancer", vpc), cluster_name)


def target_groups(elbv2: Any, cluster_name: str, vpc: str) -> Iterator[Leftover]:
    """The target groups in a VPC that carry the cluster's tag."""
    pages = elbv2.get_paginator("describe_target_groups").paginate()
    return _owned(elbv2, "target group", _named(pages, "TargetGroup", vpc), cluster_name)


def _named(pages: Iterable[dict[str, Any]], noun: str, vpc: str) -> dict[str, str]:
    """The names of all that is in a VPC, by ARN."""
    return {
        one[f"{noun}Arn"]: one[f"{noun}Name"]
        for page in pages
        for one in page[f"{noun}s"]
        if one.get("VpcId") == vpc
    }


def _owned(elbv2: Any, kind: Kind, names: dict[str, str], cluster_name: str) -> Iterator[Leftover]:
    """Those with the cluster's tag; `names` by ARN."""
    for some in _portions(list(names)):
        for told in elbv2.describe_tags(ResourceArns=some)["TagDescriptions"]:
            tags = tags_of(told["Tags"])
            if tags.get(kubernetes_tag(cluster_name)) == "owned":
                arn = told["ResourceArn"]
                yield Leftover(kind, arn, names[arn], tags.get(_SERVICE, ""))


def _portions(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
