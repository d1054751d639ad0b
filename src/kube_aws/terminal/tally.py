"""How far the resources of an operation are: counted from its events."""

from datetime import UTC, datetime

from kube_aws.terminal.event import Begin, Change


class Tally:
    """Which resources are done and which are at work, and since when it runs."""

    def __init__(self, begin: Begin) -> None:
        self.total = begin.total
        self.done = set(begin.done)
        self.running: dict[str, Change] = {}
        self.started = datetime.now(UTC)

    def add(self, change: Change) -> None:
        """Count one change."""
        self.started = min(self.started, change.time)
        self.running.pop(change.name, None)
        if change.state == "done":
            self.done.add(change.name)
        elif change.state == "running":
            since = self.running.get(change.name, change)
            self.running[change.name] = since
