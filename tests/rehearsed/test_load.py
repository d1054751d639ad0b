"""Under a steady load through a load balancer: pods are replaced, workers come, go, and are lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.rehearsed.balancers import in_service, workers
from tests.rehearsed.load import failed, load
from tests.rehearsed.recovery import whole
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.machines import machine

MANIFEST = Path(__file__).with_name("load.yaml")
NAME = "web.load.particule.io"


@pytest.fixture(scope="module")
def url(cluster: World) -> Iterator[str]:
    """Where all workers answer, by the name that external-dns gave."""
    cluster.kubectl("apply", "-f", str(MANIFEST))
    until(lambda: in_service(cluster) == workers(cluster), 120)
    url = f"http://{NAME}/hostname"
    until(lambda: cluster.run("curl", "-sf", "-m", "3", url, check=False).stdout, 120)
    yield url
    cluster.kubectl("delete", "service", "-n", "load", "web", "--timeout=120s")
    cluster.kubectl("delete", "namespace", "load", "--wait=false")


def test_no_request_fails_while_pods_are_replaced(cluster: World, url: str) -> None:
    with load(cluster, url) as requests:
        cluster.kubectl("rollout", "restart", "-n", "load", "daemonset/web")
        cluster.kubectl("rollout", "status", "-n", "load", "daemonset/web", "--timeout=120s")
    assert failed(requests) == []
    assert len({one.answer for one in requests}) > len(workers(cluster))


@pytest.mark.slow
def test_a_lost_workers_requests_fail_only_until_its_health_check_does(cluster: World, url: str) -> None:
    lost = workers(cluster)[0]
    with load(cluster, url) as requests:
        machine.kill(cluster.state, lost)
        began = time.time()
        until(lambda: lost not in in_service(cluster), 60)
        noticed = time.time()
        until(lambda: whole(cluster), 180)
        until(lambda: in_service(cluster) == workers(cluster), 60)
    assert [one for one in failed(requests) if not began - 1 < one.began < noticed] == []


@pytest.mark.slow
def test_no_request_fails_while_workers_come_and_go(cluster: World, url: str) -> None:
    with load(cluster, url) as requests:
        _scale(cluster, 5)
        _scale(cluster, 2)
    assert failed(requests) == []
    assert len({one.answer for one in requests}) >= 5
    until(lambda: whole(cluster), 240)


def _scale(cluster: World, size: int) -> None:
    """Through the group, until the load balancer has as many."""
    groups = cluster.account.client("autoscaling")
    (worker,) = groups.describe_auto_scaling_instances(InstanceIds=workers(cluster)[:1])[
        "AutoScalingInstances"
    ]
    groups.update_auto_scaling_group(
        AutoScalingGroupName=worker["AutoScalingGroupName"],
        MinSize=size,
        MaxSize=size,
        DesiredCapacity=size,
    )
    until(lambda: len(in_service(cluster)) == size and in_service(cluster) == workers(cluster), 240)
