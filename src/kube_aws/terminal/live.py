"""Events as a picture on a terminal: a bar and what is at work now, or what goes on side by side."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from kube_aws.terminal.duration import brief
from kube_aws.terminal.event import Begin, Change, Event, Note, Result, Steps
from kube_aws.terminal.screen import result, wrapped
from kube_aws.terminal.table import aligned
from kube_aws.terminal.tally import Tally

_ROWS = 8


class Picture:
    """What is drawn several times a second, so that its clocks go on between events."""

    def __init__(self) -> None:
        self.tally: Tally | None = None
        self.steps: Steps | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = datetime.now(UTC)
        if self.steps:
            yield from _steps(self.steps, now, min(options.max_width, 80), options.max_height)
        elif self.tally:
            yield from _tally(self.tally, now, min(options.max_width, 80))


def show(events: Iterable[Event]) -> None:
    """Draw events until there are no more; the picture is gone then, its last line stays."""
    console = Console(stderr=True, highlight=False)
    picture = Picture()
    with Live(
        picture,
        console=console,
        refresh_per_second=8,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as live:
        for event in events:
            match event:
                case Result(text):
                    # stdout may be the same terminal: nothing may be drawn meanwhile.
                    live.stop()
                    result(text)
                    live.start()
                case Note(text):
                    # An indented line is a command, which stays one line, as it can be copied then.
                    told = text if text.startswith(" ") else wrapped(text, "", "  ")
                    console.print(Text(told), soft_wrap=True)
                case Begin():
                    picture.tally = Tally(event)
                case Steps():
                    picture.steps = event
                case Change():
                    _count(event, picture, console)
    if picture.tally:
        took = brief(datetime.now(UTC) - picture.tally.started)
        console.print(Text(f"  {len(picture.tally.done)} of {picture.tally.total} in {took}", style="dim"))


def _tally(tally: Tally, now: datetime, width: int) -> RenderResult:
    count = f"  {len(tally.done)}/{tally.total} "
    clock = f"  {brief(now - tally.started)}"
    bar = Table.grid()
    bar.add_row(
        count,
        ProgressBar(tally.total, len(tally.done), width=max(10, width - len(count) - len(clock) - 1)),
        clock,
    )
    yield bar
    running = sorted(tally.running.values(), key=lambda change: change.time)
    rows = [
        (f"  {change.verb}", change.name, change.kind.rsplit("::", 1)[-1], brief(now - change.time))
        for change in running[:_ROWS]
    ]
    for line, change in zip(aligned(rows), running, strict=False):
        yield Text(f"{line}  {change.detail}", no_wrap=True, overflow="ellipsis")
    if len(running) > _ROWS:
        yield Text(f"  and {len(running) - _ROWS} more", style="dim")


_STYLES = {"running": "", "done": "green", "failed": "bold red"}


def _steps(shown: Steps, now: datetime, width: int, height: int) -> RenderResult:
    """A line each, its clock at the right end; what is done goes first where there is no room for all."""
    room = max(1, height - 3)
    steps = shown.steps
    if len(steps) > room:
        steps = tuple(step for step in steps if step.state != "done")[:room] or steps[:room]
    for line, step in zip(aligned([(step.name, step.at, step.stage) for step in steps]), steps, strict=True):
        clock = "" if step.state == "done" else brief(now - step.since)
        room = max(0, width - len(clock) - 3)
        text = Text(f"  {line}", no_wrap=True)
        text.stylize(_STYLES[step.state], len(line) + 2 - len(step.stage))
        text.append(f"  {step.detail}" if step.detail else "", "dim")
        text.truncate(room, overflow="ellipsis", pad=True)
        yield text.append(f"  {clock}")
    if len(steps) < len(shown.steps):
        yield Text(f"  and {len(shown.steps) - len(steps)} more", style="dim")
    if shown.hint:
        yield Text(f"  {shown.hint}", style="dim", no_wrap=True, overflow="ellipsis")


def _count(change: Change, picture: Picture, console: Console) -> None:
    if picture.tally is None:
        return
    picture.tally.add(change)
    if change.state == "failed":
        line = Text(f"  {change.verb}  ", style="bold red")
        line.append(change.name, style="bold")
        line.append(f"  {change.kind.rsplit('::', 1)[-1]}")
        console.print(line)
