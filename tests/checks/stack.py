"""A folder with a stack template in it, edited or not."""

import json
from collections.abc import Callable
from typing import Any

from tests.stack.clusters import LOCK, cluster

from kube_aws.stack.document import TEMPLATE
from kube_aws.stack.template import template
from kube_aws.tree import File, Tree

CLUSTER = cluster()


def disk(edit: Callable[[dict[str, Any]], None] = lambda _: None) -> Tree:
    """The rendered template after an edit of its value."""
    stack = json.loads(template(CLUSTER, LOCK))
    edit(stack)
    return holding(json.dumps(stack, indent=2).encode())


def holding(content: bytes) -> Tree:
    return {TEMPLATE: File(content)}


def line(tree: Tree, number: int | None) -> str:
    """A line of the template, counted from 1 as findings do."""
    assert number is not None
    return tree[TEMPLATE].content.decode().splitlines()[number - 1].strip()
