"""`kube-aws validate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kube_aws.cli.options import aws_options

if TYPE_CHECKING:
    from kube_aws.operations.connect import Connect
    from kube_aws.operations.validate import Report


@click.command()
@click.option("--offline", is_flag=True, help="Ask AWS nothing: needs no credentials and no network.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text for people, json for programs, github for annotations in a workflow.",
)
@aws_options
@click.pass_context
def command(context: click.Context, *, offline: bool, format_: str, connect: Connect) -> None:
    """Check everything that AWS and the nodes would check later, and name the line to mend.

    Writes nothing. Exit status 1 where there are errors.
    """
    from kube_aws.operations.validate import validate

    folder: Path = context.obj
    if format_ == "text":
        click.echo("Validating UserData...")
    report = validate(folder, None if offline else connect)
    {"text": _text, "json": _json, "github": _github}[format_](report)
    context.exit(0 if report.valid else 1)


def _text(report: Report) -> None:
    from kube_aws.terminal import findings
    from kube_aws.terminal.screen import result, say

    def listed(stack: bool) -> bool:
        found = report.of_stack(stack)
        for line in findings.text(found, report.sources):
            say(line)
        return not any(finding.severity == "error" for finding in found)

    if report.checks == 1:
        # cluster.yaml or the folder cannot be read: nothing else was looked at.
        listed(stack=False)
        say(_summary(report))
        return
    if listed(stack=False):
        result("UserData is valid.")
    result()
    result("Validating stack template...")
    valid = listed(stack=True)
    if report.by_aws:
        result(f"Validation Report: {_in_the_articles_form(report.by_aws)}")
    if valid:
        result("stack template is valid.")
    if report.valid:
        result()
        result("Validation OK!")
    say(_summary(report))


def _summary(report: Report) -> str:
    counts = [
        f"{count} {severity}{'s' if count > 1 else ''}"
        for severity in ("error", "warning")
        if (count := sum(finding.severity == severity for finding in report.findings))
    ]
    checks = f"{report.checks} checks" if report.checks > 1 else "1 check"
    verdict = "Valid." if report.valid else "Not valid."
    return f"{', '.join(counts) or 'nothing found'} in {checks} ({report.seconds:.1f} s). {verdict}"


def _in_the_articles_form(answer: object) -> str:
    """As the 2016 tool printed it: keys without quotes."""
    items = [f"  {key}: {json.dumps(value)}" for key, value in dict(answer).items()]  # type: ignore[call-overload]
    return "{\n" + ",\n".join(items) + "\n}"


def _json(report: Report) -> None:
    from kube_aws.terminal.findings import as_json, to_json

    click.echo(
        to_json(
            {
                "valid": report.valid,
                "checks": report.checks,
                "seconds": round(report.seconds, 3),
                "findings": as_json(report.findings),
                "byAws": report.by_aws,
            }
        )
    )


def _github(report: Report) -> None:
    from kube_aws.terminal import findings
    from kube_aws.terminal.screen import say

    for line in findings.github(report.findings):
        click.echo(line)
    say(_summary(report))
