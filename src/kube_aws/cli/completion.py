"""`kube-aws completion`."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash   source <(kube-aws completion bash)          in ~/.bashrc
    zsh    source <(kube-aws completion zsh)           in ~/.zshrc
    fish   kube-aws completion fish | source           in config.fish
    """
    click.echo(SHELLS[shell](ctx.find_root().command, {}, "kube-aws", "_KUBE_AWS_COMPLETE").source())
