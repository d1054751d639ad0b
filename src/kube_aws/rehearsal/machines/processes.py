"""The processes of machines: found by their control groups, seen from the host."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from kube_aws.rehearsal.machines import cgroups
from kube_aws.rehearsal.process import RehearsalError

_PATIENCE = 30.0
"""Seconds that a command in a machine may take."""


def pids(state: Path, machine: str | None = None) -> list[int]:
    """The machine's processes, by the host's numbers; without `machine` those of the whole world."""
    found = []
    for folder, _, _ in os.walk(cgroups.folder(state, machine)):
        with suppress(OSError):  # it goes while we look
            found += [int(pid) for pid in (Path(folder) / "cgroup.procs").read_text().split()]
    return found


def pid1(state: Path, machine: str) -> int | None:
    """The machine's process 1, by the host's number; None while there is none.

    The one that is 1 in exactly one more namespace: nspawn's helpers are in the host's, containers deeper.
    """
    for pid in pids(state, machine):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        numbers = status.partition("\nNSpid:")[2].partition("\n")[0].split()
        if numbers[1:] == ["1"]:
            return pid
    return None


def run_inside(state: Path, machine: str, *command: str) -> subprocess.CompletedProcess[str] | None:
    """What came of a command in the machine; None where it has no process 1, or does not answer."""
    pid = pid1(state, machine)
    if pid is None:
        return None
    enter = ["nsenter", f"--target={pid}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    try:
        return subprocess.run(
            [*enter, *command],
            check=False,
            text=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return None


def kill(state: Path, machine: str | None = None) -> None:
    """SIGKILL to every process until none is left; without `machine` to the whole world's.

    Raises RehearsalError where one does not end.
    """
    deadline = time.monotonic() + 30
    while left := pids(state, machine):
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"processes of a machine do not end: {left}", f"ps -o pid,stat,wchan,args {left[0]}"
            )
        time.sleep(0.01)
