"""Clients come all the time, while targets come and go."""

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.rehearsal.balancers.clouds import balancer, cloud, target
from tests.rehearsal.balancers.world import World

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")


def test_no_client_notices_that_targets_come_and_go(world: World, everyone: Callable[[str], None]) -> None:
    """Each target drains before it leaves."""
    a, b = target("a"), target("b")
    one, both, leaving = (
        balancer(*targets, zones="a", across=True)
        for targets in ((a,), (a, b), (a, target("b", draining=True)))
    )
    world.apply(cloud(one))
    everyone("i-a")
    everyone("i-b")
    world.until_healthy(one, "i-a")
    answered: Counter[str] = Counter()
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            answered.update(world.answers(times=1))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(ask)
        try:
            for _ in range(3):
                world.apply(cloud(both))
                world.until_healthy(both, "i-a", "i-b")
                world.apply(cloud(leaving))
                world.apply(cloud(one))
        finally:
            ended.set()
    assert set(answered) == {"i-a", "i-b"}
