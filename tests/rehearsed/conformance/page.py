"""The page docs/conformance.md."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.rehearsed.conformance.specs import Outcome, Spec

PAGE = Path(__file__).parents[3] / "docs" / "conformance.md"
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "cannot run here", "not run")
ABOUT = (
    "`make conformance` boots the article's cluster in a rehearsal, runs upstream's own conformance tests "
    "(`e2e.test` and Ginkgo, compiled from Kubernetes' module) in the operator's place, and writes this "
    "page. `FOCUS=…`, a regular expression of names, runs some; `MINUTES=…` (240) ends a run that takes "
    "longer. The tests' images are made here where they can be; how they differ from the official ones "
    "stands in [components.md](components.md). This is no certified result: a rehearsed machine shares this "
    "machine's kernel."
)


def page(specs: Sequence[Spec], date: str, commit: str, run: str) -> str:
    """`run` says which specs were asked for, and for how long."""
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
    lines += [f"| | {' | '.join(OUTCOMES)} |", f"|{' --- |' * (len(OUTCOMES) + 1)}", *_groups(specs)]
    for outcome, title in (("failed", "Failed"), ("cannot run here", "Cannot run here")):
        if chosen := [spec for spec in specs if spec.outcome == outcome]:
            lines += ["", f"## {title}", ""]
            lines += [f"- {_plain(spec.name)}: {_plain(spec.reason)[:300]}" for spec in chosen]
    for outcome, title in (("passed", "Passed"), ("not run", "Not run")):
        if chosen := [spec for spec in specs if spec.outcome == outcome]:
            lines += ["", f"## {title}", ""]
            lines += [f"- {_plain(spec.name)}" for spec in chosen]
    return "\n".join(lines) + "\n"


def _groups(specs: Sequence[Spec]) -> Iterator[str]:
    for group in sorted({spec.group for spec in specs}):
        count = Counter(spec.outcome for spec in specs if spec.group == group)
        yield f"| {group} | {' | '.join(str(count[outcome] or '') for outcome in OUTCOMES)} |"


def _plain(text: str) -> str:
    """Without the labels that all have, and without what Markdown would take for its own."""
    text = re.sub(r" \[(Conformance|NodeConformance|LinuxOnly)\]", "", text)
    return re.sub(r"([\\<>*_`|])", r"\\\1", text)
