"""The click group behind `kube-aws`: it imports a command's module when that command runs."""

from importlib import import_module
from pathlib import Path
from typing import cast

import click
from click.shell_completion import CompletionItem

from kube_aws.cli import COMMANDS, overview


class LazyGroup(click.Group):
    """A group whose commands are known by name and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names in the order of the overview: that of a cluster's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; an unknown name is an error that names the nearest ones."""
        if cmd_name in COMMANDS:
            return cast("click.Command", import_module(f"kube_aws.cli.{cmd_name}").command)
        if ctx.resilient_parsing:
            return None
        raise click.exceptions.NoSuchCommand(cmd_name, possibilities=COMMANDS, ctx=ctx)

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002
        """The overview, which imports no command."""
        return overview()

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete command names from the list; click would import every command to do so."""
        names = [CompletionItem(n, help=text) for n, text in COMMANDS.items() if n.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--directory",
    metavar="DIR",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.pass_context
def group(ctx: click.Context, directory: Path) -> None:
    """One cluster.yaml to a Kubernetes cluster on AWS."""
    ctx.obj = directory
