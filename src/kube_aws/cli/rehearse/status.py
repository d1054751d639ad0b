"""`kube-aws rehearse status`."""

import click

from kube_aws.cli.rehearse.settings import explained, running


@click.command()
def command() -> None:
    """Say where the embedded AWS runs, and its machines."""
    server = running()
    click.echo(f"The embedded AWS answers at {server.endpoint}, account {server.account}.")
    if not server.nodes:
        return
    from kube_aws.terminal.table import aligned

    with explained():
        machines = server.ask("machines")["machines"]
    rows = [
        (one["node"], one["instance"], one["type"], one["address"], one["public_address"], one["state"])
        for one in machines
    ]
    for line in aligned([("NODE", "INSTANCE", "TYPE", "ADDRESS", "PUBLIC", "STATE"), *rows]):
        click.echo(line)
