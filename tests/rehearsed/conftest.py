from collections.abc import Generator, Iterator
from typing import Any

import pytest
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


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The article's cluster, all Ready; shared by all tests that leave it so."""
    with world(tmp_path_factory.mktemp("rehearsed")) as made:
        made.run("kube-aws", "up", "--yes")
        yield made


@pytest.fixture(scope="session")
def _trial(cluster: World) -> Iterator[None]:
    """The namespace `trial`, with pods on every machine."""
    cluster.kubectl("apply", "-f", str(pods.MANIFEST))
    yield
    cluster.kubectl("delete", "namespace", "trial", "--wait=false")


@pytest.fixture(scope="module", name="pods")
def _pods(cluster: World, _trial: None) -> pods.Pods:
    """The pods on every machine, as they are now."""
    return pods.found(cluster)
