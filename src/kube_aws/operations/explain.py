"""Why a boot has stopped: its trouble, and what AWS shows of that from outside."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from kube_aws.aws import outside
from kube_aws.aws.errors import DENIED, code
from kube_aws.aws.errors import explained as by_aws
from kube_aws.aws.nodes import SHORTENED, Node, Stage
from kube_aws.aws.nodes import stage as parse
from kube_aws.aws.session import client
from kube_aws.cluster.model import Cluster
from kube_aws.operations import trouble as told
from kube_aws.operations.boot import AddOnFails, Look, Silent, Stopped, Stuck, Trouble
from kube_aws.operations.faults import fault
from kube_aws.operations.faults.fault import REACH
from kube_aws.operations.silence import Reason, obstacle, said, shut_out, silence
from kube_aws.operations.stuck import slowest, stuck
from kube_aws.preflight.kms_key import delegates_to_iam
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3


def explained(
    trouble: Trouble, look: Look, cluster: Cluster, session: boto3.Session, *, wanted: int, address: str
) -> UserError:
    """The message for a trouble of a cluster of `wanted` nodes, whose API has an `address`. What AWS does not
    show of it is told with the trouble, never instead of it."""
    unseen: list[str] = []
    ec2 = client(session, "ec2")
    match trouble:
        case Stopped(node, stage):
            with _noted(unseen):
                stage = _whole(ec2, node, stage)
            found = None
            with _noted(unseen):
                found = _found(session, cluster, look, node, stage)
            message = told.stopped(Stopped(node, stage), look, cluster, found)
        case Silent(node):
            reason = None
            with _noted(unseen):
                reason = silence(outside.look(ec2, node.instance))
            message = told.silent(node, reason, look, cluster)
        case AddOnFails():
            message = told.addon(trouble)
        case Stuck():
            words, found, behind = "", None, slowest(look)
            if behind:
                with _noted(unseen):
                    words = said(outside.console(ec2, behind.instance))
                with _noted(unseen):
                    found = _found(session, cluster, look, behind, behind.stage)
            message = stuck(
                trouble,
                look,
                cluster,
                wanted=wanted,
                said=words,
                found=found,
                leads_to=_addresses(cluster.external_dns_name),
                address=address,
            )
    return message.error(look, unseen)


def refused_by_key(slowly: Stopped, look: Look, cluster: Cluster, session: boto3.Session) -> UserError | None:
    """The message for a node that unseals slowly, if the KMS key's policy is seen to keep it out; a node that
    is refused tells it itself."""
    try:
        found = _key(session, cluster)
    except (ClientError, BotoCoreError):
        return None
    return told.stopped(slowly, look, cluster, found).error(look) if found else None


@contextmanager
def _noted(unseen: list[str]) -> Iterator[None]:
    """What AWS answers instead of what was asked goes to `unseen`."""
    try:
        with by_aws():
            yield
    except UserError as error:
        unseen.append(f"{error.what.rstrip('.')}. {error.next_step}")


def _found(
    session: boto3.Session, cluster: Cluster, look: Look, node: Node, stage: Stage | None
) -> Reason | None:
    """What AWS shows to be wrong, for a stage that KMS refuses or that does not reach something."""
    ec2 = client(session, "ec2")
    known = fault(stage.name, stage.said) if stage and stage.failed else None
    if stage and stage.name == "unseal" and (known is None or known.what == told.REFUSED):
        return _key(session, cluster)
    if stage and stage.name == "wait-for-api" and look.controlled:
        controller = next(one for one in look.running if one.role == "controller")
        return shut_out(outside.look(ec2, node.instance), outside.look(ec2, controller.instance))
    if known is None or known.mend == REACH:
        return obstacle(outside.look(ec2, node.instance))
    return None


def _whole(ec2: Any, node: Node, stage: Stage) -> Stage:
    """What the node said where its tag was too short for it: its console has it, if that is live."""
    if SHORTENED not in stage.said:
        return stage
    found = outside.console(ec2, node.instance)
    whole = parse(said(found).removeprefix("kube-aws: ")) if found.live else None
    return whole if whole and (whole.name, whole.failed) == (stage.name, True) else stage


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
