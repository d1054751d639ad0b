"""`kube-aws rehearse start`."""

from pathlib import Path

import click

from kube_aws.cli.rehearse.settings import begin, start_options


@click.command()
@click.option("--no-nodes", is_flag=True, help="Only the AWS API: instances exist, nothing boots.")
@click.option("--fresh", is_flag=True, help="Forget the world of the last rehearsal.")
@start_options
@click.pass_obj
def command(
    folder: Path, *, no_nodes: bool, account: str | None, port: int, fresh: bool, broken: str | None
) -> None:
    """Start the embedded AWS, with what cluster.yaml names in it.

    The KMS key, key pair, hosted zone, VPC and route table that cluster.yaml names exist there. Instances are
    machines that boot; --no-nodes needs neither Linux nor root. What --break breaks is whole again after
    another start.
    """
    server = begin(folder, account, port, fresh=fresh, nodes=not no_nodes, broken=broken)
    click.echo(f"The embedded AWS answers at {server.endpoint}, account {server.account}.", err=True)
    click.echo("  kube-aws rehearse run -- COMMAND   runs a command on it", err=True)
    click.echo("  kube-aws rehearse stop             ends it; its world is kept", err=True)
