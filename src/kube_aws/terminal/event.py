"""What an operation tells while it runs; the terminal shows nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """A line for stdout: what the command is run for."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A line for stderr."""

    text: str


@dataclass(frozen=True, slots=True)
class Begin:
    """`total` resources are to be gone through; those named in `done` need nothing any more."""

    total: int
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """A resource's new state: `verb` is a word for people (creating, created, removed, failed)."""

    name: str
    kind: str
    state: State
    verb: str
    detail: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """How far one of several things is that go on side by side: a node, the API, the add-ons.

    `key` tells it from others of the same name; `at` is its place (an address), `stage` a few words,
    `detail` as many as there is room for. `since` is when the stage began, `started` when all of it did.
    """

    key: str
    name: str
    at: str
    stage: str
    detail: str
    state: State
    since: datetime
    started: datetime


@dataclass(frozen=True, slots=True)
class Steps:
    """All of them as they are now, and a hint for who watches."""

    steps: tuple[Step, ...]
    hint: str = ""


Event = Result | Note | Begin | Change | Steps
