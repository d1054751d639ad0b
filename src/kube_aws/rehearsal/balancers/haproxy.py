"""The haproxy processes of a world: a folder each, named after the balancer's node, in its namespace.

A new configuration is taken by a new process, which inherits the listening sockets; the one before stays for
the connections that it has. So none is lost when targets come and go.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from kube_aws.rehearsal.balancers.configuration import POOL, checked, closed, configuration
from kube_aws.rehearsal.balancers.server_states import State, read, state_file
from kube_aws.rehearsal.cloud import Balancer, BalancerNode, Cloud
from kube_aws.rehearsal.network import names
from kube_aws.rehearsal.process import RehearsalError

_PATIENCE = 5.0
"""Seconds that a process is given to end, or to answer."""


def keep(state: Path, world: str, balancer: Balancer) -> None:
    """Have each node of a balancer do as it is configured; its namespace is there.

    Raises RehearsalError where haproxy refuses its configuration.
    """
    for node in balancer.nodes:
        _keep(_folder(state, node.id), names.namespace(world, node.id), balancer, node)


def end(state: Path, cloud: Cloud) -> None:
    """End the processes of nodes that the cloud does not have; their connections are closed.

    Raises RehearsalError where one does not end.
    """
    wanted = {node.id for balancer in cloud.balancers for node in balancer.nodes}
    for folder in _place(state).glob("*"):
        if folder.name not in wanted:
            _end(folder)
            shutil.rmtree(folder)


def states(state: Path, balancer: Balancer) -> dict[tuple[str, str], State]:
    """How the targets of a balancer are, by the names of pool and target: healthy where any node finds so."""
    found: dict[tuple[str, str], State] = {}
    for node in balancer.nodes:
        for (backend, target), one in read(_ask(_folder(state, node.id))).items():
            if backend.startswith(POOL) and found.get((backend.removeprefix(POOL), target)) != "healthy":
                found[backend.removeprefix(POOL), target] = one
    return found


def _keep(folder: Path, namespace: str, balancer: Balancer, node: BalancerNode) -> None:
    text = configuration(balancer, node)
    written = folder / "haproxy.cfg"
    former = written.read_text() if written.exists() else ""
    running = _current(folder, namespace)
    if running and text == former:
        return
    if not running:
        _end(folder)
    folder.mkdir(parents=True, exist_ok=True)
    servers = checked(balancer, node)
    known = _ask(folder) if running else ""
    (folder / "states").write_text(state_file(servers, known))
    # It gets its name once it is in force, so that a look that is killed is made again.
    (folder / "next.cfg").write_text(text)
    command = ["nsenter", f"--net={names.RUN / namespace}", "haproxy", "-D", "-f", "next.cfg", "-p", "pid"]
    if running:
        command += ["-sf", str(running), "-x", "./socket"]
    # It goes on in the background once it listens, or says why not.
    begun = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    if begun.returncode:
        raise RehearsalError(f"{balancer.name} does not start: {begun.stderr.strip()[-600:]}")
    for target in closed(former, text):
        address, _, port = target.rpartition(":")
        kill = [*command[:2], "ss", "--kill", "--no-header", "--tcp", f"dst {address} dport = :{port}"]
        subprocess.run(kill, check=True, capture_output=True)
    (folder / "next.cfg").rename(written)


def _current(folder: Path, namespace: str) -> int | None:
    """The process that listens for a node in the namespace of that name; None where there is none."""
    try:
        process = int((folder / "pid").read_text())
        there = (Path("/proc") / str(process) / "ns/net").stat().st_ino
    except (OSError, ValueError):
        return None
    return process if _is_of(folder, process) and there == names.inode(namespace) else None


def _end(folder: Path) -> None:
    """End a node's processes, those too that only have connections left."""
    for process in _processes(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + _PATIENCE
    while any(_processes(folder)):
        if time.monotonic() > deadline:
            raise RehearsalError(f"haproxy in {folder} does not end")
        time.sleep(0.01)


def _processes(folder: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        if _is_of(folder, int(process.name)):
            yield int(process.name)


def _is_of(folder: Path, process: int) -> bool:
    """Whether a process is a node's: they all stay in the folder that they were started in."""
    about = Path("/proc") / str(process)
    try:
        started_in = str((about / "cwd").readlink()).removesuffix(" (deleted)")
        return started_in == str(folder.resolve()) and (about / "comm").read_text() == "haproxy\n"
    except OSError:
        return False  # it has ended meanwhile


def _ask(folder: Path) -> str:
    """How a node's process says that its servers are. Raises OSError where it does not answer."""
    answer = b""
    place = os.open(folder, os.O_PATH)
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(_PATIENCE)
            # A socket's path has 107 characters at the most; this one is short wherever the folder is.
            asking.connect(f"/proc/self/fd/{place}/socket")
            asking.sendall(b"show servers state\n")
            while part := asking.recv(1 << 16):
                answer += part
    finally:
        os.close(place)
    return answer.decode()


def _place(state: Path) -> Path:
    return state / "balancers"


def _folder(state: Path, node: str) -> Path:
    return _place(state) / node
