"""A cluster's status as a person reads it."""

from collections.abc import Iterator
from datetime import timedelta

from kube_aws.aws.nodes import Node
from kube_aws.kubernetes.look import KubernetesNode
from kube_aws.operations.boot import SILENT
from kube_aws.operations.faults import fault
from kube_aws.operations.status import Status
from kube_aws.terminal.duration import ago, brief
from kube_aws.terminal.screen import wrapped
from kube_aws.terminal.table import aligned

_UNDER = " " * 16


def as_text(now: Status) -> Iterator[str]:
    """The lines, 80 columns wide for usual names."""
    clock = now.look.time
    yield f"Cluster Name:   {now.cluster}"
    yield f"Controller IP:  {now.stack.outputs.get('ControllerIP', '(none yet)')}"
    yield f"API             https://{now.external_name}  {_api(now)}"
    changed = now.stack.updated or now.stack.created
    yield f"Stack           {now.stack.status}, {ago(clock - changed)}"
    if now.stack.reason and now.stack.status.endswith("_FAILED"):
        yield wrapped(now.stack.reason, _UNDER)
    if now.look.nodes:
        header = ("NODE", "INSTANCE", "ZONE", "ADDRESS", "BOOT", "READY")
        yield from aligned([header, *(_row(now, node) for node in now.look.nodes)])
    else:
        yield f"No nodes yet, of {now.wanted_nodes}"
    for node in now.look.nodes:
        yield from _remarks(now, node)
    yield from _files(now)
    yield from _certificates(now)
    yield from _addons(now)


def _api(now: Status) -> str:
    seen = now.look.seen
    if seen is None:
        return "(not asked: no credentials/ca.pem here)"
    if not seen.answer.ready:
        return seen.answer.reason
    return f"ok {seen.answer.milliseconds} ms" + (f"   Kubernetes {seen.version}" if seen.tells else "")


def _row(now: Status, node: Node) -> tuple[str, ...]:
    return (node.name, node.instance, node.zone, node.address, _boot(now, node), _ready(now, node))


def _boot(now: Status, node: Node) -> str:
    if node.state != "running":
        return node.state
    if node.stage is None:
        return "silent" if _is_silent(now, node) else "-"
    return "FAILED" if node.stage.failed else str(node.stage).split(" ", 1)[0]


def _is_silent(now: Status, node: Node) -> bool:
    return node.state == "running" and node.stage is None and now.look.time - node.launched > SILENT


def _ready(now: Status, node: Node) -> str:
    inside = now.look.inside(node)
    if inside and inside.ready:
        return "yes"
    if inside:
        return f"no  {brief(now.look.time - inside.since)}"
    told = now.look.seen is not None and now.look.seen.tells
    return f"no  {brief(now.look.time - node.launched)}" if told or _is_silent(now, node) else "-"


def _remarks(now: Status, node: Node) -> Iterator[str]:
    """Why a node is not as it should be, and where its kubelet is of another version than the API."""
    inside, stage, who = now.look.inside(node), node.stage, f"{node.name} {node.instance}"
    if _is_silent(now, node):
        yield wrapped(
            f'{who}: silent, no stage since launch, so it cannot reach the EC2 API; "kube-aws up" looks why'
        )
    elif stage and stage.failed:
        yield wrapped(f"{who}: {stage} fails: {stage.said}")
        known = fault(stage.name, stage.said)
        if known:
            yield wrapped(f'{known.what}; "kube-aws up" says how to mend it', "    ")
    elif inside and not inside.ready:
        yield wrapped(f"{who}: not Ready: {inside.why}")
    yield from _other_version(now, inside, who)


def _other_version(now: Status, inside: KubernetesNode | None, who: str) -> Iterator[str]:
    if inside and now.look.seen and inside.kubelet != now.look.seen.version:
        yield wrapped(f"{who}: kubelet {inside.kubelet}")


def _files(now: Status) -> Iterator[str]:
    old = [node for node in now.look.running if now.is_old(node)]
    if old:
        names = ", ".join(f"{node.name} {node.instance}" for node in old)
        yield wrapped(f"not this folder's on {names}: launched with others", "Files           ", _UNDER)


def _certificates(now: Status) -> Iterator[str]:
    if now.admin_until is None:
        return
    left = now.admin_until - now.look.time
    admin = f"admin {left.days} days" if left > timedelta() else f"admin ended {ago(-left)}"
    yield f"Certificates    {admin}; nodes renew by themselves"


def _addons(now: Status) -> Iterator[str]:
    seen = now.look.seen
    if seen is None or not seen.answer.ready:
        return
    if not seen.tells:
        why = seen.refused or "credentials/admin.pem and its key are not here"
        yield wrapped(why, "Add-ons         not known: ", _UNDER)
        return
    here = now.look.addons
    yield f"Add-ons         {sum(addon.available for addon in here)}/{len(here)} available"
    for addon in seen.addons:
        if addon.absent:
            yield f"  {addon.name}: not rehearsed, its images are not to be had here"
        elif not addon.available:
            yield wrapped(f"{addon.name} {addon.have}/{addon.want}: {addon.why}", "  ", "    ")
