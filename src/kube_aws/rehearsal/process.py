"""The embedded AWS as a process of its own: start it, find it, ask it, stop it.

Imports neither moto nor boto3: those are the process's own.
"""

import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast

HOST = "127.0.0.1"
PORT = 4599
"""Where the embedded AWS answers, unless told otherwise."""

UNREADABLE = 4
"""The server's exit status where it cannot read the former world."""

NEEDS = ("moto", "flask", "flask_cors", "werkzeug", "yaml", "cloudpickle")


class RehearsalError(Exception):
    """The rehearsal cannot do it: what is wrong, and what to do."""

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True)
class Server:
    """A running embedded AWS. `token` opens its control endpoint; `account` is the one it started with."""

    pid: int
    endpoint: str
    token: str
    account: str

    @property
    def address(self) -> tuple[str, int]:
        """Its host and port."""
        host, _, port = self.endpoint.removeprefix("http://").rpartition(":")
        return host, int(port)

    def ask(self, operation: str, **what: Any) -> dict[str, Any]:
        """Ask the control endpoint (rehearsal/api/control.py). Raises RehearsalError where it refuses."""
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}"}
        connection.request("POST", f"/_rehearsal/{operation}", json.dumps(what), headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise RehearsalError(f"the embedded AWS answered {operation} with: {body.decode().strip()}")
        answer: dict[str, Any] = json.loads(body)
        return answer


def state_folder() -> Path:
    """The folder that holds what outlives the process: the world, the log, how to reach the server.

    Source: XDG Base Directory Specification, XDG_STATE_HOME.
    """
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "kube-aws" / "rehearsal"


def find(state: Path) -> Server | None:
    """The server that answers for this state folder; None if there is none."""
    try:
        server = Server(**json.loads((state / "server.json").read_bytes()))
        answering = server.ask("status")["pid"]
    except (OSError, ValueError, http.client.HTTPException, RehearsalError):
        return None  # nothing answers there, or something else does
    return server if answering == server.pid else None


def start(state: Path, account: str, port: int = PORT, *, fresh: bool = False) -> Server:
    """Start the server in the background and wait until it answers; one that runs already is taken.

    `fresh` forgets the former world. Raises RehearsalError where it cannot start.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise RehearsalError(
            f"the rehearsal is not installed ({', '.join(missing)} not found)",
            'pip install "kube-aws[rehearsal]"',
        )
    if fresh:
        stop(state)
        shutil.rmtree(state / "world", ignore_errors=True)
    running = find(state)
    if running:
        return running
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise RehearsalError(
            f"port {port} of this machine: {error.strerror}",
            "stop the program that has it, or choose another with --port",
        ) from error
    log = state / "log"
    log_fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with listening, os.fdopen(log_fd, "wb") as log_file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kube_aws.rehearsal.api", str(state), account, str(listening.fileno())],
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log_file,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        )
    with cast("IO[bytes]", process.stdout) as output:
        if output.readline() == b"ready\n":
            process.returncode = 0  # it goes on without us: no warning when this object goes
            return Server(**json.loads((state / "server.json").read_bytes()))
    if process.wait() == UNREADABLE:
        raise RehearsalError(
            "the last rehearsal's world was written by another version and cannot be read",
            "kube-aws rehearse start --no-nodes --fresh",
        )
    raise RehearsalError("the embedded AWS ended before it answered", f"its log is {log}")


def stop(state: Path) -> bool:
    """End the server, which keeps the world, and wait until it is gone; False if none runs."""
    server = find(state)
    if server is None:
        return False
    os.kill(server.pid, signal.SIGTERM)
    with (state / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # free once the process is gone
    return True
