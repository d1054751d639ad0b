"""`kube-aws status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kube_aws.cli.options import aws_options, no_nodes_option, output_option

if TYPE_CHECKING:
    from kube_aws.operations.connect import Connect


@click.command()
@click.option(
    "--watch",
    is_flag=True,
    help="Look again until everything is ready; exit status 0 then.",
)
@no_nodes_option
@aws_options
@output_option
@click.pass_obj
def command(folder: Path, *, watch: bool, no_nodes: bool, output: str, connect: Connect) -> None:
    """Show the cluster: its stack, the API, each node's boot, certificates, add-ons.

    Exit status 1 where there is no such cluster.
    """
    from kube_aws.operations.inputs import read_cluster
    from kube_aws.operations.status import status
    from kube_aws.operations.status import watch as watched
    from kube_aws.operations.status_json import as_json
    from kube_aws.operations.status_text import as_text
    from kube_aws.terminal.findings import to_json
    from kube_aws.terminal.redraw import redraw

    _, cluster, _ = read_cluster(folder)
    session = connect(cluster)
    if watch:
        looks = watched(cluster, session, folder, boots=not no_nodes)
    else:
        looks = iter([status(cluster, session, folder)])
    if output == "json":
        for now in looks:
            click.echo(to_json(as_json(now)))
    else:
        redraw("\n".join(as_text(now)) for now in looks)
