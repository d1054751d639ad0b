"""`kube-aws status`: the stack, the endpoint, the nodes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kube_aws.aws import stacks
from kube_aws.aws.session import client
from kube_aws.aws.stacks import Stack
from kube_aws.aws.watch import ended
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import controllers, pools
from kube_aws.finding import Place
from kube_aws.kubernetes.answers import Answer, answers
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3

_ALIVE = ["pending", "running", "stopping", "stopped", "shutting-down"]


@dataclass(frozen=True, slots=True)
class Node:
    """An instance of the cluster. `name` is `controller-0` or `worker`; `boot` its last boot stage,
    as `6/7 control-plane`, or "" where it has told none; `files` the hash of what it was launched with."""

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


_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True, slots=True)
class Status:
    """A cluster as it is now. `api` is None in a clone without credentials/, whose authority it needs;
    `admin_until` likewise."""

    cluster: str
    external_name: str
    stack: Stack
    nodes: tuple[Node, ...]
    wanted_nodes: int
    api: Answer | None
    admin_until: datetime | None

    @property
    def ready(self) -> bool:
        """Whether the stack is complete and every node that it should have is running."""
        running = sum(node.state == "running" for node in self.nodes)
        return self.stack.status in _DONE and running >= self.wanted_nodes


def status(cluster: Cluster, session: boto3.Session, folder: Path) -> Status:
    """Ask CloudFormation, EC2 and the cluster's own API at once. UserError where there is no stack."""
    cloudformation, ec2 = client(session, "cloudformation"), client(session, "ec2")
    credentials = folder / "credentials"
    with ThreadPoolExecutor() as pool:
        stack = pool.submit(stacks.describe, cloudformation, cluster.cluster_name)
        nodes = pool.submit(_nodes, ec2, cluster.cluster_name)
        api = (
            pool.submit(answers, cluster.external_dns_name, (credentials / "ca.pem").read_bytes())
            if (credentials / "ca.pem").exists()
            else None
        )
        found = stack.result()
        if found is None:
            raise UserError(
                f"there is no cluster {cluster.cluster_name} in {cluster.region}",
                'Use the "kube-aws up" command to create it.',
            )
        return Status(
            cluster.cluster_name,
            cluster.external_dns_name,
            found,
            nodes.result(),
            len(controllers(cluster)) + sum(pool.count for pool in pools(cluster)),
            api.result() if api else None,
            _expiry(credentials / "admin.pem"),
        )


def watch(cluster: Cluster, session: boto3.Session, folder: Path) -> Iterator[Status]:
    """The status again and again, until everything is ready. UserError where the stack has failed."""
    while True:
        now = status(cluster, session, folder)
        yield now
        if now.ready:
            return
        if ended(now.stack.status) and now.stack.status not in _DONE:
            raise UserError(
                f"stack {now.stack.name} is in state {now.stack.status}: {now.stack.reason}",
                '"kube-aws up" says why, and continues.',
            )
        time.sleep(2)


def as_json(now: Status) -> dict[str, Any]:
    """The status for programs: the names stay, times are ISO 8601."""
    return {
        "clusterName": now.cluster,
        "controllerIP": now.stack.outputs.get("ControllerIP"),
        "ready": now.ready,
        "stack": {
            "id": now.stack.id,
            "status": now.stack.status,
            "reason": now.stack.reason,
            "created": now.stack.created.isoformat(),
            "updated": now.stack.updated.isoformat() if now.stack.updated else None,
        },
        "api": {
            "url": f"https://{now.external_name}",
            "ready": now.api.ready if now.api else None,
            "milliseconds": now.api.milliseconds if now.api else None,
            "reason": now.api.reason if now.api else "no credentials/ca.pem here",
        },
        "nodes": [
            {
                **{_camel(key): value for key, value in asdict(node).items()},
                "launched": node.launched.isoformat(),
            }
            for node in now.nodes
        ],
        "adminCertificateUntil": now.admin_until.isoformat() if now.admin_until else None,
    }


def _nodes(ec2: Any, cluster_name: str) -> tuple[Node, ...]:
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
    nodes = [
        _node(instance) for reservation in answer["Reservations"] for instance in reservation["Instances"]
    ]
    return tuple(sorted(nodes, key=lambda node: (node.role, node.name, node.address)))


def _node(instance: dict[str, Any]) -> Node:
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    role = tags.get("kube-aws:role", "")
    index = tags.get("kube-aws:index")
    return Node(
        f"{role}-{index}" if index else role,
        role,
        instance["InstanceId"],
        instance["InstanceType"],
        instance["Placement"]["AvailabilityZone"],
        instance.get("PrivateIpAddress", ""),
        instance.get("PublicIpAddress", ""),
        instance["State"]["Name"],
        tags.get("kube-aws:boot", ""),
        tags.get("kube-aws:files", ""),
        instance["LaunchTime"],
    )


def _expiry(certificate: Path) -> datetime | None:
    if not certificate.exists():
        return None
    from kube_aws.credentials.verify import ends

    try:
        return ends(certificate.read_bytes())
    except ValueError as error:
        place = Place("credentials/admin.pem")
        raise UserError(
            "is no certificate", 'Bring it back; "kube-aws validate" says more.', place=place
        ) from error


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
