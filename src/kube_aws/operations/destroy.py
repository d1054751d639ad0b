"""`kube-aws destroy`: remove what Kubernetes made, then the stack, and say in writing what stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kube_aws.artefacts import folder as on_disk
from kube_aws.aws import stacks
from kube_aws.aws.identity import identity
from kube_aws.aws.leftovers.find import Scope
from kube_aws.aws.leftovers.leftover import Volume
from kube_aws.aws.leftovers.volumes import mark
from kube_aws.aws.session import client
from kube_aws.aws.stacks import Stack
from kube_aws.aws.watch import newest
from kube_aws.cluster.model import Cluster
from kube_aws.operations.clear import Kubernetes, Leftovers, ask, by_kubernetes
from kube_aws.operations.connect import Connect
from kube_aws.operations.execute import delete, shown, watch_running
from kube_aws.operations.inventory import Inventory, inventory
from kube_aws.operations.plan import refuse_foreign
from kube_aws.operations.receipt import INSTANCE, NAME, Item, Receipt, as_json, as_text, item, line, receipt
from kube_aws.operations.removals import Removals
from kube_aws.terminal.error import UserError
from kube_aws.terminal.findings import to_json
from kube_aws.terminal.screen import say, wrapped
from kube_aws.terminal.show import show
from kube_aws.tree import File

if TYPE_CHECKING:
    import boto3

Confirm = Callable[[str], bool]
"""Asks the person to type a name; whether it was typed."""

_AGAIN = '"kube-aws destroy" goes on from here.'


def destroy(
    cluster: Cluster, folder: Path, connect: Connect, confirm: Confirm, tell: Callable[[Receipt], None]
) -> None:
    """Remove the cluster; done already where there is nothing of it. The receipt is given to `tell` and lies
    in the folder. UserError where something is left. Killed and run again, it goes on.
    """
    session = connect(cluster)
    say(str(identity(session)))
    cloudformation = client(session, "cloudformation")
    stack = stacks.describe(cloudformation, cluster.cluster_name)
    if stack is not None:
        refuse_foreign(stack)
    stacks_own = inventory(session, stack) if stack else Inventory()
    leftovers = Leftovers(session, _scope(cluster, stacks_own))
    if stack is None and not leftovers.removals.all:
        say(f"There is no stack {cluster.cluster_name}: nothing to remove.")
        for one in leftovers.removals.kept:
            say(wrapped(line(item(one.leftover, one.why)), "  stays   ", "          "))
        tell(_receipt(cluster, leftovers, (), ()))
        return
    runs = stack is not None and stack.status != "DELETE_IN_PROGRESS"
    known = ask(cluster, folder) if runs else Kubernetes()
    leftovers.policies = known.policies
    if runs or leftovers.removals.all:
        _describe(cluster, stack, stacks_own, leftovers.removals, known)
        if not confirm(cluster.cluster_name):
            raise UserError("nothing was removed: the name was not typed")
    _before_the_stack(session, leftovers, known)
    gone: tuple[Item, ...] = ()
    kept: tuple[Item, ...] = ()
    try:
        _refuse_in_the_way(leftovers, own_vpc=bool(stacks_own.vpc))
        if stack is not None:
            _remove_stack(session, stack)
            gone, kept = _of_stack(session, stacks_own)
        leftovers.look()
        leftovers.remove(leftovers.removals.all)
    except UserError:
        _hand_over(_receipt(cluster, leftovers, gone, kept), folder, tell)
        raise
    written = _receipt(cluster, leftovers, gone, kept)
    _hand_over(written, folder, tell)
    if written.left:
        count = len(written.left)
        raise UserError(
            f"{count} thing{'s' * (count != 1)} could not be removed; the receipt says why", _AGAIN
        )


def _scope(cluster: Cluster, stacks_own: Inventory) -> Scope:
    """A VPC of the stack's own takes all that lies in it along: without it, nothing is to be looked for."""
    return Scope(
        cluster.cluster_name,
        cluster.vpc_id or stacks_own.vpc,
        cluster.hosted_zone,
        cluster.external_dns_name,
        stacks_own.ids,
    )


def _describe(
    cluster: Cluster, stack: Stack | None, stacks_own: Inventory, plan: Removals, known: Kubernetes
) -> None:
    say("Removes:")
    if stack is not None:
        gone, instances = len(stacks_own.gone), len(stacks_own.instances)
        say(f"  the stack       {gone} resources, {instances} instances ({stack.status})")
    for one in plan.all:
        say(wrapped(line(item(one)), "  ", "      "))
    for service in known.services:
        say(f"  Service  {service}")
    if known.silent and plan.before:
        say(wrapped(f"Kubernetes does not answer ({known.silent}): AWS is asked alone.", "  ", "  "))
    kept = [
        f"a last snapshot of {one.physical_id} (etcd)" for one in stacks_own.snapshots_of if one.physical_id
    ]
    kept += [f"{one.logical_id} {one.physical_id}" for one in stacks_own.retained]
    kept += [f"{one.leftover.id} ({one.why})" for one in plan.kept]
    kept += [f"KMS key {cluster.kms_key_arn.rpartition('/')[2]}", "the files here, and credentials/"]
    say(wrapped(f"{', '.join(kept)}.", "Keeps: ", "  "))


def _before_the_stack(session: boto3.Session, leftovers: Leftovers, known: Kubernetes) -> None:
    """Kubernetes first, so that it makes nothing anew; then what it left. What goes after the stack, when
    Kubernetes is no more, is marked."""
    marks = {
        one.id: known.policies[one.id]
        for one in leftovers.there
        if isinstance(one, Volume) and known.policies.get(one.id, one.reclaim) != one.reclaim
    }
    mark(client(session, "ec2"), marks)
    if known.api is not None and known.services:
        show(by_kubernetes(known.api, known.services))
        leftovers.look()
    leftovers.remove(leftovers.removals.before)


def _refuse_in_the_way(leftovers: Leftovers, *, own_vpc: bool) -> None:
    """UserError where something is left that would keep the stack's subnets or its VPC."""
    kinds = {"classic load balancer", "network load balancer"} | ({"security group"} if own_vpc else set())
    left = [one for one in leftovers.there if one.kind in kinds]
    if left:
        raise UserError(
            f"what Kubernetes made is in the stack's way: {', '.join(one.name for one in left)}",
            f"The receipt says why it stayed; the stack was not touched. {_AGAIN}",
        )


def _remove_stack(session: boto3.Session, stack: Stack) -> None:
    if stack.status == "DELETE_IN_PROGRESS":
        say(f"Stack {stack.name} is being removed already; watching it.")
        shown(watch_running(session, stack), "kube-aws destroy")
    else:
        events = delete(session, stack, newest(client(session, "cloudformation"), stack.id))
        shown(events, "kube-aws destroy")


def _of_stack(session: boto3.Session, stacks_own: Inventory) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What went with the stack, and what of it stays."""
    gone = [Item(one.type, one.physical_id, one.logical_id) for one in stacks_own.gone]
    gone += [Item(INSTANCE, one, one) for one in stacks_own.instances]
    kept = [Item(one.type, one.physical_id, one.logical_id, why="retained") for one in stacks_own.retained]
    volumes = [one.physical_id for one in stacks_own.snapshots_of if one.physical_id.startswith("vol-")]
    if volumes:
        filters = [{"Name": "volume-id", "Values": volumes}]
        answer = client(session, "ec2").describe_snapshots(OwnerIds=["self"], Filters=filters)
        kept += [
            Item(
                "snapshot",
                one["SnapshotId"],
                one["SnapshotId"],
                why=f"etcd, {one['VolumeSize']} GiB, {one['StartTime']:%Y-%m-%d %H:%M} UTC",
            )
            for one in answer["Snapshots"]
        ]
    return tuple(gone), tuple(kept)


def _receipt(
    cluster: Cluster, leftovers: Leftovers, gone: tuple[Item, ...], kept: tuple[Item, ...]
) -> Receipt:
    here = Item("files", "credentials/", "credentials/ and the files here")
    key = Item("KMS key", cluster.kms_key_arn, cluster.kms_key_arn.rpartition("/")[2])
    return receipt(
        cluster,
        datetime.now(UTC),
        stack=gone,
        kept=(*kept, key, here),
        ever=leftovers.seen,
        last=leftovers.there,
        plan=leftovers.removals,
        reasons=leftovers.reasons,
    )


def _hand_over(written: Receipt, folder: Path, tell: Callable[[Receipt], None]) -> None:
    for told in as_text(written):
        say(wrapped(told, "", "          "))
    content = (to_json(as_json(written)) + "\n").encode()
    on_disk.write(folder, {PurePosixPath(NAME): File(content)})
    say(f"Receipt: {NAME}")
    tell(written)
