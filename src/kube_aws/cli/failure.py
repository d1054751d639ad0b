"""How a failure is told: one message on stderr, and the exit status."""

import os
import sys
import traceback
from collections.abc import Iterable

import click

from kube_aws.finding import Finding, Place
from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import say, wrapped


def report(error: Exception) -> int:
    """Print what went wrong and what to do about it; returns the exit status."""
    match error:
        case UserError():
            for line in findings(error.findings):
                say(line)
            _error(error.what, error.next_step, error.place)
            return error.exit_status
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else "kube-aws"
            _error(_sentence(error.format_message()), f"{path} --help")
            return error.exit_code
        case click.ClickException():
            _error(_sentence(error.format_message()))
            return error.exit_code
        case click.Abort():
            # click's word for Ctrl-C and Ctrl-D, which leave the cursor behind the question.
            say()
            if isinstance(error.__context__, EOFError):
                _error("stopped: a question was not answered")
            return 130
        case OSError(strerror=str(reason)):
            _error(f"{error.filename}: {reason}" if error.filename else reason)
            return 1
    _error(*(_said_by_aws(error) or _unexpected(error)))
    return 1


def findings(found: Iterable[Finding]) -> Iterable[str]:
    """Each finding as `file:line:column: what`, warnings marked, its next step indented below."""
    for finding in found:
        warning = "warning: " if finding.severity == "warning" else ""
        place = f"{finding.place}: " if finding.place.file else ""
        line = wrapped(f"{place}{warning}{finding.what}", "", "    ")
        yield click.style(place, bold=True) + line.removeprefix(place)
        yield from map(wrapped, finding.next_step.splitlines())


def _said_by_aws(error: Exception) -> tuple[str, str] | None:
    """AWS's own words, where no operation added its own. Only a loaded boto3 can have raised them."""
    botocore = sys.modules.get("botocore.exceptions")
    if botocore is None:
        return None
    if isinstance(error, botocore.ClientError):
        refused = error.response.get("Error", {})
        said = f"{refused.get('Code')}: {refused.get('Message')}"
        return f"AWS refused {error.operation_name}: {said}", ""
    if isinstance(error, botocore.BotoCoreError):
        return f"no answer from AWS: {error}", "Check the network, AWS_* variables and --profile."
    return None


def _unexpected(error: Exception) -> tuple[str, str]:
    if os.environ.get("KUBE_AWS_TRACEBACK"):
        traceback.print_exception(error)
    return (
        f"kube-aws met a case it does not know: {type(error).__name__}: {error}",
        "This is a mistake in kube-aws. KUBE_AWS_TRACEBACK=1 shows where; please report it.",
    )


def _error(what: str, next_step: str = "", place: Place | None = None) -> None:
    message = wrapped(f"{place}: {what}" if place else what, "error: ", "       ")
    say(click.style("error:", fg="red", bold=True) + message.removeprefix("error:"))
    for line in next_step.splitlines():
        say(f"  {line}")


def _sentence(text: str) -> str:
    """click's sentence in this program's style: no capital, no full stop."""
    return text[:1].lower() + text[1:].removesuffix(".")
