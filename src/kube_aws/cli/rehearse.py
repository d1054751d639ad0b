"""`kube-aws rehearse`: these commands, and any other AWS client, on an embedded AWS."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kube_aws.cluster.model import Cluster
from kube_aws.rehearsal import process
from kube_aws.terminal.error import UserError

ACCOUNT = "123456789012"
"""The account where no cluster.yaml names one: the one of AWS's own examples."""


@click.group()
def command() -> None:
    """Run these commands on an embedded AWS, on this machine."""


@command.command()
@click.option("--no-nodes", is_flag=True, help="Only the AWS API: instances exist, nothing boots.")
@click.option("--account", metavar="ID", help="Account id (default: that of cluster.yaml's kmsKeyArn).")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=process.PORT,
    show_default=True,
    help="Port on loopback.",
)
@click.option("--fresh", is_flag=True, help="Forget the world of the last rehearsal.")
@click.pass_obj
def start(folder: Path, no_nodes: bool, account: str | None, port: int, fresh: bool) -> None:
    """Start the embedded AWS, with what cluster.yaml names in it.

    The KMS key, key pair, hosted zone, VPC and route table that cluster.yaml names exist there.
    """
    if not no_nodes:
        raise UserError(
            "the rehearsal has no nodes yet: its instances do not boot",
            "kube-aws rehearse start --no-nodes",
            exit_status=2,
        )
    cluster = _cluster(folder)
    account = account or (_account(cluster) if cluster else ACCOUNT)
    if not (account.isascii() and account.isdigit() and len(account) == 12):
        raise UserError(f"--account {account}: an account id has twelve digits", exit_status=2)
    with _explained():
        server = process.start(process.state_folder(), account, port, fresh=fresh)
        _assume(server, cluster, account)
    click.echo(f"The embedded AWS answers at {server.endpoint}, account {account}.", err=True)
    click.echo("  kube-aws rehearse run -- COMMAND   runs a command on it", err=True)
    click.echo("  kube-aws rehearse stop             ends it; its world is kept", err=True)


@command.command()
def stop() -> None:
    """Stop the embedded AWS. Its world is kept for the next start."""
    with _explained():
        stopped = process.stop(process.state_folder())
    click.echo("Stopped; its world is kept." if stopped else "No embedded AWS is running.", err=True)


@command.command()
def status() -> None:
    """Say whether the embedded AWS runs, and where."""
    server = process.find(process.state_folder())
    if server is None:
        raise UserError("no embedded AWS is running", "kube-aws rehearse start --no-nodes")
    click.echo(f"The embedded AWS answers at {server.endpoint}, account {server.account}.")


@command.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.pass_obj
def run(folder: Path, words: tuple[str, ...]) -> None:
    """Run a command whose AWS is the embedded one.

    The exit status is the command's.
    """
    _become(words, _environment(folder))


@command.command()
@click.pass_obj
def shell(folder: Path) -> None:
    """Open a shell whose AWS is the embedded one."""
    environment = _environment(folder)
    hint = "(rehearsal) "
    environment["PS1"] = hint + environment.get("PS1", "$ ")
    # bash sets its own PS1 from the person's files; this runs after them.
    environment["PROMPT_COMMAND"] = f'PS1="{hint}${{PS1#"{hint}"}}"'
    click.echo(f"AWS is {environment['AWS_ENDPOINT_URL']} in this shell; exit leaves it.", err=True)
    _become((environment.get("SHELL", "/bin/sh"),), environment)


def _become(words: tuple[str, ...], environment: dict[str, str]) -> None:
    """Replace this process by the command."""
    try:
        os.execvpe(words[0], words, environment)  # noqa: S606 (the person typed it)
    except OSError as error:
        raise UserError(f"cannot run {words[0]}: {error.strerror}") from error


def _environment(folder: Path) -> dict[str, str]:
    """This process's environment, with the embedded AWS in place of every other way to reach AWS."""
    with _explained():
        server = process.find(process.state_folder())
        if server is None:
            raise UserError("no embedded AWS is running", "kube-aws rehearse start --no-nodes")
        cluster = _cluster(folder)
        made = _assume(server, cluster, _account(cluster) if cluster else server.account)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
        and not name.startswith("AWS_ENDPOINT_URL_")
    }
    region = {"AWS_REGION": cluster.region, "AWS_DEFAULT_REGION": cluster.region} if cluster else {}
    loopback = ",".join(filter(None, [environment.get("NO_PROXY"), process.HOST]))
    return (
        environment
        | region
        | {
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": made["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
            "NO_PROXY": loopback,
            "no_proxy": loopback,
        }
    )


def _assume(server: process.Server, cluster: Cluster | None, account: str) -> dict[str, Any]:
    """Have what cluster.yaml names exist in the account; answers the operator's access key."""
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


def _account(cluster: Cluster) -> str:
    """The account that owns the cluster's KMS key."""
    return cluster.kms_key_arn.split(":")[4]


def _cluster(folder: Path) -> Cluster | None:
    """The folder's cluster.yaml; None where there is none. Raises UserError for one with errors."""
    from kube_aws.operations.inputs import read_cluster

    return read_cluster(folder)[1] if (folder / "cluster.yaml").exists() else None


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the rehearsal says into what a person reads."""
    try:
        yield
    except process.RehearsalError as error:
        raise UserError(error.what, error.next_step) from error
