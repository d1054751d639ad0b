"""How far a cluster's boot is, and whether it has stopped: judged from looks at it, without asking anyone."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kube_aws.aws.nodes import Node, Stage
from kube_aws.kubernetes.look import AddOn, KubernetesNode, Seen
from kube_aws.terminal.event import State, Step

SILENT = timedelta(minutes=3)
"""A node that has told no boot stage for so long after its launch does not reach the EC2 API."""

_STUCK = timedelta(seconds=150)
"""How long nothing may go on; pulling a large image takes less. For two minutes a stage takes AWS's refusal
for the delay that a new role's permissions have, then it tells it."""

_UNSEALS = timedelta(seconds=20)
"""KMS answers in a second."""

_FAILED = timedelta(seconds=30)
"""How long a failed stage, which the node tries again every few seconds, may go on failing."""

_REFUSED = timedelta(seconds=12)
"""The same for a refusal: the node itself has taken it for a delay before. It may be mended just now."""

_POD_FAILED = timedelta(seconds=60)
_POD_FAILS = re.compile(
    r"ErrImage|ImagePull|InvalidImageName|CrashLoopBackOff|CreateContainer\w*Error|RunContainerError|FailedCreate"
)
_DENIED = re.compile(r"AccessDenied|UnauthorizedOperation")


@dataclass(frozen=True, slots=True)
class Look:
    """A cluster at one moment. `seen` is None as long as its API was not asked."""

    time: datetime
    nodes: tuple[Node, ...]
    seen: Seen | None = None

    @property
    def running(self) -> tuple[Node, ...]:
        """The nodes that run or are about to."""
        return tuple(node for node in self.nodes if node.state in ("pending", "running"))

    def inside(self, node: Node) -> KubernetesNode | None:
        """The Node that is this instance; None where there is none, or the API does not tell."""
        found = self.seen.nodes if self.seen else ()
        return next((one for one in found if one.instance == node.instance), None)

    @property
    def controlled(self) -> bool:
        """Whether a controller is through its stages."""
        return any(node.role == "controller" and _through(node) for node in self.running)

    def fails(self, node: Node) -> bool:
        """Whether a node's stage fails. Where workers do not reach the API, controllers come first."""
        stage = node.stage
        waits = stage is not None and stage.name == "wait-for-api" and not self.controlled
        return stage is not None and stage.failed and not waits

    @property
    def addons(self) -> tuple[AddOn, ...]:
        """The add-ons that are told and can run here."""
        return tuple(addon for addon in self.seen.addons if not addon.absent) if self.seen else ()

    @property
    def missing_addons(self) -> tuple[AddOn, ...]:
        """The add-ons that are not available and could be: without workers, not those that wait for one."""
        lonely = not any(node.role == "worker" for node in self.running)
        return tuple(
            addon
            for addon in self.addons
            if not addon.available and not (lonely and addon.why.startswith("Unschedulable"))
        )

    def ready(self, wanted: int) -> bool:
        """Whether so many nodes are through and Ready, the API answers, and every add-on is available.

        Which add-ons there are is known once a controller is through its last stage, which applies them.
        """
        return (
            self.through(wanted)
            and self.seen is not None
            and self.seen.answer.ready
            and self.seen.tells
            and all(_is_ready(self.inside(node)) for node in self.running)
            and not self.missing_addons
        )

    def through(self, wanted: int) -> bool:
        """Whether so many nodes run, and all that run are through their stages."""
        return len(self.running) >= wanted and all(map(_through, self.running))


@dataclass(frozen=True, slots=True)
class Stopped:
    """A node's stage goes on failing."""

    node: Node
    stage: Stage


@dataclass(frozen=True, slots=True)
class Silent:
    """A node has told nothing since its launch."""

    node: Node


@dataclass(frozen=True, slots=True)
class AddOnFails:
    """An add-on's pod goes on failing."""

    addon: AddOn


@dataclass(frozen=True, slots=True)
class Stuck:
    """Nothing goes on, for so long."""

    length: timedelta


Trouble = Stopped | Silent | AddOnFails | Stuck


class Boot:
    """What was seen of a boot so far: since when things are as they are.

    `api_answered` is when the API first did; `was_through` whether the nodes were through at the first look.
    They are through since `_through`. Add-ons that were changed may be as they are until `applied` after
    the first look: controllers look for changes from time to time.
    """

    def __init__(self, wanted: int, applied: timedelta = timedelta()) -> None:
        self._wanted, self._applied = wanted, applied
        self._first: datetime | None = None
        self._since: dict[Hashable, tuple[object, datetime]] = {}
        self._best: tuple[frozenset[str], int] = (frozenset(), -1)
        self._moved: datetime | None = None
        self.look: Look | None = None
        self.api_answered: datetime | None = None
        self.was_through = False
        self._through: datetime | None = None

    def add(self, look: Look) -> None:
        """Take one more look into account."""
        through = look.through(self._wanted)
        self.was_through = through if self.look is None else self.was_through
        self._first = self._first or look.time
        self._through = (self._through or look.time) if through else None
        self.look = look
        for key, value in _watched(look):
            if key not in self._since or self._since[key][0] != value:
                self._since[key] = (value, look.time)
        if look.seen and look.seen.answer.ready and self.api_answered is None:
            self.api_answered = look.time
        instances, done = frozenset(node.instance for node in look.running), _done(look)
        if instances != self._best[0] or done > self._best[1]:
            self._best, self._moved = (instances, done), look.time

    @property
    def ready(self) -> bool:
        """Whether all that is wanted is there.

        What the API told before the nodes were through does not count: add-ons may have been missing yet.
        """
        look = self.look
        if look is None or look.seen is None or self._through is None:
            return False
        return look.seen.time >= self._through and look.ready(self._wanted)

    @property
    def still(self) -> timedelta:
        """For how long nothing has gone on."""
        now = self._now().time
        return now - (self._moved or now)

    def trouble(self) -> Trouble | None:
        """What needs a person, the first thing first: controllers, then workers, then add-ons."""
        return next(self._troubles(), None) if self.look else None

    def _troubles(self) -> Iterator[Trouble]:
        look = self._now()
        for node in look.running:
            stage = node.stage
            if stage is None:
                silent = look.time - node.launched >= SILENT and self._lasts(node.instance) >= _FAILED
                if node.state == "running" and silent:
                    yield Silent(node)
            elif look.fails(node) and self._lasts(node.instance) >= _patience(stage):
                yield Stopped(node, stage)
        if self._first is not None and look.time - self._first >= self._applied:
            yield from self._troubles_inside(look)

    def _troubles_inside(self, look: Look) -> Iterator[Trouble]:
        """What stops a boot whose nodes have told no failure."""
        for addon in look.missing_addons:
            if _POD_FAILS.match(addon.why) and self._lasts(("failing", addon.name)) >= _POD_FAILED:
                yield AddOnFails(addon)
        if any(node.stage is None and node.state == "running" for node in look.running):
            return  # its silence will be told
        if self.still >= _STUCK:
            yield Stuck(self.still)

    def unseals_slowly(self) -> Stopped | None:
        """A node that KMS may be refusing already, before it says so itself."""
        for node in self._now().running:
            stage = node.stage
            if stage and stage.name == "unseal" and self._lasts(node.instance) >= _UNSEALS:
                return Stopped(node, stage)
        return None

    def steps(self) -> tuple[Step, ...]:
        """What to show: a node each, the API once it was asked, the add-ons once they are told."""
        look = self._now()
        started = min((node.launched for node in look.running), default=look.time)
        shown = [_node_step(node, look, self._start(node)) for node in look.running]
        if look.seen:
            shown.append(_api_step(look.seen, self._since["API"][1], started))
        if look.addons:
            shown.append(_addons_step(look, self._since["add-ons"][1], started))
        return tuple(shown)

    def _now(self) -> Look:
        assert self.look is not None  # noqa: S101 (both callers have looked)
        return self.look

    def _lasts(self, key: Hashable) -> timedelta:
        return self._now().time - self._since[key][1]

    def _start(self, node: Node) -> datetime:
        return node.launched if node.stage is None else self._since[node.instance][1]


def _watched(look: Look) -> Iterator[tuple[Hashable, object]]:
    """What is to be known since when it is so."""
    for node in look.running:
        stage, inside = node.stage, look.inside(node)
        more = None
        if stage and stage.ready:
            more = inside and inside.ready
        elif stage and stage.name == "wait-for-api":
            more = look.controlled  # a worker that failed before may come through now
        yield node.instance, (stage.name, stage.failed, more) if stage else None
    if look.seen:
        yield "API", (look.seen.answer.ready, bool(look.seen.refused))
        yield "add-ons", len(look.missing_addons)
        for addon in look.addons:
            yield ("failing", addon.name), not addon.available and bool(_POD_FAILS.match(addon.why))


def _done(look: Look) -> int:
    """A number that grows with whatever goes on, and with nothing that only changes its words."""
    done = sum(1 + node.stage.step for node in look.running if node.stage)
    done += sum(_is_ready(look.inside(node)) for node in look.running)
    if look.seen:
        done += look.seen.answer.ready + look.seen.tells
        done += sum(addon.available for addon in look.addons)
    return done


def _patience(stage: Stage) -> timedelta:
    return _REFUSED if _DENIED.search(stage.said) else _FAILED


def _through(node: Node) -> bool:
    return node.stage is not None and node.stage.ready


def _is_ready(inside: KubernetesNode | None) -> bool:
    return inside is not None and inside.ready


def _node_step(node: Node, look: Look, since: datetime) -> Step:
    stage, inside = node.stage, look.inside(node)
    state: State = "running"
    if stage is None:
        words, detail = ("booting" if node.state == "running" else node.state), ""
    elif look.fails(node):
        words, detail, state = str(stage), f"failed: {stage.said}", "failed"
    elif stage.ready and inside:
        words, detail, state = ("Ready", "", "done") if inside.ready else ("not Ready", inside.why, "running")
    else:
        words, detail = str(stage), ""
    return Step(node.instance, node.name, node.address, words, detail, state, since, node.launched)


def _api_step(seen: Seen, since: datetime, started: datetime) -> Step:
    stage = "answers" if seen.answer.ready else "waiting"
    detail = seen.refused or seen.answer.reason
    return Step("API", "API", "", stage, detail, "running" if detail else "done", since, started)


def _addons_step(look: Look, since: datetime, started: datetime) -> Step:
    missing, count = look.missing_addons, len(look.addons)
    names = [f"{addon.name} ({addon.why.split(':')[0]})" for addon in missing]
    return Step(
        "add-ons", "add-ons", "", f"{count - len(missing)}/{count}", ", ".join(names),
        "running" if missing else "done", since, started,
    )  # fmt: skip
