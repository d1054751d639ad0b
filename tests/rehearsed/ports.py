"""Connections and packets between machines and the operator, tried all at once."""

import errno
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

from kube_aws.rehearsal.network import sockets

PATIENCE = 3.0
"""Seconds until what does not answer counts as closed."""

_ETH_P_IP = 0x0800
"""Source: linux/if_ether.h."""


@dataclass(frozen=True)
class Place:
    """Where from, or where to. `role` is an instance's, or `operator`."""

    name: str
    role: str
    instance: str
    namespace: str
    private: str
    public: str


class Way(NamedTuple):
    """From a place to another, by the other's private or public address."""

    source: Place
    target: Place
    by: str

    @property
    def address(self) -> str:
        return self.target.private if self.by == "private" else self.target.public


@contextmanager
def listening(places: Iterable[Place], ports: Iterable[int]) -> Iterator[None]:
    """Something listens on each port of each place meanwhile: what does so anyway, or a socket that is
    opened."""
    with ExitStack() as opened:
        for one in places:
            for port in ports:
                try:
                    listener = sockets.listen(one.namespace, one.private, port, socket.SOCK_STREAM)
                except OSError as error:
                    if error.errno != errno.EADDRINUSE:
                        raise
                else:
                    opened.enter_context(listener)
        yield


def connected(ways: Iterable[Way], ports: Iterable[int]) -> set[tuple[Way, int]]:
    """The ways and ports on which a TCP connection comes about."""
    return _from_each(ways, lambda of_one: _connected(of_one, list(ports)))


def _connected(ways: list[Way], ports: list[int]) -> set[tuple[Way, int]]:
    done = set()
    with ExitStack() as opened, selectors.DefaultSelector() as waiting:
        for way in ways:
            for port in ports:
                one = opened.enter_context(socket.socket())
                one.setblocking(False)
                if one.connect_ex((way.address, port)) == errno.EINPROGRESS:
                    waiting.register(one, selectors.EVENT_WRITE, (way, port))
        deadline = time.monotonic() + PATIENCE
        while waiting.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in waiting.select(left):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                    done.add(key.data)
                waiting.unregister(one)
    return done


def arrived(places: Iterable[Place], ways: Iterable[Way], ports: Iterable[int]) -> set[tuple[Way, int]]:
    """The ways and ports on which a UDP message arrives at the target, whoever listens there."""
    wanted = {(way, port): os.urandom(16) for way in ways for port in ports}
    with ExitStack() as opened, selectors.DefaultSelector() as waiting:
        for one in places:
            watching = opened.enter_context(sockets.inside(one.namespace, _watch))
            waiting.register(watching, selectors.EVENT_READ, one)
        _from_each(ways, lambda of_one: _send({one: wanted[one] for one in wanted if one[0] in of_one}))
        seen: dict[Place, list[bytes]] = {one: [] for one in places}
        deadline = time.monotonic() + PATIENCE / 2
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in waiting.select(left):
                assert isinstance(key.fileobj, socket.socket)
                seen[key.data].append(key.fileobj.recv(65535))
    packets = {one: b"".join(of_one) for one, of_one in seen.items()}
    return {(way, port) for (way, port), message in wanted.items() if message in packets[way.target]}


def _watch() -> socket.socket:
    """All packets of the interfaces here, as they come from the network."""
    watching = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_IP))
    watching.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    return watching


def _send(messages: Mapping[tuple[Way, int], bytes]) -> set[tuple[Way, int]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        for (way, port), message in messages.items():
            with suppress(OSError):  # no route, or an earlier one was refused
                sending.sendto(message, (way.address, port))
    return set()


def _from_each(ways: Iterable[Way], act: Callable[[list[Way]], set[tuple[Way, int]]]) -> set[tuple[Way, int]]:
    """What an act gives in every source's place, done at the same time."""
    of_one: dict[Place, list[Way]] = {}
    for way in ways:
        of_one.setdefault(way.source, []).append(way)
    with ThreadPoolExecutor(len(of_one)) as pool:
        given = pool.map(lambda source: sockets.inside(source.namespace, lambda: act(of_one[source])), of_one)
    return set().union(*given)
