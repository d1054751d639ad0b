"""Questions to the person at the terminal."""

import sys
from collections.abc import Callable

import click

from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import say


def agreed(yes: bool) -> Callable[[str], bool]:
    """Asks for a yes or no; with `yes` it is always yes, without anyone to ask a UserError."""

    def ask(question: str) -> bool:
        if yes:
            return True
        _require_someone(question)
        return click.confirm(question, err=True)

    return ask


def typed(yes: bool) -> Callable[[str], bool]:
    """Asks to type a cluster's name, as `agreed` otherwise."""

    def ask(name: str) -> bool:
        if yes:
            return True
        _require_someone(f"Remove {name}?")
        return str(click.prompt("Type the cluster's name", err=True, default="", show_default=False)) == name

    return ask


def _require_someone(question: str) -> None:
    if not sys.stdin.isatty():
        say(question)
        raise UserError("nobody is here to answer", "Use --yes to agree beforehand.")
