"""`kube-aws up`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kube_aws.cli.options import aws_options, no_nodes_option

if TYPE_CHECKING:
    from kube_aws.operations.connect import Connect


@click.command()
@click.option("--export", is_flag=True, help="Write the stack to a file and create nothing.")
@click.option("--no-wait", is_flag=True, help="Start, and watch neither the stack nor the nodes.")
@click.option("--locked", is_flag=True, help="Fail where rendered files are not up to date; write none.")
@click.option("--yes", is_flag=True, help="Answer every question with yes.")
@no_nodes_option
@aws_options
@click.pass_obj
def command(
    folder: Path, *, export: bool, no_wait: bool, locked: bool, yes: bool, no_nodes: bool, connect: Connect
) -> None:
    """Create the cluster on AWS, and follow its boot until every node is Ready; run again, go on.

    A failed creation is continued, a running one watched. On a finished cluster changed add-ons are
    applied after a question; other changes are listed and refused. Where a node stops, it is said why;
    the node goes on trying.
    """
    from kube_aws.operations import up
    from kube_aws.terminal.question import agreed

    if export:
        up.export(folder, connect, locked=locked)
    else:
        up.up(folder, connect, agreed(yes), wait=not no_wait, locked=locked, boots=not no_nodes)
