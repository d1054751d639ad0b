"""A cluster's status as a person reads it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from kube_aws.operations.status import Node, Status
from kube_aws.terminal.duration import ago
from kube_aws.terminal.screen import wrapped
from kube_aws.terminal.table import aligned

_SILENT = timedelta(minutes=3)
"""A node that has told no boot stage for so long does not reach the EC2 API."""


def as_text(now: Status) -> Iterator[str]:
    """The lines, 80 columns wide for usual names."""
    clock = datetime.now(UTC)
    yield f"Cluster Name:   {now.cluster}"
    yield f"Controller IP:  {now.stack.outputs.get('ControllerIP', '(none yet)')}"
    yield f"API             https://{now.external_name}  {_api(now)}"
    changed = now.stack.updated or now.stack.created
    yield f"Stack           {now.stack.status}, {ago(clock - changed)}"
    if now.stack.reason and now.stack.status.endswith("_FAILED"):
        yield wrapped(now.stack.reason, " " * 16)
    if now.nodes:
        header = ("NODE", "INSTANCE", "ZONE", "ADDRESS", "STATE", "BOOT")
        yield from aligned([header, *(_row(node, clock) for node in now.nodes)])
    else:
        yield f"No nodes yet, of {now.wanted_nodes}"
    for node in now.nodes:
        if node.boot.startswith("FAILED"):
            yield wrapped(f"{node.name} {node.instance}: {node.boot}")
    if any(_boot(node, clock) == "silent" for node in now.nodes):
        yield wrapped(
            "silent: no stage since launch, so it cannot reach the EC2 API: look at the route table and"
            " security group."
        )
    if now.admin_until:
        yield f"Certificates    admin {(now.admin_until - clock).days} days"


def _api(now: Status) -> str:
    if now.api is None:
        return "(not asked: no credentials/ca.pem here)"
    return f"ok {now.api.milliseconds} ms" if now.api.ready else now.api.reason


def _row(node: Node, clock: datetime) -> tuple[str, ...]:
    return (node.name, node.instance, node.zone, node.address, node.state, _boot(node, clock))


def _boot(node: Node, clock: datetime) -> str:
    if node.boot:
        return node.boot.split(" ", 1)[0]
    return "silent" if node.state == "running" and clock - node.launched > _SILENT else "-"
