"""`kube-aws rehearse stop`."""

import click

from kube_aws.cli.rehearse.settings import end, explained


@click.command()
def command() -> None:
    """Stop the embedded AWS and its machines. Its world is kept for the next start."""
    with explained():
        stopped = end()
    click.echo("Stopped; its world is kept." if stopped else "No embedded AWS is running.", err=True)
