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
        case click.ClickException():
            context = getattr(error, "ctx", None)
            _error(_sentence(error.format_message()), f"{context.command_path} --help" if context else "")
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
    if told := _told_by_aws(error):
        return report(told)
    _error(*_unexpected(error))
    return 1


def findings(found: Iterable[Finding]) -> Iterable[str]:
    """Each finding as `file:line:column: what`, warnings marked, its next step indented below."""
    for finding in found:
        warning = "warning: " if finding.severity == "warning" else ""
        place = f"{finding.place}: " if finding.place.file else ""
        line = wrapped(f"{place}{warning}{finding.what}", "", "    ")
        yield click.style(place, bold=True) + line.removeprefix(place)
        yield from map(wrapped, finding.next_step.splitlines())


def _told_by_aws(error: Exception) -> UserError | None:
    """An error of AWS's client that no operation explained. Only a loaded botocore can have raised one."""
    botocore = sys.modules.get("botocore.exceptions")
    if botocore is None or not isinstance(error, botocore.ClientError | botocore.BotoCoreError):
        return None
    from kube_aws.aws.errors import explained

    try:
        with explained():
            raise error
    except UserError as told:
        return told


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
        say(wrapped(line))


def _sentence(text: str) -> str:
    """click's sentence in this program's style: no capital, no full stop."""
    return text[:1].lower() + text[1:].removesuffix(".")
