"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def aws_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add --profile, --region and --aws-debug; the function receives `connect: Connect` made of them."""

    @click.option("--profile", metavar="NAME", help="Profile of ~/.aws to use (default: AWS_PROFILE).")
    @click.option("--region", metavar="REGION", help="Must be cluster.yaml's region (default: that one).")
    @click.option("--aws-debug", is_flag=True, help="Log every call to AWS on stderr.")
    @wraps(function)
    def connected(
        *args: Any, profile: str | None, region: str | None, aws_debug: bool, **options: Any
    ) -> None:
        from kube_aws.operations.connect import connecting

        function(*args, connect=connecting(profile, region, aws_debug), **options)

    return connected


def output_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add `-o text|json`; the function receives it as `output: str`."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="text for people, json for programs.",
    )(function)


def no_nodes_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add what a rehearsal says in its environment, `no_nodes: bool`: instances exist and do not boot."""
    return click.option("--no-nodes", is_flag=True, hidden=True, envvar="KUBE_AWS_NO_NODES")(function)
