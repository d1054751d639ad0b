"""Events as lines, for logs and pipes: one for each resource that came to an end."""

from collections.abc import Iterable

from kube_aws.terminal.duration import brief
from kube_aws.terminal.event import Begin, Change, Event, Note, Result
from kube_aws.terminal.screen import result, say
from kube_aws.terminal.tally import Tally


def show(events: Iterable[Event]) -> None:
    """Print events until there are no more."""
    tally = Tally(Begin(0))
    for event in events:
        match event:
            case Result(text):
                result(text)
            case Note(text):
                say(text)
            case Begin():
                tally = Tally(event)
            case Change():
                tally.add(event)
                if event.state != "running":
                    say(line(event, tally))


def line(change: Change, tally: Tally) -> str:
    """`   7/31     12s  created   VPC                           vpc-0a1b`."""
    count = f"{len(tally.done):>4}/{tally.total}"
    since = brief(change.time - tally.started)
    return f"{count}  {since:>6}  {change.verb:8}  {change.name:28}  {change.detail or change.kind}"
