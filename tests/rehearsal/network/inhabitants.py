"""What goes on inside a world's namespaces: somebody listens, somebody calls."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from kube_aws.rehearsal.network.names import namespace
from kube_aws.rehearsal.network.sockets import inside, listen

PATIENCE = 0.5
"""Seconds, after which a packet counts as swallowed."""


@contextlib.contextmanager
def listening(
    world: str, who: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM
) -> Iterator[None]:
    """Answers everybody with `<who> <address of the caller>`; messages by UDP likewise."""
    listener = listen(namespace(world, who), "0.0.0.0", port, kind)

    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                if kind == socket.SOCK_STREAM:
                    connection, (caller, _) = listener.accept()
                    threading.Thread(target=_talk, args=(connection, who, caller), daemon=True).start()
                    continue
                _, sender = listener.recvfrom(100)
                if sender is None:  # shut down
                    return
                listener.sendto(f"{who} {sender[0]}".encode(), sender)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


def _talk(connection: socket.socket, who: str, caller: str) -> None:
    with connection, contextlib.suppress(OSError):
        while connection.recv(100):
            connection.sendall(f"{who} {caller}".encode())


def call(
    world: str,
    who: str,
    address: str,
    port: int,
    kind: socket.SocketKind = socket.SOCK_STREAM,
    sender: str = "",
) -> socket.socket:
    """A connected socket of somebody's, who sends from an address of its own choice if that is given."""

    def connect() -> socket.socket:
        one = socket.socket(socket.AF_INET, kind)
        one.settimeout(PATIENCE)
        try:
            if sender:
                one.bind((sender, 0))
            one.connect((address, port))
        except OSError:
            one.close()
            raise
        return one

    return inside(namespace(world, who), connect)


def reached(
    world: str,
    who: str,
    address: str,
    port: int,
    kind: socket.SocketKind = socket.SOCK_STREAM,
    sender: str = "",
) -> str | None:
    """What the other side says, which is who it is and whom it sees; None where nothing comes."""
    try:
        with call(world, who, address, port, kind, sender) as one:
            return talk(one)
    except OSError:
        return None


def talk(one: socket.socket) -> str | None:
    """Say something over a connected socket, and what the other side says to it."""
    try:
        one.send(b"?")
        return one.recv(100).decode() or None
    except OSError:
        return None
