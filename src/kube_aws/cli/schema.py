"""`kube-aws schema`."""

import json

import click


@click.command()
def command() -> None:
    """Print the JSON schema of cluster.yaml.

    \b
    Editors with yaml-language-server use it after:
      kube-aws schema > .kube-aws.schema.json
    """
    from kube_aws.cluster.schema import schema

    click.echo(json.dumps(schema(), indent=2))
