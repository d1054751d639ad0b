"""`kube-aws explain`."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import wrapped

if TYPE_CHECKING:
    from kube_aws.cluster.keys import Key

NAMES = 25
"""Columns for the names in the list."""


def _complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from kube_aws.cluster.keys import keys

    found = (key for key in keys() if key.name.casefold().startswith(incomplete.casefold()))
    return [CompletionItem(key.name, help=_in_short(key)) for key in found]


@click.command()
@click.argument("key", required=False, shell_complete=_complete)
@click.pass_obj
def command(folder: Path, key: str | None) -> None:
    """Explain a key of cluster.yaml: its meaning, default, and what a change does.

    Without KEY it lists all. A key inside another is named as addons.coredns.replicas.
    """
    from kube_aws.cluster.keys import keys, nearest
    from kube_aws.cluster.wrong import LATER, RETIRED

    if key is None:
        click.echo("\n".join(_list()))
        return
    for known in keys():
        if known.name.casefold() == key.casefold():
            click.echo("\n".join(_explained(known, folder)))
            return
    if key in RETIRED:
        raise UserError(f"{key} has no effect any more", RETIRED[key])
    if key in LATER:
        raise UserError(f"{key} is not supported yet", LATER[key] and f"Until then {LATER[key]}.")
    guess = nearest(key)
    raise UserError(
        f"{key} is no key of cluster.yaml",
        f"Did you mean {guess}?" if guess else '"kube-aws explain" lists the keys.',
        exit_status=2,
    )


def _explained(key: "Key", folder: Path) -> Iterator[str]:
    yield click.style(key.name, bold=True)
    yield wrapped(key.meaning)
    yield ""
    facts = {
        "Default": "none; it is required" if key.required else key.default or "none",
        "Allowed": key.limits or ", ".join(key.choices),
        "Example": key.example if key.example != key.default else "",
        "Now": _now(key, folder),
        "A change": key.change,
    }
    for fact, text in facts.items():
        if text:
            yield wrapped(text, f"  {fact:<10}", " " * 12)


def _now(key: "Key", folder: Path) -> str:
    """The value in this folder's cluster.yaml, with its line."""
    from kube_aws.cluster.document import read
    from kube_aws.cluster.keys import in_yaml

    file = folder / "cluster.yaml"
    if not file.is_file():
        return ""
    document = read(file.read_bytes(), file.name)
    path = tuple(key.name.split("."))
    value: object = document.data
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return f"not set in {file.name}"
    return f"{value if isinstance(value, str) else in_yaml(value)}  ({document.place(path)})"


def _list() -> Iterator[str]:
    from kube_aws.cluster.keys import keys

    yield 'Keys of cluster.yaml; "kube-aws explain KEY" tells more.'
    for section, members in groupby(keys(), lambda key: key.section):
        yield ""
        yield click.style(section, bold=True)
        for key in members:
            if key.name.endswith(".enabled"):
                continue
            if len(key.name) > NAMES:
                yield f"  {key.name}"
            yield f"  {key.name if len(key.name) <= NAMES else '':<{NAMES}} {_in_short(key, 77 - NAMES)}"


def _in_short(key: "Key", width: int = 60) -> str:
    """As many of the meaning's first clauses as fit in a line."""
    ends = [end.start() for end in re.finditer(r"[.,;] | \(|\.$", key.meaning)]
    return key.meaning[: max((end for end in ends if end <= width), default=width)]
