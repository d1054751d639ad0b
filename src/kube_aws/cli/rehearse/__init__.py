"""`kube-aws rehearse`: the rendered files, and any AWS client, on an embedded AWS on this machine."""

from importlib import import_module
from pathlib import Path
from typing import cast

import click
from click.core import ParameterSource

from kube_aws.cli.rehearse.settings import start_options

COMMANDS = ("start", "run", "shell", "status", "console", "stop")


class Subcommands(click.Group):
    """A group whose commands are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names in the order of a rehearsal's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", import_module(f"kube_aws.cli.rehearse.{cmd_name}").command)


@click.group(cls=Subcommands, invoke_without_command=True)
@click.option("--keep", is_flag=True, help="Leave the cluster running at the end.")
@start_options
@click.pass_context
def command(ctx: click.Context, keep: bool, account: str | None, port: int, broken: str | None) -> None:
    """Boot what this folder renders, on this machine.

    Alone it does it all: a new embedded AWS with real nodes, up, until all is Ready, a report, and stop.
    Needs Linux and root; `rehearse start --no-nodes` needs neither.
    """
    if ctx.invoked_subcommand and any(
        ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ctx.params
    ):
        raise click.UsageError(f"options of {ctx.invoked_subcommand} come after it", ctx)
    if ctx.invoked_subcommand is None:
        from kube_aws.cli.rehearse.whole import rehearse

        folder: Path = ctx.obj
        rehearse(folder, account=account, port=port, keep=keep, broken=broken)
