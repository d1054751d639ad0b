"""Upstream's conformance specs, and what a run said of each."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["passed", "failed", "not run"]


_OUTCOMES: Mapping[str, Outcome] = {
    "passed": "passed",
    **dict.fromkeys(("skipped", "pending", "interrupted", "aborted"), "not run"),
}
"""By Ginkgo's states; what is not here failed."""


@dataclass(frozen=True)
class Spec:
    """`reason` is what a failure or a skip said; one that is not run and has none was not asked
    for, or there was no time."""

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
            said = " ".join(one.get("Failure", {}).get("Message", "").split())
            if one["State"] in ("interrupted", "aborted"):
                said = "the time ended while it ran"
            yield Spec(name, _OUTCOMES.get(one["State"], "failed"), one["RunTime"] / 1e9, said)


def _name(report: dict[str, object]) -> str:
    above = report["ContainerHierarchyTexts"] or []
    assert isinstance(above, list)
    return " ".join([*above, str(report["LeafNodeText"])])
