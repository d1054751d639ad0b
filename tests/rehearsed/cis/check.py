"""A check of the CIS Kubernetes Benchmark, and what it found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tests.rehearsed.cis.evidence import Evidence

Outcome = Literal["pass", "deviates", "not applicable"]
Find = Callable[[Evidence], Iterable[str]]
"""Yields what deviates; raises NotApplicableError where a check has nothing to look at."""


class NotApplicableError(Exception):
    """Why a check does not concern this cluster."""


@dataclass(frozen=True)
class Check:
    """A number of the benchmark, what it asks for in a few words, and how that is looked at."""

    number: str
    title: str
    find: Find


@dataclass(frozen=True)
class Result:
    """`seen` says what deviates, or why the check is not applicable."""

    check: Check
    outcome: Outcome
    seen: str = ""


def evaluate(checks: Iterable[Check], evidence: Evidence) -> Iterator[Result]:
    for check in checks:
        try:
            deviations = list(check.find(evidence))
        except NotApplicableError as reason:
            yield Result(check, "not applicable", str(reason))
        else:
            yield Result(check, "deviates" if deviations else "pass", "; ".join(deviations))


def not_applicable(reason: str) -> Find:
    """Of a check that concerns what people run on the cluster, or what the cluster does not have."""

    def find(_: Evidence) -> Iterable[str]:
        raise NotApplicableError(reason)

    return find
