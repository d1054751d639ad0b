"""Options that several commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class AwsOptions:
    """How to reach AWS, as typed; None leaves it to AWS's own variables and files."""

    profile: str | None
    region: str | None
    debug: bool


def aws_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add --profile, --region and --aws-debug; the function receives them as `aws: AwsOptions`."""

    @click.option("--profile", metavar="NAME", help="Profile of ~/.aws to use (default: AWS_PROFILE).")
    @click.option("--region", metavar="REGION", help="Must be cluster.yaml's region (default: that one).")
    @click.option("--aws-debug", is_flag=True, help="Log every call to AWS on stderr.")
    @wraps(function)
    def with_aws(
        *args: Any,
        profile: str | None,
        region: str | None,
        aws_debug: bool,
        **options: Any,
    ) -> None:
        function(*args, aws=AwsOptions(profile, region, aws_debug), **options)

    return with_aws


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
