"""`kube-aws rehearse` alone: the whole rehearsal of a folder, and its report."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kube_aws.cli.rehearse.copied import begin_copy, carry, edits
from kube_aws.cli.rehearse.inside import environment
from kube_aws.cli.rehearse.settings import begin, end, explained, read
from kube_aws.rehearsal import place, process
from kube_aws.terminal.duration import brief
from kube_aws.terminal.error import UserError

NOT_PROVEN = """\
Not proven here: quotas, organization policies, EC2 capacity, your KMS key's
  own policy, Flatcar's kernel and userland (Debian stands in)."""


def rehearse(folder: Path, *, account: str | None, port: int, keep: bool, broken: str | None) -> None:
    """Start, render and up in a copy of the folder until all is Ready, then stop. UserError if it fails."""
    cluster = read(folder)
    if cluster is None:
        raise UserError("there is no cluster.yaml here to rehearse", 'Use the "kube-aws init" command first.')
    with explained():
        if process.find(process.state_folder()):
            raise UserError("a rehearsal is running, and this begins a new one", "kube-aws rehearse stop")
    own = edits(folder)
    began = datetime.now(UTC)
    server = begin(folder, account, port, fresh=True, nodes=True, broken=broken)
    copy = process.state_folder() / "rehearsed" / cluster.cluster_name
    try:
        click.echo(f"  {'AWS API, DNS, mirror':<24}{brief(datetime.now(UTC) - began)}", err=True)
        begin_copy(folder, copy)
        variables = environment(server, copy)
        _run(copy, variables, "render")
        carry(own, copy)
        _run(copy, variables, "up", "--yes")
        click.echo(f"It boots: the whole rehearsal took {brief(datetime.now(UTC) - began)}.")
        click.echo(NOT_PROVEN)
    finally:
        if keep:
            click.echo(f"It is left running, in {copy}.", err=True)
            click.echo("  kube-aws rehearse run -- COMMAND   runs a command on it; in that folder", err=True)
            click.echo("                                     kube-aws and kubectl find the cluster", err=True)
            click.echo("  kube-aws rehearse stop             ends it", err=True)
        else:
            with explained():
                end()
            for left in (copy, *(process.state_folder() / kept for kept in process.WORLD)):
                shutil.rmtree(left, ignore_errors=True)
            click.echo("Stopped; this machine is as before. (--keep leaves it running)", err=True)


def _run(copy: Path, variables: dict[str, str], *words: str) -> None:
    """One of these commands, in the world. UserError where it fails: it has said why."""
    command = [
        *place.enter(process.state_folder()),
        sys.executable,
        "-m",
        "kube_aws",
        "-C",
        str(copy),
        *words,
    ]
    # Its result, the next steps of a person, is not for here.
    quiet = subprocess.DEVNULL if words == ("render",) else None
    if subprocess.run(command, env=variables, stdout=quiet, check=False).returncode:
        raise UserError(f"kube-aws {words[0]} failed in the rehearsal, as told above")
