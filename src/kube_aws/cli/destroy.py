"""`kube-aws destroy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kube_aws.cli.options import aws_options, output_option

if TYPE_CHECKING:
    from kube_aws.operations.connect import Connect
    from kube_aws.operations.receipt import Receipt


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask for the cluster's name.")
@aws_options
@output_option
@click.pass_obj
def command(folder: Path, *, yes: bool, output: str, connect: Connect) -> None:
    """Remove the cluster from AWS; files and credentials here stay.

    What Kubernetes made goes first: load balancers, their groups, DNS names; volumes go where their
    claims say Delete. A last snapshot of etcd's volume stays. destroyed.json says what went and what
    stays. Run again, it goes on, or says that all is gone.
    """
    from kube_aws.operations.destroy import destroy
    from kube_aws.operations.inputs import read_cluster
    from kube_aws.operations.receipt import as_json
    from kube_aws.terminal.findings import to_json
    from kube_aws.terminal.question import typed

    def tell(receipt: Receipt) -> None:
        if output == "json":
            click.echo(to_json(as_json(receipt)))

    _, cluster, _ = read_cluster(folder)
    destroy(cluster, folder, connect, typed(yes), tell)
