"""`kube-aws rehearse shell`."""

from pathlib import Path

import click

from kube_aws.cli.rehearse.inside import become, environment
from kube_aws.cli.rehearse.settings import running

HINT = "(rehearsal) "


@click.command()
@click.pass_obj
def command(folder: Path) -> None:
    """Open a shell whose AWS is the embedded one."""
    server = running()
    variables = environment(server, folder)
    variables["PS1"] = HINT + variables.get("PS1", "$ ")
    # bash sets its own PS1 from the person's files; this runs after them.
    variables["PROMPT_COMMAND"] = f'PS1="{HINT}${{PS1#"{HINT}"}}"'
    click.echo(f"AWS is {variables['AWS_ENDPOINT_URL']} in this shell; exit leaves it.", err=True)
    become(server, (variables.get("SHELL", "/bin/sh"),), variables)
