"""`kube-aws version`."""

import json

import click

from kube_aws import __version__
from kube_aws.cli.options import output_option


@click.command()
@output_option
def command(output: str) -> None:
    """Print the version."""
    click.echo(json.dumps({"version": __version__}) if output == "json" else f"kube-aws {__version__}")
