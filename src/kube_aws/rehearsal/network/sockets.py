"""Work inside a network namespace, and sockets that stay there."""

import ctypes
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kube_aws.rehearsal.network.names import RUN

CLONE_NEWNET = 0x40000000
"""Source: linux/sched.h."""

Result = TypeVar("Result")


def inside(namespace: str, act: Callable[[], Result]) -> Result:
    """What `act` returns or raises, called in a thread of its own that has entered the namespace.

    Raises OSError where there is no such namespace. Source: setns(2).
    """

    def entered() -> Result:
        descriptor = os.open(RUN / namespace, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "cannot enter the network namespace", namespace)
        finally:
            os.close(descriptor)
        return act()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(entered).result()


def listen(namespace: str, address: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """A socket that takes TCP connections (SOCK_STREAM) or UDP messages (SOCK_DGRAM) inside the namespace.

    Any thread can use it; it keeps the namespace alive until it is closed.

    Raises OSError where there is no such namespace, or something else has the address.
    """

    def opened() -> socket.socket:
        one = socket.socket(socket.AF_INET, kind)
        try:
            if kind == socket.SOCK_STREAM:
                # A former process's connections may linger; two listeners are still refused.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((address, port))
            if kind == socket.SOCK_STREAM:
                one.listen(128)
        except OSError:
            one.close()
            raise
        return one

    return inside(namespace, opened)
