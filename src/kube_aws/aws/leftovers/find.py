"""One look over everything that Kubernetes makes on AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kube_aws.aws.leftovers import balancers, groups, records, volumes
from kube_aws.aws.leftovers.leftover import Leftover
from kube_aws.aws.session import client

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look, and what is whose. `vpc` is "" where there is none any more, and so nothing in it;
    `domain` where there is no hosted zone. `api` is the API's own name, `stacks_own` are the physical ids of
    the stack's resources."""

    cluster_name: str
    vpc: str
    domain: str
    api: str
    stacks_own: frozenset[str]


def find(session: boto3.Session, scope: Scope) -> list[Leftover]:
    """All leftovers, at once. What botocore raises passes through."""
    name = scope.cluster_name
    ec2, elb, elbv2 = (client(session, service) for service in ("ec2", "elb", "elbv2"))
    looks: list[Callable[[], Iterable[Leftover]]] = [partial(volumes.volumes, ec2, name)]
    if scope.vpc:
        looks += [
            partial(balancers.classic, elb, name, scope.vpc),
            partial(balancers.network, elbv2, name, scope.vpc),
            partial(balancers.target_groups, elbv2, name, scope.vpc),
            partial(groups.groups, ec2, name, scope.vpc, scope.stacks_own),
        ]
    if scope.domain:
        route53 = client(session, "route53")
        looks.append(partial(records.records, route53, name, scope.domain, scope.api))
    with ThreadPoolExecutor(len(looks)) as pool:
        return [one for found in pool.map(lambda look: list(look()), looks) for one in found]
