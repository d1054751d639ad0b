"""Following a cluster's boot: its nodes' stages, its API, its add-ons, until all is there."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from kube_aws.aws import outside
from kube_aws.aws.errors import DENIED, code
from kube_aws.aws.nodes import SHORTENED, Node, Stage, nodes
from kube_aws.aws.nodes import stage as parse
from kube_aws.aws.session import client
from kube_aws.aws.watch import passing
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import controllers, pools
from kube_aws.kubernetes.api import Api
from kube_aws.kubernetes.beside import Beside
from kube_aws.operations import trouble as told
from kube_aws.operations.boot import AddOnFails, Boot, Look, Silent, Stopped, Stuck, Trouble
from kube_aws.operations.faults import fault
from kube_aws.operations.faults.fault import REACH
from kube_aws.operations.silence import Reason, obstacle, said, silence
from kube_aws.operations.stuck import slowest, stuck
from kube_aws.preflight.kms_key import delegates_to_iam
from kube_aws.terminal.duration import brief
from kube_aws.terminal.error import UserError
from kube_aws.terminal.event import Event, Note, Steps

if TYPE_CHECKING:
    import boto3

_PAUSE = 2.0
_APPLIED = timedelta(minutes=3)
"""Within that controllers have applied changed add-ons: add-ons.timer looks every two minutes."""

_HINT = 'Ctrl-C stops only the watching; "kube-aws up" watches on.'


def wanted_nodes(cluster: Cluster) -> int:
    """How many instances the cluster has when all run."""
    return len(controllers(cluster)) + sum(pool.count for pool in pools(cluster))


def follow(
    cluster: Cluster,
    session: boto3.Session,
    folder: Path,
    *,
    address: str,
    began: datetime,
    changed: bool = False,
) -> Iterator[Event]:
    """Look every two seconds, later less often, until the cluster is ready.

    `address` is the cluster's, `began` when the person began to wait; `changed`: the stack's add-ons were,
    just now. UserError with the cause where something has stopped. Killed and begun again, it goes on.
    """
    boot, api, key_seen = Boot(wanted_nodes(cluster), _APPLIED if changed else timedelta()), None, False
    try:
        for found in _nodes(session, cluster):
            if isinstance(found, str):
                yield Note(found)
                continue
            if api is None and any(map(_may_answer, found)):
                # Not before: a name that is asked for too early is remembered as missing.
                api = Beside(Api(cluster.external_dns_name, folder / "credentials"), _PAUSE)
            look = Look(datetime.now(UTC), found, api.seen if api else None)
            boot.add(look)
            yield Steps(boot.steps(), _HINT)
            if boot.ready:
                yield from _done(boot, look, folder, began)
                return
            if stopped := boot.trouble():
                raise _explained(stopped, look, cluster, session, address)
            if not key_seen and (slowly := boot.unseals_slowly()):
                key_seen = True
                if wrong := _key(session, cluster):
                    raise told.stopped(slowly, look, cluster, wrong).error(look)
            pause = _PAUSE if boot.still < timedelta(minutes=1) else 2 * _PAUSE
            api.wait(pause) if api else time.sleep(pause)
    finally:
        if api:
            api.end()


def _nodes(session: boto3.Session, cluster: Cluster) -> Iterator[tuple[Node, ...] | str]:
    """The nodes at each step; a text says why they cannot be seen for a moment, once."""
    ec2 = client(session, "ec2", attempts=1)
    trouble = ""
    while True:
        try:
            found = nodes(ec2, cluster.cluster_name)
        except (ClientError, BotoCoreError) as error:
            before, trouble = trouble, passing(error)
            if trouble != before:
                yield trouble
            time.sleep(_PAUSE)
        else:
            trouble = ""
            yield found


def _may_answer(node: Node) -> bool:
    """Whether this is a controller that has begun to start the API, or has been through that before."""
    stage = node.stage
    return (
        node.role == "controller"
        and stage is not None
        and (stage.name in ("control-plane", "add-ons") or stage.ready)
    )


def _done(boot: Boot, look: Look, folder: Path, began: datetime) -> Iterator[Event]:
    assert look.seen is not None  # noqa: S101 (it is ready)
    waited, api = "", f"{look.seen.answer.milliseconds} ms"
    if boot.api_answered and not boot.was_through:
        waited, api = f" in {brief(look.time - began)}", brief(boot.api_answered - began)
    count, addons = len(look.running), len(look.seen.addons)
    yield Note(f"Ready{waited}: API {api}, {count} node{'s' * (count != 1)}, {addons} add-ons.")
    yield Note(f"  kubectl --kubeconfig={folder / 'kubeconfig'} get nodes")


def _explained(
    stopped: Trouble, look: Look, cluster: Cluster, session: boto3.Session, address: str
) -> UserError:
    """The message for a trouble, with what AWS shows of it from outside."""
    ec2 = client(session, "ec2")
    match stopped:
        case Stopped(node, stage):
            whole = _whole(ec2, node) if SHORTENED in stage.said else None
            if whole and (whole.name, whole.failed) == (stage.name, True):
                stopped = Stopped(node, whole)
            found = _found(session, cluster, node, stopped.stage)
            return told.stopped(stopped, look, cluster, found).error(look)
        case Silent(node):
            return told.silent(node, silence(outside.look(ec2, node.instance)), look, cluster).error(look)
        case AddOnFails():
            return told.addon(stopped).error(look)
        case Stuck():
            behind = slowest(look)
            return stuck(
                stopped,
                look,
                cluster,
                wanted=wanted_nodes(cluster),
                said=said(outside.console(ec2, behind.instance)) if behind else "",
                found=_found(session, cluster, behind, behind.stage) if behind else None,
                leads_to=_addresses(cluster.external_dns_name),
                address=address,
            ).error(look)


def _found(session: boto3.Session, cluster: Cluster, node: Node, stage: Stage | None) -> Reason | None:
    """What AWS shows to be wrong, for a stage that KMS refuses or that does not reach something."""
    known = fault(stage.name, stage.said) if stage and stage.failed else None
    if stage and stage.name == "unseal" and (known is None or known.what == told.REFUSED):
        return _key(session, cluster)
    if known is None or known.mend == REACH:
        return obstacle(outside.look(client(session, "ec2"), node.instance))
    return None


def _whole(ec2: Any, node: Node) -> Stage | None:
    """What the node said where its tag was too short for it: its console has it, if that is live."""
    found = outside.console(ec2, node.instance)
    words = said(found) if found.live else ""
    return parse(words.removeprefix("kube-aws: "))


def _key(session: boto3.Session, cluster: Cluster) -> Reason | None:
    """What is wrong with the KMS key itself; None where it is in order, or may not be looked at."""
    arn = cluster.kms_key_arn
    try:
        policy = client(session, "kms").get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        return None
    return None if delegates_to_iam(json.loads(policy), arn.split(":")[4]) else told.undelegated(cluster)


def _addresses(name: str) -> tuple[str, ...]:
    """Where a name leads to from here; nowhere, if it does not resolve."""
    try:
        found = socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
