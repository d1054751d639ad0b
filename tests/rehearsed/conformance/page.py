"""The page docs/conformance.md."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.rehearsed.conformance.specs import Outcome, Spec

PAGE = Path(__file__).parents[3] / "docs" / "conformance.md"
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "not run")
ABOUT = (
    "`make conformance` boots the article's cluster in a rehearsal, opens NodePorts between its workers, "
    "which its security groups leave closed, runs upstream's own conformance tests (`e2e.test` and Ginkgo, "
    "compiled from Kubernetes' module) in the operator's place, and writes this page. `FOCUS=…`, a regular "
    "expression of names, runs some; `MINUTES=…` (240) ends a run that takes longer; specs that want the "
    "cluster for themselves (`[Serial]`) come last. The tests' images are made here; how they differ from "
    "the official ones stands in [components.md](components.md). This is no "
    "certified result: a rehearsed machine shares this machine's kernel."
)


def page(specs: Sequence[Spec], date: str, commit: str, run: str) -> str:
    """`run` says which specs were asked for, and how long that took."""
    count = Counter(spec.outcome for spec in specs)
    told = ", ".join(f"{count[outcome]} {outcome}" for outcome in OUTCOMES)
    lines = [
        "# Conformance",
        "",
        f"{date}, commit {commit}, {run}: of {len(specs)} specs {told}.",
        "",
        ABOUT,
        "",
    ]
    lines += [
        f"| | {' | '.join(OUTCOMES)} | seconds |",
        f"|{' --- |' * (len(OUTCOMES) + 2)}",
        *_groups(specs),
    ]
    for outcome, title in (("failed", "Failed"), ("not run", "Not run"), ("passed", "Passed")):
        if chosen := [spec for spec in specs if spec.outcome == outcome]:
            lines += ["", f"## {title}", "", *(_line(spec) for spec in chosen)]
    return "\n".join(lines) + "\n"


def _groups(specs: Sequence[Spec]) -> Iterator[str]:
    for group in sorted({spec.group for spec in specs}):
        its = [spec for spec in specs if spec.group == group]
        count = Counter(spec.outcome for spec in its)
        told = " | ".join(str(count[outcome] or "") for outcome in OUTCOMES)
        yield f"| {group} | {told} | {sum(spec.seconds for spec in its):.0f} |"


def _line(spec: Spec) -> str:
    took = f", {spec.seconds:.0f} s" if spec.seconds >= 1 else ""
    said = f": {_plain(spec.reason)[:300]}" if spec.reason else ""
    return f"- {_plain(spec.name)}{took}{said}"


def _plain(text: str) -> str:
    """Without the labels that all have, and without what Markdown would take for its own."""
    text = re.sub(r" \[(Conformance|NodeConformance|LinuxOnly)\]", "", text)
    return re.sub(r"([\\<>*_`|])", r"\\\1", text)
