"""Events as lines, for logs and pipes: one for each resource that came to an end, and for each new stage."""

from collections.abc import Iterable

from kube_aws.terminal.duration import brief
from kube_aws.terminal.event import Begin, Change, Event, Note, Result, Step, Steps
from kube_aws.terminal.screen import result, say
from kube_aws.terminal.tally import Tally


def show(events: Iterable[Event]) -> None:
    """Print events until there are no more."""
    tally = Tally(Begin(0))
    told: dict[str, Step] = {}
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
            case Steps(steps):
                for step in steps:
                    before = told.get(step.key)
                    if before is None or (before.stage, before.state) != (step.stage, step.state):
                        say(step_line(step))
                told = {step.key: step for step in steps}


def line(change: Change, tally: Tally) -> str:
    """`   7/31     12s  created   VPC                           vpc-0a1b`."""
    count = f"{len(tally.done):>4}/{tally.total}"
    since = brief(change.time - tally.started)
    return f"{count}  {since:>6}  {change.verb:8}  {change.name:28}  {change.detail or change.kind}"


def step_line(step: Step) -> str:
    """`     31s  controller-0  10.0.0.50        4/7 unseal         AccessDenied…`."""
    after = brief(step.since - step.started)
    return f"{after:>8}  {step.name:12}  {step.at:15}  {step.stage:17}  {step.detail}".rstrip()
