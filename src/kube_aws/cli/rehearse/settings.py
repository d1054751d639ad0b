"""What `rehearse` and `rehearse start` have in common: their options, and what they need of this machine."""

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kube_aws.cluster.model import Cluster
from kube_aws.rehearsal import place, process
from kube_aws.rehearsal.breaks import BREAKS
from kube_aws.terminal.error import UserError

ACCOUNT = "123456789012"
"""The account where no cluster.yaml names one: the one of AWS's own examples."""


def start_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add --account, --port and --break."""
    for option in (
        click.option(
            "--break",
            "broken",
            type=click.Choice(tuple(BREAKS)),
            metavar="NAME",
            help=f"Break something, to see what up says: {', '.join(BREAKS)}.",
        ),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            metavar="PORT",
            default=process.PORT,
            show_default=True,
            help="Port on loopback.",
        ),
        click.option("--account", metavar="ID", help="Account id (default: the KMS key's)."),
    ):
        function = option(function)
    return function


def begin(
    folder: Path, account: str | None, port: int, *, fresh: bool, nodes: bool, broken: str | None
) -> process.Server:
    """Start the embedded AWS, with what cluster.yaml names in it, and with what is `broken` on purpose; what
    was before in one that runs is whole again. Raises UserError where it cannot start."""
    if broken and not nodes:
        raise UserError("--break needs nodes: it is they who meet what is broken", exit_status=2)
    if nodes:
        _check_machine()
    cluster = read(folder)
    account = account or (_account(cluster) if cluster else ACCOUNT)
    if not (account.isascii() and account.isdigit() and len(account) == 12):
        raise UserError(f"--account {account}: an account id has twelve digits", exit_status=2)
    if nodes and cluster:
        _check_catalogue(cluster)
    with explained():
        running = process.find(process.state_folder())
        if nodes and (fresh or not running):  # nothing is built for a start that is refused or finds all
            _prepare()
        if nodes and not running:
            _clear()
        server = process.start(process.state_folder(), account, port, fresh=fresh, nodes=nodes)
        server.ask("break", name=broken)
        assume(server, cluster, account)
    if broken:
        click.echo(f"Broken on purpose: {BREAKS[broken].says}.", err=True)
    return server


def end() -> bool:
    """Stop the embedded AWS, and take away what a killed one left; whether there was any of it.

    Raises RehearsalError where something does not end.
    """
    stopped = process.stop(process.state_folder())
    if platform.system() == "Linux" and os.geteuid() == 0:
        return _clear() or stopped
    return stopped


def running() -> process.Server:
    """The embedded AWS that runs. Raises UserError where there is none."""
    with explained():
        server = process.find(process.state_folder())
    if server is None:
        raise UserError(
            "no embedded AWS is running",
            "sudo kube-aws rehearse start, or without nodes: kube-aws rehearse start --no-nodes",
        )
    return server


def assume(server: process.Server, cluster: Cluster | None, account: str | None = None) -> dict[str, Any]:
    """Have what cluster.yaml names exist in the account; answers the operator's access key."""
    account = account or (_account(cluster) if cluster else server.account)
    if cluster is None:
        return server.ask("world", account=account)
    return server.ask(
        "world",
        account=account,
        region=cluster.region,
        key_arn=cluster.kms_key_arn,
        key_pair=cluster.key_name,
        hosted_zone=cluster.hosted_zone,
        vpc_id=cluster.vpc_id,
        vpc_cidr=str(cluster.vpc_cidr),
        route_table_id=cluster.route_table_id,
    )


def read(folder: Path) -> Cluster | None:
    """The folder's cluster.yaml; None where there is none. Raises UserError for one with errors."""
    from kube_aws.operations.inputs import read_cluster

    return read_cluster(folder)[1] if (folder / "cluster.yaml").exists() else None


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the rehearsal says into what a person reads."""
    try:
        yield
    except process.RehearsalError as error:
        raise UserError(error.what, error.next_step) from error


def _check_machine() -> None:
    """Nodes are systemd machines in namespaces of this kernel."""
    without = "kube-aws rehearse start --no-nodes works here: the AWS API, without machines."
    if platform.system() != "Linux":
        raise UserError(f"nodes need Linux, and this is {platform.system()}", without)
    if os.geteuid() != 0:
        raise UserError("nodes need root: they are systemd machines on this one", f"Use sudo. {without}")


def _check_catalogue(cluster: Cluster) -> None:
    """What the cluster's nodes will ask the world's sites for is there."""
    from kube_aws.rehearsal.components.catalogue import IMAGES
    from kube_aws.rehearsal.components.catalogue.programs import KUBERNETES
    from kube_aws.rehearsal.components.catalogue.served import DOWNLOADS
    from kube_aws.release.missing import BinaryQuery, ImageQuery, missing

    asked = missing(cluster, None)
    names = [query.url for query in asked if isinstance(query, BinaryQuery)]
    names += [query.reference for query in asked if isinstance(query, ImageQuery)]
    lacking = [name for name in names if name not in DOWNLOADS and name not in IMAGES]
    if lacking:
        raise UserError(
            f"a rehearsal's nodes cannot be given {lacking[0]}",
            f"They boot with Kubernetes {KUBERNETES} on amd64. rehearse start --no-nodes takes others.",
        )


def _clear() -> bool:
    """Take away what a killed server left in the kernel; whether there was any of it."""
    from kube_aws.rehearsal.network.namespaces import existing

    state = process.state_folder()
    if not existing(place.world(state)):
        return False
    from kube_aws.rehearsal.remove import remove

    remove(state)
    return True


def _prepare() -> None:
    from kube_aws.rehearsal.prepare import prepare

    def say(line: str) -> None:
        click.echo(f"  {line}", err=True)

    prepare(say)


def _account(cluster: Cluster) -> str:
    """The account that owns the cluster's KMS key."""
    return cluster.kms_key_arn.split(":")[4]
