"""Which deviations docs/security.md explains, and the page docs/cis.md."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.rehearsed.cis.check import Outcome, Result

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "cis.md"
SECTIONS = {
    "1": "Control plane",
    "2": "etcd",
    "3": "Authentication and logging",
    "4": "Nodes",
    "5": "Policies, of the cluster's own pods and roles",
}

ABOUT = (
    "`make cis` boots the article's cluster, looks into its machines and its API, and writes this page; it "
    "fails where a deviation is not explained. The numbers are the benchmark's, the words are ours. Files "
    "and kubelets are looked at on every node. A rehearsed machine stands for Flatcar: what Flatcar brings "
    "itself is not looked at."
)


def explained() -> set[str]:
    """The numbers in the first column of the table under "The CIS benchmark"."""
    section = (
        (DOCS / "security.md").read_text().partition("\n## The CIS benchmark\n")[2].partition("\n## ")[0]
    )
    rows = re.findall(r"^\| ([\d., ]+) \|", section, re.MULTILINE)
    return {number for row in rows for number in row.split(", ")}


def listed() -> dict[str, Outcome]:
    """What the page says of each check."""
    rows = re.findall(r"^\| ([\d.]+) \| [^|]* \| ([a-z ]+?) \|", PAGE.read_text(), re.MULTILINE)
    return dict(rows)


def page(results: Iterable[Result], date: str, commit: str, version: str) -> str:
    results = list(results)
    count = Counter(result.outcome for result in results)
    summary = (
        f"Version 1.12, on a rehearsed cluster of Kubernetes {version}: {date}, commit {commit}. "
        f"{count['pass']} pass, {count['deviates']} deviate, {count['not applicable']} are not applicable. "
        "Each deviation is explained in [security.md](security.md#the-cis-benchmark)."
    )
    lines = ["# The CIS Kubernetes Benchmark", "", summary, "", ABOUT]
    for first, title in SECTIONS.items():
        lines += ["", f"## {first}. {title}", "", "| check | | | |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {result.check.number} | {result.check.title} | {result.outcome} | {result.seen} |"
            for result in results
            if result.check.number.partition(".")[0] == first
        ]
    return "\n".join(lines) + "\n"
