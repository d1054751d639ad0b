"""Where a controller takes its fixed address itself, it comes back as one whose interface is kept."""

import json
from collections.abc import Iterator

import pytest
from tests.rehearsed.test_power import (  # noqa: F401
    kept,
    test_a_rehearsal_is_stopped_and_started_again,
)
from tests.rehearsed.test_replacement import asked, test_a_controller_comes_back_as_itself  # noqa: F401
from tests.rehearsed.world import ARTICLE, World, world

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The article's cluster but for this."""
    folder = tmp_path_factory.mktemp("assigned")
    given = folder / "cluster.yaml"
    given.write_text(ARTICLE.read_text() + "controllerAddress: assigned\n")
    with world(folder, given) as made:
        made.run("kube-aws", "up", "--yes")
        yield made


def test_status_tells_the_addresses_that_stay(cluster: World) -> None:
    told = json.loads(cluster.run("kube-aws", "status", "-o", "json").stdout)["nodes"][0]
    (elastic,) = cluster.account.client("ec2").describe_addresses()["Addresses"]
    assert (told["address"], told["publicAddress"]) == ("10.0.0.50", elastic["PublicIp"])
    assert (elastic["PrivateIpAddress"], elastic["InstanceId"]) == ("10.0.0.50", told["instance"])
