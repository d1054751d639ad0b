from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.rehearsal.balancers.clouds import PORT
from tests.rehearsal.balancers.world import World
from tests.rehearsal.network.inhabitants import listening

from kube_aws.rehearsal.balancers import haproxy
from kube_aws.rehearsal.cloud import Cloud
from kube_aws.rehearsal.network.namespaces import remove


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "state")
    try:
        yield made
    finally:
        haproxy.end(made.state, Cloud())
        remove(made.name)


@pytest.fixture
def everyone(world: World) -> Iterator[Callable[[str], None]]:
    """Makes an instance listen."""
    with ExitStack() as stack:
        yield lambda who: stack.enter_context(listening(world.name, who, PORT))
