"""What of a cluster's leftovers goes when, and what stays: a pure function, and its values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kube_aws.aws.leftovers.leftover import KINDS, Leftover, Volume


@dataclass(frozen=True, slots=True)
class Kept:
    """A leftover that stays on purpose, and why."""

    leftover: Leftover
    why: str


@dataclass(frozen=True, slots=True)
class Removals:
    """`before` the stack goes, since they lie in its network; `after` it, when no instance has them any more.
    Both in their order."""

    before: tuple[Leftover, ...]
    after: tuple[Leftover, ...]
    kept: tuple[Kept, ...]

    @property
    def all(self) -> tuple[Leftover, ...]:
        """What goes."""
        return self.before + self.after


def removals(found: Iterable[Leftover], policies: Mapping[str, str]) -> Removals:
    """The order of removal. `policies` are those of the volumes as Kubernetes has them, by id; what it does
    not tell is taken from a volume's mark. A volume goes only where its policy is known to be Delete."""
    before: list[Leftover] = []
    after: list[Leftover] = []
    kept: list[Kept] = []
    for one in sorted(found, key=lambda one: (KINDS.index(one.kind), one.id)):
        match one:
            case Volume():
                policy = policies.get(one.id, one.reclaim)
                if policy == "Delete":
                    after.append(one)
                else:
                    kept.append(Kept(one, _why(policy)))
            case _:
                before.append(one)
    return Removals(tuple(before), tuple(after), tuple(kept))


def _why(policy: str) -> str:
    if policy:
        return f"its reclaim policy is {policy}"
    return "Kubernetes did not say whether its data may go"
