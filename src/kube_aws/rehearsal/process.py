"""The embedded AWS as a process of its own: start it, find it, ask it, stop it.

Imports neither moto nor boto3: those are the process's own.
"""

import errno
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

NEEDS = ("moto", "flask", "flask_cors", "werkzeug", "yaml", "cloudpickle", "dnslib")


WORLD = ("world", "machines", "volumes", "rehearsed", "mirror", "balancers")
"""The folders, in the state folder, of what one world is."""


class RehearsalError(Exception):
    """The rehearsal cannot do it: what is wrong, and what to do."""

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


@dataclass(frozen=True)
class Server:
    """A running embedded AWS. `token` opens its control endpoint; `account` is the one it started with;
    `nodes` says whether its instances are machines."""

    pid: int
    endpoint: str
    token: str
    account: str
    nodes: bool

    @property
    def address(self) -> tuple[str, int]:
        """Its host and port."""
        host, _, port = self.endpoint.removeprefix("http://").rpartition(":")
        return host, int(port)

    def ask(self, operation: str, *, patience: float = 60, **what: Any) -> dict[str, Any]:
        """Ask the control endpoint (rehearsal/api/control.py).

        Raises RehearsalError where it refuses, or does not answer within `patience` seconds.
        """
        connection = http.client.HTTPConnection(*self.address, timeout=patience)
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            connection.request("POST", f"/_rehearsal/{operation}", json.dumps(what), headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise RehearsalError(
                f"the embedded AWS at {self.endpoint} does not answer: {error}",
                "kube-aws rehearse start",
            ) from error
        finally:
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
    """The server that answers for this state folder; None if there is none.

    Raises RehearsalError where the folder cannot be looked into.
    """
    try:
        told = (state / "server.json").read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(error) from error
    try:
        server = Server(**json.loads(told))
        answering = server.ask("status", patience=10)["pid"]
    except (ValueError, TypeError, KeyError, RehearsalError):
        return None  # nothing answers there since a power cut, or something else does
    return server if answering == server.pid else None


def start(state: Path, account: str, port: int = PORT, *, fresh: bool = False, nodes: bool = False) -> Server:
    """Start the server in the background and wait until it answers; one that runs already is taken.

    `fresh` forgets the former world; with `nodes` instances become machines, for which this process has
    to be root's. Raises RehearsalError where it cannot start.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise RehearsalError(
            f"the rehearsal is not installed ({', '.join(missing)} not found)",
            'pip install "kube-aws[rehearsal]"',
        )
    if fresh:
        stop(state)
    running = find(state)
    if running and running.nodes != nodes:
        raise RehearsalError(
            f"a rehearsal {'with' if running.nodes else 'without'} nodes is running", "kube-aws rehearse stop"
        )
    if running:
        return running
    log = state / "log"
    with os.fdopen(_open(state, log, fresh), "wb") as log_file, _listening(port) as listening:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "kube_aws.rehearsal.api"),
                *(str(state), account, str(listening.fileno()), *(["nodes"] if nodes else [])),
            ],
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log_file,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        )
    try:
        with cast("IO[bytes]", process.stdout) as output:
            said = output.readline().decode().strip()
    except BaseException:
        process.terminate()
        raise
    if said == "ready":
        process.returncode = 0  # it goes on without us: no warning when this object goes
        return Server(**json.loads((state / "server.json").read_bytes()))
    process.wait()
    if said:
        raise RehearsalError(*json.loads(said))
    raise RehearsalError("the embedded AWS ended before it answered", f"its log is {log}")


def _open(state: Path, log: Path, fresh: bool) -> int:
    """A descriptor of the emptied log, in a folder that nobody else can look into."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        if state.stat().st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "belongs to another user", str(state))
        state.chmod(0o700)
        for kept in WORLD if fresh else ():
            if (state / kept).exists():
                shutil.rmtree(state / kept)
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise _unusable(error) from error


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise RehearsalError(
            f"port {port} of this machine: {error.strerror}",
            "stop the program that has it, or choose another with --port",
        ) from error


def _unusable(error: OSError) -> RehearsalError:
    mend = "make room or give it to yourself, or set XDG_STATE_HOME"
    return RehearsalError(
        f"{error.filename}: {error.strerror}",
        "Use sudo: the rehearsal is root's." if error.errno == errno.EACCES else mend,
    )


def stop(state: Path) -> bool:
    """End the server, which keeps the world, and wait until it is gone; False if none runs.

    Raises RehearsalError where the world could not be written.
    """
    server = find(state)
    if server is None:
        return _stop_starting(state)
    os.kill(server.pid, signal.SIGTERM)
    with (state / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # free once the process is gone
    if (state / "server.json").exists():  # taken away after the world is written
        raise RehearsalError(
            "the embedded AWS ended, but its last changes could not be written", f"its log is {state / 'log'}"
        )
    return True


def _stop_starting(state: Path) -> bool:
    """End a server that does not answer yet; whether there was one. It holds the lock, which has its pid."""
    try:
        lock = (state / "lock").open()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(int(lock.read()), signal.SIGTERM)
            fcntl.flock(lock, fcntl.LOCK_EX)
            return True
    return False
