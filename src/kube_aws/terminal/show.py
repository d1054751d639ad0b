"""Show an operation's events: live on a terminal, as lines elsewhere."""

from collections.abc import Iterable

from kube_aws.terminal import plain
from kube_aws.terminal.event import Event
from kube_aws.terminal.screen import is_live


def show(events: Iterable[Event]) -> None:
    """Consume events until there are no more; what the operation raises passes through."""
    if is_live():
        from kube_aws.terminal import live

        live.show(events)
    else:
        plain.show(events)
