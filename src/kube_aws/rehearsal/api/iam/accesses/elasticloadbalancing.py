"""Elastic Load Balancing, classic and newer: balancers, target groups, listeners."""

from typing import Any

from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import Keys, carried, listed, requested
from kube_aws.rehearsal.api.principal import Principal

_LOOKS = ("ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeInternetGateways")
"""What the service does in its caller's name to make a load balancer. Source: Amazon EKS User Guide, "AWS
managed policies for Amazon EKS", AmazonEKSClusterPolicy, whose first versions lacked it."""


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The accesses that a call needs; what is made with tags needs AddTags too."""
    if call.name.startswith("Describe"):
        return [Access(call.action, "*")]
    tags = requested(listed(call.parameters.get("Tags")))
    looks = _LOOKS if call.name == "CreateLoadBalancer" else ()
    found = [Access(call.action, arn, tags | carried(own)) for arn, own in _resources(call, principal)] or [
        Access(call.action, None, tags)
    ]
    if tags and call.name.startswith("Create"):
        made: Keys = {**tags, "elasticloadbalancing:CreateAction": call.name}
        found.append(Access("elasticloadbalancing:AddTags", _made(call, principal), made))
    return [*found, *(Access(action, "*") for action in looks)]


def _resources(call: Call, principal: Principal) -> list[tuple[str, dict[str, str]]]:
    given = call.parameters
    if call.service == "elb":
        names = (
            [given["LoadBalancerName"]] if "LoadBalancerName" in given else given.get("LoadBalancerNames", [])
        )
        known: Any = elb_backends[principal.account][call.region].load_balancers
        return [
            (
                f"{_start(call, principal)}:loadbalancer/{name}",
                dict(known[name].tags) if name in known else {},
            )
            for name in names
        ]
    if call.name in ("CreateLoadBalancer", "CreateTargetGroup"):
        return [(_made(call, principal), {})]
    named = ("LoadBalancerArn", "TargetGroupArn", "ListenerArn", "RuleArn")
    arns = [given[name] for name in named if name in given] or list(given.get("ResourceArns", []))
    tagger: Any = elbv2_backends[principal.account][call.region]
    return [(arn, _tags_of(tagger, arn)) for arn in arns[:1] if arn] + [
        (arn, _tags_of(tagger, arn)) for arn in arns[1:] if "ResourceArns" in given
    ]


def _tags_of(backend: Any, arn: str) -> dict[str, str]:
    return dict(backend.tagging_service.get_tag_dict_for_resource(arn))


def _made(call: Call, principal: Principal) -> str:
    """The ARN of what a call makes, with a star for what is not known yet."""
    given = call.parameters
    start = _start(call, principal)
    if call.service == "elb":
        return f"{start}:loadbalancer/{given['LoadBalancerName']}"
    if call.name == "CreateTargetGroup":
        return f"{start}:targetgroup/{given['Name']}/*"
    if call.name == "CreateListener":
        return str(given["LoadBalancerArn"]).replace(":loadbalancer/", ":listener/") + "/*"
    kind = {"network": "net", "gateway": "gwy"}.get(given.get("Type", ""), "app")
    return f"{start}:loadbalancer/{kind}/{given['Name']}/*"


def _start(call: Call, principal: Principal) -> str:
    return f"arn:{principal.partition}:elasticloadbalancing:{call.region}:{principal.account}"
