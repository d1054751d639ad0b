"""Following a cluster's boot: its nodes' stages, its API, its add-ons, until all is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from kube_aws.aws.nodes import Node, nodes
from kube_aws.aws.session import client
from kube_aws.aws.watch import passing
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import controllers, pools
from kube_aws.kubernetes.api import Api
from kube_aws.kubernetes.beside import Beside
from kube_aws.operations.boot import Boot, Look
from kube_aws.operations.explain import explained, refused_by_key
from kube_aws.terminal.duration import brief
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
    wanted = wanted_nodes(cluster)
    boot, api, key_seen = Boot(wanted, _APPLIED if changed else timedelta()), None, False
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
                raise explained(stopped, look, cluster, session, wanted=wanted, address=address)
            if not key_seen and (slowly := boot.unseals_slowly()):
                key_seen = True
                if refused := refused_by_key(slowly, look, cluster, session):
                    raise refused
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
    count = len(look.running)
    yield Note(f"Ready{waited}: API {api}, {count} node{'s' * (count != 1)}, {len(look.addons)} add-ons.")
    for absent in (addon.name for addon in look.seen.addons if addon.absent):
        yield Note(f"Not rehearsed: {absent}, whose images this machine can neither fetch nor make.")
    yield Note(f"  kubectl --kubeconfig={folder / 'kubeconfig'} get nodes")
