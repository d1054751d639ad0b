"""The instances of a cluster, with the boot stage that each has told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kube_aws.aws.tags import tags_of

_ALIVE = ["pending", "running", "stopping", "stopped", "shutting-down"]
SHORTENED = " ... "
"""Stands in a node's tag for the middle of a reason that is longer than tags may be."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a node told last: stage `step` of `of` (0 of 0 where it is none of its list), its name, and
    where the stage failed, the reason; the node goes on trying it. `ready` is the name after the last."""

    step: int
    of: int
    name: str
    failed: bool = False
    said: str = ""

    @property
    def ready(self) -> bool:
        """Whether the node is through."""
        return self.name == "ready"

    def __str__(self) -> str:
        return f"{self.step}/{self.of} {self.name}" if self.of else self.name


@dataclass(frozen=True, slots=True)
class Node:
    """An instance of the cluster. `name` is `controller-0` or `worker`; `address` the one that it has in the
    cluster, which the public one leads to; `boot` its last boot stage, as `6/7 control-plane`, or "" where it
    has told none; `files` the hash of what it was launched with."""

    name: str
    role: str
    instance: str
    type: str
    zone: str
    address: str
    public_address: str
    state: str
    boot: str
    files: str
    launched: datetime

    @property
    def stage(self) -> Stage | None:
        """`boot` taken apart; None for a silent node."""
        return stage(self.boot)


def nodes(ec2: Any, cluster_name: str) -> tuple[Node, ...]:
    """Every instance that is not gone, controllers first. What botocore raises passes through."""
    answer = (
        ec2.get_paginator("describe_instances")
        .paginate(
            Filters=[
                {"Name": "tag:kube-aws:cluster", "Values": [cluster_name]},
                {"Name": "instance-state-name", "Values": _ALIVE},
            ]
        )
        .build_full_result()
    )
    found = [
        _node(instance) for reservation in answer["Reservations"] for instance in reservation["Instances"]
    ]
    return tuple(sorted(found, key=lambda node: (node.role, node.name, node.address)))


def stage(tag: str) -> Stage | None:
    """What the tag kube-aws:boot says, which a node's script `stage` writes; None for any other text."""
    told = re.fullmatch(
        r"(?P<failed>FAILED )?(?:(?P<step>\d+)/(?P<of>\d+) )?(?P<name>[a-z-]+)(?:: ?(?P<said>.*))?",
        tag,
        re.DOTALL,
    )
    if told is None:
        return None
    return Stage(
        int(told["step"] or 0),
        int(told["of"] or 0),
        told["name"],
        bool(told["failed"]),
        told["said"] or "",
    )


def _node(instance: dict[str, Any]) -> Node:
    tags = tags_of(instance.get("Tags", []))
    role = tags.get("kube-aws:role", "")
    index = tags.get("kube-aws:index")
    address = tags.get("kube-aws:address", instance.get("PrivateIpAddress", ""))
    public = {
        one["PrivateIpAddress"]: one["Association"]["PublicIp"]
        for interface in instance.get("NetworkInterfaces", ())
        for one in interface["PrivateIpAddresses"]
        if "Association" in one
    }
    return Node(
        f"{role}-{index}" if index else role,
        role,
        instance["InstanceId"],
        instance["InstanceType"],
        instance["Placement"]["AvailabilityZone"],
        address,
        public.get(address, ""),
        instance["State"]["Name"],
        tags.get("kube-aws:boot", ""),
        tags.get("kube-aws:files", ""),
        instance["LaunchTime"],
    )
