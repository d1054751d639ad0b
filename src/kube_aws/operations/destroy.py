"""`kube-aws destroy`: remove the cluster's stack, and say what stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kube_aws.aws import stacks
from kube_aws.aws.identity import identity
from kube_aws.aws.session import client
from kube_aws.aws.stacks import Resource, Stack
from kube_aws.aws.watch import newest
from kube_aws.cluster.model import Cluster
from kube_aws.operations.connect import Connect
from kube_aws.operations.execute import delete, shown, watch_running
from kube_aws.operations.plan import refuse_foreign
from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import say, wrapped

if TYPE_CHECKING:
    import boto3

Confirm = Callable[[str], bool]
"""Asks the person to type a name; whether it was typed."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a stack's removal takes away, and what it leaves: volumes of which a snapshot stays, and
    resources that stay themselves."""

    removed: tuple[Resource, ...]
    instances: int
    snapshots_of: tuple[Resource, ...]
    retained: tuple[Resource, ...]


def destroy(cluster: Cluster, connect: Connect, confirm: Confirm) -> None:
    """Remove the stack; done already where there is none. UserError with the root cause otherwise."""
    session = connect(cluster)
    say(str(identity(session)))
    cloudformation = client(session, "cloudformation")
    stack = stacks.describe(cloudformation, cluster.cluster_name)
    if stack is None:
        say(f"There is no stack {cluster.cluster_name}: nothing to remove.")
        return
    refuse_foreign(stack)
    inventory = _inventory(cloudformation, session, stack)
    if stack.status == "DELETE_IN_PROGRESS":
        say(f"Stack {stack.name} is being removed already; watching it.")
        shown(watch_running(session, stack), "kube-aws destroy")
    else:
        _describe(stack, inventory, cluster)
        if not confirm(stack.name):
            raise UserError("nothing was removed: the name was not typed")
        events = delete(session, stack, newest(cloudformation, stack.id))
        shown(events, "kube-aws destroy")
    _receipt(session, stack, inventory)


def _inventory(cloudformation: Any, session: boto3.Session, stack: Stack) -> Inventory:
    there = [item for item in stacks.resources(cloudformation, stack.id) if item.status != "DELETE_COMPLETE"]
    declared = stacks.template(cloudformation, stack.id)["Resources"]
    policies = {item.logical_id: _policy(declared, item) for item in there}
    return Inventory(
        tuple(item for item in there if policies[item.logical_id] == "Delete"),
        _instances(session, stack),
        tuple(item for item in there if policies[item.logical_id] == "Snapshot"),
        tuple(item for item in there if policies[item.logical_id] == "Retain"),
    )


def _policy(declared: Mapping[str, Any], resource: Resource) -> str:
    policy = declared.get(resource.logical_id, {}).get("DeletionPolicy", "Delete")
    return "Retain" if policy == "RetainExceptOnCreate" else str(policy)


def _instances(session: boto3.Session, stack: Stack) -> int:
    pages = client(session, "ec2").get_paginator("describe_instances")
    answer = pages.paginate(
        Filters=[
            {"Name": "tag:kube-aws:cluster", "Values": [stack.name]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
        ]
    ).build_full_result()
    return sum(len(reservation["Instances"]) for reservation in answer["Reservations"])


def _describe(stack: Stack, inventory: Inventory, cluster: Cluster) -> None:
    gone = len(inventory.removed) + len(inventory.snapshots_of)
    say("Removes:")
    say(f"  the stack       {gone} resources, {inventory.instances} instances ({stack.status})")
    kept = [
        f"a last snapshot of {item.physical_id} (etcd)" for item in inventory.snapshots_of if item.physical_id
    ]
    kept += [f"{item.logical_id} {item.physical_id}" for item in inventory.retained]
    kept += [f"KMS key {cluster.kms_key_arn.rpartition('/')[2]}", "the files here, and credentials/"]
    say(wrapped(f"{', '.join(kept)}.", "Keeps: ", "  "))


def _receipt(session: boto3.Session, stack: Stack, inventory: Inventory) -> None:
    gone = len(inventory.removed) + len(inventory.snapshots_of)
    say(f"Removed stack {stack.name}: {gone} resources.")
    volumes = [item.physical_id for item in inventory.snapshots_of if item.physical_id.startswith("vol-")]
    if volumes:
        filters = [{"Name": "volume-id", "Values": volumes}]
        answer = client(session, "ec2").describe_snapshots(OwnerIds=["self"], Filters=filters)
        for snapshot in answer["Snapshots"]:
            say(
                f"  stays   {snapshot['SnapshotId']}  etcd, {snapshot['VolumeSize']} GiB,"
                f" {snapshot['StartTime']:%Y-%m-%d %H:%M} UTC"
            )
    for item in inventory.retained:
        say(f"  stays   {item.physical_id}  {item.logical_id}")
    say("  stays   credentials/ and the files here")
