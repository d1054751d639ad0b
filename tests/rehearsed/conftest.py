from collections.abc import Generator, Iterator
from typing import Any

import pytest
from tests.operations.made_by_kubernetes import everything
from tests.rehearsed import pods
from tests.rehearsed.world import World, world


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure comes with how the world was at that moment."""
    report = yield
    cluster: Any = item.funcargs.get("cluster")
    if report.when == "call" and report.failed and isinstance(cluster, World):
        report.sections.append(("the world", cluster.condition()))
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What ends the shared cluster comes last."""
    items.sort(key=lambda item: item.path.name == "test_destroy.py")


@pytest.fixture(scope="session")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("rehearsed")) as made:
        yield made


@pytest.fixture(scope="session")
def nothing(_world: World) -> dict[str, set[str]]:
    """What is in the account before there is a cluster."""
    return everything(_world.account)


@pytest.fixture(scope="session")
def cluster(_world: World, nothing: dict[str, set[str]]) -> World:
    """The article's cluster, all Ready; shared by all tests that leave it so."""
    _world.run("kube-aws", "up", "--yes")
    return _world


@pytest.fixture(scope="session")
def _trial(cluster: World) -> None:
    """The namespace `trial`, with pods on every machine."""
    cluster.kubectl("apply", "-f", str(pods.MANIFEST))


@pytest.fixture(scope="module", name="pods")
def _pods(cluster: World, _trial: None) -> pods.Pods:
    """The pods on every machine, as they are now."""
    return pods.found(cluster)
