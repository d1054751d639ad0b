"""A text that changes: drawn over itself on a terminal, printed anew elsewhere."""

import sys
from collections.abc import Iterable

from kube_aws.terminal.screen import is_live, result


def redraw(texts: Iterable[str]) -> None:
    """Show each text until the next one; the last one stays, on stdout."""
    if is_live() and sys.stdout.isatty():
        _live(texts)
        return
    shown = ""
    for text in texts:
        if text != shown:
            result(text)
        shown = text


def _live(texts: Iterable[str]) -> None:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    last = ""
    with Live(console=Console(highlight=False), transient=True, auto_refresh=False) as live:
        for text in texts:
            last = text
            live.update(Text(text), refresh=True)
    if last:
        result(last)
