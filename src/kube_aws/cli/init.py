"""`kube-aws init`."""

import sys
from pathlib import Path

import click
from click.core import ParameterSource

SUCCESS = """\
Success! Created cluster.yaml

Next steps:
1. (Optional) Edit cluster.yaml to parameterize the cluster.
2. Use the "kube-aws render" command to render the stack template."""


@click.command()
@click.option("--cluster-name", metavar="NAME", help="Name of the cluster and of its stack.")
@click.option("--external-dns-name", metavar="NAME", help="DNS name of the Kubernetes API.")
@click.option(
    "--region",
    metavar="REGION",
    envvar=["AWS_REGION", "AWS_DEFAULT_REGION"],
    help="AWS region (or AWS_REGION).",
)
@click.option("--availability-zone", metavar="ZONE", help="Zone of all nodes.")
@click.option("--key-name", metavar="NAME", help="EC2 key pair for SSH.")
@click.option("--kms-key-arn", metavar="ARN", help="KMS key that seals the secrets.")
@click.option("--profile", metavar="NAME", help="Profile of ~/.aws, to offer what the account has.")
@click.pass_context
def command(ctx: click.Context, /, profile: str | None, **flags: str | None) -> None:
    """Create cluster.yaml, with every key explained.

    On a terminal, asks for what no flag answers. Never overwrites a file.
    """
    from kube_aws.cluster.sample import FLAGS
    from kube_aws.operations.init import init, refuse_to_overwrite, refused, settled
    from kube_aws.terminal.screen import say

    folder: Path = ctx.obj
    refuse_to_overwrite(folder)
    typed = {key: flags[flag[2:].replace("-", "_")] for key, flag in FLAGS.items()}
    given = {key: answer for key, answer in typed.items() if answer is not None}
    from_variable = ctx.get_parameter_source("region") is ParameterSource.ENVIRONMENT
    if from_variable and "availabilityZone" in given:
        del given["region"]  # A zone that was typed says more than a variable.
    answers, notes = settled(given)
    if from_variable and "region" in given:
        notes.append(f"region {given['region']}, from AWS_REGION")
    for note in notes:
        say(f"note: {note}")
    if len(answers) < len(FLAGS) and sys.stdin.isatty():
        from kube_aws.cli.questions import ask

        if mistakes := refused(answers):
            raise mistakes
        answers = ask(answers, profile)
    init(folder, answers)
    click.echo(SUCCESS)
