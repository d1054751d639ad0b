"""Upstream's conformance specs: what a run said of each, and which cannot run in a rehearsal."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["passed", "failed", "cannot run here", "not run"]

CANNOT = {
    r"Aggregator Should be able to support .* Sample API Server": "image sample-apiserver is not to be had",
    r"should not allow privilege escalation when false": "image nonewprivs is not to be had",
    r"Proxy version v1 should proxy through a service and a pod": "agnhost's certificate is not to be had",
}
"""Patterns of names, and the reason."""


@dataclass(frozen=True)
class Spec:
    """`reason` is what a failure said, or why it cannot run."""

    name: str
    outcome: Outcome
    seconds: float = 0
    reason: str = ""

    @property
    def group(self) -> str:
        """`sig-network`."""
        found = re.match(r"\[(sig-[a-z-]+)\]", self.name)
        return found[1] if found else "others"


def read(report: Path) -> Iterator[Spec]:
    """The conformance specs of Ginkgo's JSON report, by name."""
    (suite,) = json.loads(report.read_text())
    for one in sorted(suite["SpecReports"], key=_name):
        if one["LeafNodeType"] == "It" and "[Conformance]" in (name := _name(one)):
            cannot = [reason for pattern, reason in CANNOT.items() if re.search(pattern, name)]
            if cannot:
                yield Spec(name, "cannot run here", reason=cannot[0])
            elif one["State"] in ("skipped", "pending", "interrupted", "aborted"):
                yield Spec(name, "not run")
            else:
                passed = one["State"] == "passed"
                said = " ".join(one.get("Failure", {}).get("Message", "").split())
                seconds = one["RunTime"] / 1e9
                yield Spec(name, "passed" if passed else "failed", seconds, "" if passed else said)


def _name(report: dict[str, object]) -> str:
    above = report["ContainerHierarchyTexts"] or []
    assert isinstance(above, list)
    return " ".join([*above, str(report["LeafNodeText"])])
