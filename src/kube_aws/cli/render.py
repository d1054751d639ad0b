"""`kube-aws render`."""

from pathlib import Path

import click

from kube_aws.cli.options import AwsOptions, aws_options, output_option


@click.command()
@click.option(
    "--reset", multiple=True, metavar="PATH", help="Take the tool's version of a file or folder back."
)
@click.option(
    "--new-credentials", is_flag=True, help="Make other authorities and keys; the old are kept aside."
)
@aws_options
@output_option
@click.pass_obj
def command(
    folder: Path, reset: tuple[str, ...], new_credentials: bool, output: str, aws: AwsOptions
) -> None:
    """Render cluster.yaml to the stack template, node files and credentials.

    Your edits of rendered files are kept. Touches the network only for what release.lock lacks.
    """
    from kube_aws.operations.render import render

    def connect():
        from kube_aws.aws.session import session

        return session(aws.profile, aws.region, aws.debug)

    render(folder, connect, reset=reset, new_credentials=new_credentials)
    click.echo("Success! Stack rendered to stack-template.json.")
