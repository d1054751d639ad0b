import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.artefacts import cluster_folder
from tests.embedded_aws import EmbeddedAws
from tests.operations.command import Article, account
from tests.operations.moments import Runner
from tests.operations.nodes import Nodes, booting


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The article's folder, rendered."""
    folder = cluster_folder.make(tmp_path_factory.mktemp("article") / "cluster")
    cluster_folder.rendered(folder)
    return folder


@pytest.fixture
def article(rendered: Path, tmp_path: Path, embedded_aws: EmbeddedAws) -> Iterator[Article]:
    """A copy of that folder, and its account, new."""
    folder = tmp_path / "cluster"
    shutil.copytree(rendered, folder)
    yield Article(folder, account(embedded_aws), embedded_aws)
    embedded_aws.faults()  # whatever is held goes on


@pytest.fixture(scope="module")
def _stack(rendered: Path, tmp_path_factory: pytest.TempPathFactory, embedded_aws: EmbeddedAws) -> Article:
    """The article's cluster with its stack, for all tests of a file that leave the stack as it is."""
    folder = tmp_path_factory.mktemp("launched") / "cluster"
    shutil.copytree(rendered, folder)
    made = Article(folder, account(embedded_aws), embedded_aws)
    assert made.run("up").returncode == 0
    return made


@pytest.fixture
def launched(_stack: Article, tmp_path: Path) -> Iterator[Article]:
    """That cluster, and a copy of its folder."""
    folder = tmp_path / "cluster"
    shutil.copytree(_stack.folder, folder)
    yield replace(_stack, folder=folder)
    _stack.aws.faults()


@pytest.fixture
def up(launched: Article) -> Iterator[Nodes]:
    """That cluster's nodes, as they boot."""
    with booting(launched) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A process for all commands of a file that are to be killed."""
    made = Runner()
    yield made
    made.close()
