"""The embedded AWS as one process: on loopback, and with nodes on a socket that namespaces can share."""

import json
import logging
import os
import secrets
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import BackendRequest, MotoRequestHandler
from werkzeug.serving import make_server

from kube_aws.rehearsal.api import patches
from kube_aws.rehearsal.api.application import Application
from kube_aws.rehearsal.api.control import PATH, Control
from kube_aws.rehearsal.api.state import State, write
from kube_aws.rehearsal.process import HOST

if TYPE_CHECKING:
    from kube_aws.rehearsal.nodes import Nodes


class Handler(MotoRequestHandler):  # type: ignore[misc]
    """Keeps requests out of the log: the control endpoint tells them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def serve(
    listening: socket.socket, account: str, state: Path, ready: Callable[[], None], *, nodes: bool
) -> None:
    """Answer on a socket until SIGTERM or SIGINT; `ready` is called once requests are taken.

    `state` is the folder for what must outlive the process. `server.json` in it (mode 0600) says where the
    server answers and holds its control token, for as long as it does.
    Raises UnreadableError where the former world cannot be read.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    warnings.filterwarnings("ignore", message="Exception.* does not match an error shape")
    patches.apply()
    application = Application()
    kept = State(state / "world", application.backends, application.spanning, application.restore_spanning)

    def changed(account: str) -> None:
        kept.changed(account)
        if application.nodes:
            application.nodes.wake()

    application.changed = changed
    kept.restore()
    control = Control(application, secrets.token_urlsafe(24))
    server = make_server(
        HOST,
        listening.getsockname()[1],
        _front(application, control),
        threaded=True,
        request_handler=Handler,
        fd=listening.fileno(),
    )
    application.endpoint = f"http://{HOST}:{server.port}"
    if nodes:
        application.nodes = _begin(application, control, state, server.port)
    about = {
        "pid": os.getpid(),
        "endpoint": application.endpoint,
        "token": control.token,
        "account": account,
        "nodes": nodes,
    }
    write(state / "server.json", json.dumps(about).encode())

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ready()
    application.cloudformation.resume()
    server.serve_forever(poll_interval=0.05)
    try:
        if application.nodes:
            application.nodes.stop()
    finally:
        kept.save()
    (state / "server.json").unlink()


def _begin(application: Application, control: Control, state: Path, port: int) -> "Nodes":
    """Answer on a socket in the file system too, and have machines behind the instances."""
    from kube_aws.rehearsal.nodes import Nodes

    path = state / "api.sock"
    path.unlink(missing_ok=True)
    shared = make_server(
        f"unix://{path}", 0, _front(application, control), threaded=True, request_handler=Handler
    )
    threading.Thread(target=shared.serve_forever, daemon=True, name="api.sock").start()
    nodes = Nodes(state, port, application)
    nodes.start()
    return nodes


def _front(application: Application, control: Control) -> Callable[..., Iterable[bytes]]:
    def front(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PATH):
            return application(environ, start_response)
        return control.respond(BackendRequest(environ))(environ, start_response)

    return front
