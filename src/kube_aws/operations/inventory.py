"""What a stack's removal takes away, and what it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kube_aws.aws import stacks
from kube_aws.aws.session import client
from kube_aws.aws.stacks import Resource, Stack

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True, slots=True)
class Inventory:
    """Resources and the ids of instances that go; `snapshots_of`: volumes that go, and of which a snapshot
    stays; `retained`: resources that stay themselves. All are empty where there is no stack."""

    removed: tuple[Resource, ...] = ()
    instances: tuple[str, ...] = ()
    snapshots_of: tuple[Resource, ...] = ()
    retained: tuple[Resource, ...] = ()

    @property
    def gone(self) -> tuple[Resource, ...]:
        """What of the stack is no more afterwards."""
        return self.removed + self.snapshots_of

    @property
    def ids(self) -> frozenset[str]:
        """The physical ids of everything in the stack."""
        return frozenset(item.physical_id for item in (*self.gone, *self.retained) if item.physical_id)

    @property
    def vpc(self) -> str:
        """The id of the stack's own VPC, "" where it has none."""
        return next((item.physical_id for item in self.gone if item.type == "AWS::EC2::VPC"), "")


def inventory(session: boto3.Session, stack: Stack) -> Inventory:
    """Ask CloudFormation what is there and what is to become of it, and EC2 for the instances."""
    cloudformation = client(session, "cloudformation")
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


def _instances(session: boto3.Session, stack: Stack) -> tuple[str, ...]:
    pages = client(session, "ec2").get_paginator("describe_instances")
    answer = pages.paginate(
        Filters=[
            {"Name": "tag:kube-aws:cluster", "Values": [stack.name]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
        ]
    ).build_full_result()
    return tuple(
        instance["InstanceId"]
        for reservation in answer["Reservations"]
        for instance in reservation["Instances"]
    )
