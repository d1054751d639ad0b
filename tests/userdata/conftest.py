from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios import scenario

from kube_aws.tree import Tree
from kube_aws.userdata.files import files

from .aws import Aws, aws
from .node import Node, node


@pytest.fixture(scope="session")
def controller_files() -> Tree:
    return files("controller", scenario.cluster("article"), scenario.lock(), scenario.authorities())


@pytest.fixture(scope="session")
def worker_files() -> Tree:
    return files("worker", scenario.cluster("article"), scenario.lock(), scenario.authorities())


@pytest.fixture
def controller(controller_files: Tree, tmp_path: Path) -> Iterator[Node]:
    with node(controller_files, tmp_path) as made:
        # Scripts that pause before they try again do not.
        made.write("/opt/kube-aws/bin/sleep", "#!/bin/sh\n")
        yield made


@pytest.fixture
def cloud(controller: Node, tmp_path: Path) -> Iterator[Aws]:
    with aws(controller, tmp_path) as world:
        yield world
