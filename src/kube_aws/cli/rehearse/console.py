"""`kube-aws rehearse console`."""

import sys
import time
from pathlib import Path

import click

from kube_aws.cli.rehearse.settings import explained, running
from kube_aws.rehearsal import place, process
from kube_aws.terminal.error import UserError


@click.command()
@click.argument("node")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is written from now on.")
def command(node: str, follow: bool) -> None:
    """Show what a machine wrote to its serial console.

    NODE is an instance's id, its private address or name, or a role's name as controller-0 or worker.
    """
    server = running()
    if not server.nodes:
        raise UserError("this rehearsal has no nodes, so no consoles", "sudo kube-aws rehearse start")
    with explained():
        machines = server.ask("machines")["machines"]
    found = [one for one in machines if node in (one["instance"], one["node"], one["address"], one["name"])]
    if not found:
        known = ", ".join(f"{one['node']} {one['instance']}" for one in machines) or "none"
        raise UserError(f"there is no machine {node}", f"Machines: {known}.", exit_status=2)
    if len(found) > 1:
        ids = ", ".join(one["instance"] for one in found)
        raise UserError(f"{len(found)} machines are named {node}", f"Say which: {ids}", exit_status=2)
    _show(place.console(process.state_folder(), found[0]["instance"]), follow)


def _show(path: Path, follow: bool) -> None:
    """Bytes as they are: a console has its own colours."""
    out = sys.stdout.buffer
    try:
        with path.open("rb") as file:
            while True:
                written = file.read()
                out.write(written)
                out.flush()
                if not written and not follow:
                    return
                if not written:
                    time.sleep(0.2)
    except FileNotFoundError:
        return  # it has written nothing yet
    except PermissionError as error:
        raise UserError(f"{path}: {error.strerror}", "Use sudo.") from error
