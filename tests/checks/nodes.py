"""The article's rendered folder, edited or not, and what a check says of it as a person reads it."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import PurePosixPath

import click
from tests.scenarios.scenario import authorities, cluster, lock

from kube_aws.artefacts.render import render
from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding
from kube_aws.terminal.findings import text
from kube_aws.tree import File, Tree

Check = Callable[[Tree, Cluster], Iterator[Finding]]

ARTICLE = cluster("article")


@cache
def rendered() -> Tree:
    return render(ARTICLE, lock(), authorities())


def edited(path: str, old: str, new: str) -> Tree:
    """The rendered folder with one edit in a file."""
    content = rendered()[PurePosixPath(path)].content.decode()
    assert old in content
    return holding(path, content.replace(old, new, 1))


def holding(path: str, content: str | bytes, *, executable: bool = False) -> Tree:
    """The rendered folder with one more file, or another one in the place of one."""
    raw = content.encode() if isinstance(content, str) else content
    return {**rendered(), PurePosixPath(path): File(raw, executable)}


def without(path: str) -> Tree:
    return {other: file for other, file in rendered().items() if other != PurePosixPath(path)}


def told(check: Check, disk: Tree, about: Cluster = ARTICLE) -> str:
    """The findings as `validate` prints them, without colours."""
    sources = {str(path): file.content for path, file in disk.items()}
    return click.unstyle("\n".join(text(check(disk, about), sources)))
