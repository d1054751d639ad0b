"""A steady load on a URL from the operator's place, and what became of each request.

As a script, `load.py URL` asks until its input ends, and then prints a line of JSON for each request.
"""

import json
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.rehearsed.world import World

CLIENTS = 4
PAUSE = 0.2
"""Seconds between a client's requests."""
PATIENCE = 5
"""Seconds for which a client waits for its answer."""


@dataclass(frozen=True)
class Request:
    """When it began, in seconds since 1970; who answered, or why nobody did."""

    began: float
    answer: str
    trouble: str


@contextmanager
def load(cluster: "World", url: str) -> Iterator[list[Request]]:
    """Requests, each with a connection of its own, as long as the block runs; at its end the list has them,
    and how many of them failed is printed."""
    made: list[Request] = []
    with cluster.begun(sys.executable, __file__, url) as asking:
        assert asking.stdin
        assert asking.stdout
        yield made
        asking.stdin.close()
        made += [Request(**json.loads(line)) for line in asking.stdout]
    print(f"{len(made)} requests, {len(failed(made))} failed", file=sys.__stdout__, flush=True)


def failed(requests: list[Request]) -> list[Request]:
    return [one for one in requests if one.trouble]


def _client(url: str, ended: threading.Event, made: list[Request]) -> None:
    while not ended.wait(PAUSE):
        began, answer, trouble = time.time(), "", ""
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as response:
                answer = response.read().decode()
        except OSError as error:
            trouble = repr(error)
        made.append(Request(began, answer, trouble))


def main() -> None:
    ended, made = threading.Event(), list[Request]()
    clients = [threading.Thread(target=_client, args=(sys.argv[1], ended, made)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    sys.stdin.read()
    ended.set()
    for client in clients:
        client.join()
    for one in made:
        print(json.dumps(vars(one)))


if __name__ == "__main__":
    main()
