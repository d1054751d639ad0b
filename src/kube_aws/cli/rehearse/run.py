"""`kube-aws rehearse run`."""

from pathlib import Path

import click

from kube_aws.cli.rehearse.inside import become, environment
from kube_aws.cli.rehearse.settings import running


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.pass_obj
def command(folder: Path, words: tuple[str, ...]) -> None:
    """Run a command whose AWS is the embedded one.

    With nodes its internet is the world's. The exit status is the command's.
    """
    server = running()
    become(server, words, environment(server, folder))
