import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.artefacts import cluster_folder
from tests.embedded_aws import EmbeddedAws
from tests.operations.command import Article, account
from tests.operations.moments import Runner


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
def runner() -> Iterator[Runner]:
    """A process for all commands of a file that are to be killed."""
    made = Runner()
    yield made
    made.close()
