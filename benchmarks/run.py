"""Measures the commands that a person waits for, side by side in one run, and prints a table.

    make bench

Each command runs as a process of its own, some rounds one after the other; the table shows the
median. The 2016 Go tool took 11 ms for --help, 23 ms for init, 0.3 s for render.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
KUBE_AWS = [str(BIN / "kube-aws")]
INIT = [
    *KUBE_AWS,
    "init",
    "--cluster-name=particule-k8s-clust",
    "--external-dns-name=k8s.particule.io",
    "--region=eu-west-1",
    "--availability-zone=eu-west-1a",
    "--key-name=klefevre-sorrow",
    "--kms-key-arn=arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701",
]


# Compiled modules are kept, as on every machine where the tool is installed.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> float:
    """Seconds that the command took; stops everything where it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds


def median(rounds: int, measure: Callable[[], float]) -> float:
    """The median of some rounds after one that warms the caches."""
    measure()
    return statistics.median(measure() for _ in range(rounds))


def fresh(folder: Path) -> Path:
    """An empty folder with the demo's cluster.yaml and release.lock."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("cluster.yaml", "release.lock"):
        shutil.copy(PROJECT / "demo" / name, folder)
    return folder


def init_once(folder: Path) -> float:
    """`init` with all flags given, in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return run(INIT, folder)


def peak_megabytes(command: list[str], folder: Path) -> float:
    """Peak resident memory of one process, read in a parent that has only this child."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=folder, check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


def up_and_destroy(work: Path) -> tuple[float, float, float]:
    """Seconds of `rehearse start`, `up` to CREATE_COMPLETE and `destroy`, on an embedded AWS of its own."""
    folder = fresh(work / "up")
    environment = os.environ | {"XDG_STATE_HOME": str(work / "state")}
    inside = [*KUBE_AWS, "rehearse", "run", "--", *KUBE_AWS]
    start = run([*KUBE_AWS, "rehearse", "start", "--no-nodes", "--port", "0"], folder, environment)
    try:
        run([*inside, "render"], folder, environment)
        up = run([*inside, "up"], folder, environment)
        destroy = run([*inside, "destroy", "--yes"], folder, environment)
    finally:
        run([*KUBE_AWS, "rehearse", "stop"], folder, environment)
    return start, up, destroy


def main() -> None:
    """Measure everything and print the table."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        rows: list[tuple[str, str, str, str]] = []

        def seconds(what: str, value: float, aim: str, ratio: float | None = None) -> None:
            shown = f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"
            rows.append((what, shown, aim, "" if ratio is None else f"{ratio:.2f}"))

        empty = median(15, lambda: run([sys.executable, "-c", ""], work))
        seconds("python -c ''", empty, "")
        for command in ("--help", "version"):
            took = median(15, lambda command=command: run([*KUBE_AWS, command], work))  # type: ignore[misc]
            seconds(f"kube-aws {command}", took, "≤ 4.5 × python", took / empty)
        seconds("kube-aws init", median(7, lambda: init_once(work / "init")), "< 400 ms")

        seconds("kube-aws render, first", run([*KUBE_AWS, "render"], fresh(work / "cluster")), "")
        folder = work / "cluster"
        seconds("kube-aws render", median(7, lambda: run([*KUBE_AWS, "render"], folder)), "< 800 ms")
        rows.append(
            ("  its peak memory", f"{peak_megabytes([*KUBE_AWS, 'render'], folder):.0f} MB", "< 120 MB", "")
        )

        lint = median(3, lambda: run([str(BIN / "cfn-lint"), "stack-template.json"], folder))
        seconds("cfn-lint stack-template.json", lint, "")
        validate = median(3, lambda: run([*KUBE_AWS, "validate", "--offline"], folder))
        seconds("kube-aws validate --offline", validate, "≤ 1.5 × cfn-lint", validate / lint)

        start, up, destroy = up_and_destroy(work)
        seconds("kube-aws rehearse start --no-nodes", start, "")
        seconds("kube-aws up, to CREATE_COMPLETE", up, "< 5 s")
        seconds("kube-aws destroy", destroy, "")

    print("| command | median | aim | ratio |\n| --- | ---: | --- | ---: |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} CPUs")


if __name__ == "__main__":
    main()
