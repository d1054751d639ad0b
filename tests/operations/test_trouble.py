"""What a person is told of each thing that goes wrong on the way to a running cluster: boot_messages.txt.

There a line with `<` is what happens, the lines with `>` below it are what is told. To write them anew from
the lines with `<`: python -m tests.operations.test_trouble
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.operations.boots import cluster, look, node, outside, seen, unanswered

from kube_aws.aws.nodes import stage
from kube_aws.operations import trouble
from kube_aws.operations.boot import AddOnFails, Look, Stopped, Stuck
from kube_aws.operations.silence import Reason, obstacle, silence
from kube_aws.operations.stuck import stuck
from kube_aws.terminal.error import UserError

MESSAGES = Path(__file__).parent / "boot_messages.txt"
THROUGH = ("7/7 ready", "4/4 ready", "4/4 ready")
WAITS = "2/4 wait-for-api"


def controller(boot: str, *, key: bool = False) -> UserError:
    """A controller told this; `key`: the KMS key's policy was found not to delegate."""
    now, failed = look(38, boot, WAITS, WAITS), stage(boot)
    assert failed is not None
    why = trouble.undelegated(cluster()) if key else None
    return trouble.stopped(Stopped(node("controller", boot), failed), now, cluster(), why).error(now)


def worker(boot: str) -> UserError:
    now, failed = look(95, "7/7 ready", boot, "4/4 ready", seen=seen("ready")), stage(boot)
    assert failed is not None
    return trouble.stopped(Stopped(node("worker", boot), failed), now, cluster()).error(now)


def silent(differs: str) -> UserError:
    """A controller is silent, and seen from outside it differs from one that is in order."""
    now = look(180, "", WAITS, WAITS)
    reason = silence(outside(**json.loads(differs)))
    return trouble.silent(node("controller", ""), reason, now, cluster()).error(now)


def pod(why: str) -> UserError:
    now = look(160, *THROUGH, seen=seen("ready", "ready", "ready", addons={"coredns": why}))
    assert now.seen is not None
    return trouble.addon(AddOnFails(now.seen.addons[0])).error(now)


def condition(why: str) -> UserError:
    return nothing_goes_on(look(240, *THROUGH, seen=seen("ready", "not", "ready", why=why)))


def waits(tags: str) -> UserError:
    """Stages at which nothing goes on; `, answers` at the end: the API answers here. After `|` what the
    first one's console says."""
    tags, _, said = tags.partition(" | ")
    boots = tags.removesuffix(", answers").split(", ")
    told = seen("ready") if tags.endswith("answers") else None
    return nothing_goes_on(look(240, *boots, seen=told), said=said)


def without_route(tag: str) -> UserError:
    found = obstacle(outside(route_table={"RouteTableId": "rtb-1", "Routes": []}))
    return nothing_goes_on(look(240, tag, WAITS, WAITS), found=found)


def api(case: str) -> UserError:
    """The nodes are through, but: `reason | addresses of the name | keys of cluster.yaml`."""
    reason, leads_to, keys = (part.strip() for part in case.split("|"))
    now = look(240, *THROUGH, seen=unanswered(reason))
    return nothing_goes_on(now, leads_to=leads_to.split(), **json.loads(keys or "{}"))


def refused(why: str) -> UserError:
    return nothing_goes_on(look(240, *THROUGH, seen=seen(refused=why)))


def nothing_goes_on(
    now: Look,
    said: str = "",
    leads_to: list[str] | None = None,
    found: Reason | None = None,
    **keys: Any,
) -> UserError:
    return stuck(
        Stuck(timedelta(seconds=150)), now, cluster(**keys), wanted=3, said=said, found=found,
        leads_to=leads_to or [], address="52.18.58.120",
    ).error(now)  # fmt: skip


KINDS: dict[str, Callable[[str], UserError]] = {
    "controller": controller,
    "controller, key's policy": lambda boot: controller(boot, key=True),
    "worker": worker,
    "silent": silent,
    "pod": pod,
    "condition": condition,
    "waits": waits,
    "waits without a route": without_route,
    "api": api,
    "refused": refused,
}


def message(happens: str) -> str:
    kind, _, case = happens.partition(": ")
    error = KINDS[kind](case)
    lines = [f"error: {error.what}", *(f"  {line}" for line in error.next_step.splitlines())]
    return "\n".join(f"> {line}" for line in lines)


def cases() -> Iterator[tuple[str, str]]:
    """What happens, and the lines that are told."""
    for block in MESSAGES.read_text().split("\n\n"):
        first, _, rest = block.strip().partition("\n")
        if first.startswith("< "):
            yield first.removeprefix("< "), rest


@pytest.mark.parametrize(("happens", "expected"), [*cases()])
def test_a_person_is_told(happens: str, expected: str):
    assert message(happens) == expected


if __name__ == "__main__":
    blocks = [f"< {happens}\n{message(happens)}" for happens, _ in cases()]
    MESSAGES.write_text("\n\n".join([f"# {(__doc__ or '').splitlines()[0]}", *blocks]) + "\n")
