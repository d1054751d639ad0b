"""What `destroy` leaves behind in writing: what went, what stays and why, and what a last look saw."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kube_aws.aws.leftovers.leftover import KINDS, Leftover
from kube_aws.cluster.model import Cluster
from kube_aws.operations.removals import Removals

NAME = "destroyed.json"
"""The receipt's file, beside cluster.yaml."""

INSTANCE = "AWS::EC2::Instance"
"""The kind of what the stack's groups launched; the stack itself does not list it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing: `kind` as people call it, or as CloudFormation does; `of` what it was for; `why` it stays."""

    kind: str
    id: str
    name: str
    of: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`stack`: what went with it; `removed` of what Kubernetes made; `kept` on purpose; `left` against the
    will. `seen` is how many of each kind the last look found, at `time`."""

    cluster: str
    region: str
    time: datetime
    stack: tuple[Item, ...]
    removed: tuple[Item, ...]
    kept: tuple[Item, ...]
    left: tuple[Item, ...]
    seen: Mapping[str, int]


def receipt(
    cluster: Cluster,
    time: datetime,
    *,
    stack: tuple[Item, ...],
    kept: tuple[Item, ...],
    ever: Mapping[tuple[str, str], Leftover],
    last: Sequence[Leftover],
    plan: Removals,
    reasons: Mapping[tuple[str, str], str],
) -> Receipt:
    """Of all leftovers that there `ever` were, by their keys, those are removed that the `last` look does not
    find. What `plan` keeps is kept, all else is left, for one of the `reasons`."""
    there = {one.key for one in last}
    on_purpose = {one.leftover.key for one in plan.kept}
    count = Counter(one.kind for one in last)
    return Receipt(
        cluster.cluster_name,
        cluster.region,
        time,
        stack,
        tuple(item(one) for key, one in ever.items() if key not in there),
        (*kept, *(item(one.leftover, one.why) for one in plan.kept)),
        tuple(
            item(one, reasons.get(one.key, "it was not tried, or was made again meanwhile"))
            for one in last
            if one.key not in on_purpose
        ),
        {kind: count[kind] for kind in KINDS},
    )


def item(one: Leftover, why: str = "") -> Item:
    """A leftover as the receipt has it."""
    return Item(one.kind, one.id, one.name, one.of, why)


def as_text(written: Receipt) -> Iterator[str]:
    """Lines for people."""
    if written.stack:
        instances = sum(one.kind == INSTANCE for one in written.stack)
        resources = len(written.stack) - instances
        yield f"Removed stack {written.cluster}: {resources} resources, {instances} instances."
    for label, items in (("removed", written.removed), ("stays", written.kept), ("left", written.left)):
        for one in items:
            yield f"  {label:7} {line(one)}"
    found = [f"{count} {kind}{'s' * (count != 1)}" for kind, count in written.seen.items() if count]
    yield f"Last look for what Kubernetes made: {', '.join(found) or 'nothing is left'}."


def line(one: Item) -> str:
    """`security group  k8s-elb-a1b2  (default/shop): why`."""
    told = "  ".join(filter(None, (one.kind, one.name, one.of and f"({one.of})")))
    return f"{told}: {one.why}" if one.why else told


def as_json(written: Receipt) -> dict[str, Any]:
    """One object, its keys always there."""
    return {
        "cluster": written.cluster,
        "region": written.region,
        "time": written.time.isoformat(timespec="seconds"),
        "removed": [_object(one) for one in (*written.removed, *written.stack)],
        "kept": [_object(one) for one in written.kept],
        "left": [_object(one) for one in written.left],
        "lastLook": dict(written.seen),
    }


def _object(one: Item) -> dict[str, str]:
    return {"kind": one.kind, "id": one.id, "name": one.name, "for": one.of, "why": one.why}
