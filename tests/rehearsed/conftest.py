from collections.abc import Iterator

import pytest
from tests.rehearsed.world import World, world


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The article's cluster, all Ready; shared by all tests that leave it so."""
    with world(tmp_path_factory.mktemp("rehearsed")) as made:
        made.run("kube-aws", "up", "--yes")
        yield made
