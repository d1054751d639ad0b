"""The one place that knows what stands behind stdout and stderr."""

import os
import sys
import textwrap

import click


def is_live() -> bool:
    """Whether stderr is a terminal on which lines can be drawn again."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int | None:
    """The width of the terminal behind stderr; None elsewhere, where lines are not broken."""
    return max(40, os.get_terminal_size(sys.stderr.fileno()).columns) if sys.stderr.isatty() else None


def say(text: str = "") -> None:
    """One line on stderr: notes, progress, questions."""
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)


def result(text: str = "", *, prose: bool = False) -> None:
    """One line on stdout: what a program may read. `prose` is broken at words where a person reads it."""
    click.echo(wrapped(text, "") if prose and sys.stdout.isatty() else text)


def wrapped(text: str, first: str = "  ", rest: str | None = None) -> str:
    """The text broken to the terminal's width, its first line after `first`, the others after `rest`."""
    width = columns()
    if width is None:
        return first + text
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def labelled(rows: list[tuple[str, str]]) -> str:
    """Rows of a short label and a text; empty texts are left out, the column is as in an error's lines."""
    # An error's lines are indented by two when printed: the text may be two shorter.
    lines = []
    for label, text in rows:
        width = (columns() or 10_000) - 2
        if text:
            lines += textwrap.wrap(
                text,
                width,
                initial_indent=f"{label:8}",
                subsequent_indent=" " * 8,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "\n".join(lines)
