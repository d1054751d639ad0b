"""`kube-aws destroy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kube_aws.cli.options import aws_options

if TYPE_CHECKING:
    from kube_aws.operations.connect import Connect


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask for the cluster's name.")
@aws_options
@click.pass_obj
def command(folder: Path, *, yes: bool, connect: Connect) -> None:
    """Remove the cluster from AWS; files and credentials here stay.

    A last snapshot of etcd's volume stays, too. Run again, it goes on, or says that all is gone.
    """
    from kube_aws.operations.destroy import destroy
    from kube_aws.operations.inputs import read_cluster
    from kube_aws.terminal.question import typed

    _, cluster, _ = read_cluster(folder)
    destroy(cluster, connect, typed(yes))
