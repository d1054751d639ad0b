"""`make cis`: evaluates the benchmark on a new rehearsed cluster, and writes docs/cis.md."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.rehearsed.cis import explained
from tests.rehearsed.cis.benchmark import results
from tests.rehearsed.cis.evidence import read
from tests.rehearsed.world import world


def main() -> int:
    with TemporaryDirectory() as folder, world(Path(folder)) as cluster:
        cluster.run("kube-aws", "up", "--yes")
        evidence = read(cluster)
    found = results(evidence)
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    explained.PAGE.write_text(explained.page(found, date, commit, evidence.version))
    deviating = {result.check.number: result for result in found if result.outcome == "deviates"}
    for number, result in deviating.items():
        known = "explained" if number in explained.explained() else "NOT EXPLAINED in docs/security.md"
        print(f"{number} {result.check.title}: {result.seen} ({known})")
    print(f"{len(found)} checks, {len(deviating)} deviate: {explained.PAGE}")
    return int(not deviating.keys() <= explained.explained())


sys.exit(main())
