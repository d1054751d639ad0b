"""What runs on after a reboot, and after the end of the rehearsal itself; what stays stopped."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.rehearsal.leaks import leaks
from tests.rehearsed.recovery import whole
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.machines import processes


@pytest.fixture
def kept(cluster: World) -> Iterator[None]:
    """Something in etcd, which is there afterwards."""
    cluster.kubectl("create", "configmap", "kept", "--from-literal=said=yes")
    yield
    assert cluster.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.said}") == "yes"
    cluster.kubectl("delete", "configmap", "kept")


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_a_rehearsal_is_stopped_and_started_again(cluster: World) -> None:
    before = _ids(cluster)
    cluster.rehearse("stop")
    assert leaks(cluster.state) == []
    began = _now()
    cluster.rehearse("start", "--port", "0")
    server = cluster.server
    cluster.rehearse("start", "--port", "0")
    assert cluster.server == server
    until(lambda: whole(cluster, began), 180)
    assert _ids(cluster) == before


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("between", [(), ("stop",)], ids=["at_once", "after_stop"])
def test_a_killed_rehearsal_is_started_again(cluster: World, between: tuple[str, ...]) -> None:
    before = _ids(cluster)
    os.kill(cluster.server.pid, signal.SIGKILL)
    for command in between:
        cluster.rehearse(command)
        assert leaks(cluster.state) == []
    began = _now()
    cluster.rehearse("start", "--port", "0")
    until(lambda: whole(cluster, began), 180)
    assert _ids(cluster) == before


@pytest.mark.parametrize("how", ["inside", pytest.param("ec2", marks=pytest.mark.slow)])
def test_a_rebooted_worker_is_the_same_instance(cluster: World, how: str) -> None:
    before = _ids(cluster)
    worker = cluster.instances("worker")[1]["InstanceId"]
    system = processes.pid1(cluster.state, worker)
    began = _now()
    if how == "inside":
        cluster.inside(worker, "systemctl", "reboot", check=False)
    else:
        cluster.account.client("ec2").reboot_instances(InstanceIds=[worker])
    until(lambda: processes.pid1(cluster.state, worker) not in (system, None))
    until(lambda: whole(cluster, began, nodes=1), 120)
    assert _ids(cluster) == before


def test_an_instance_of_no_group_stays_stopped(cluster: World) -> None:
    """Powered off inside it is stopped, to EC2, until somebody starts it again."""
    (controller,) = cluster.instances("controller")
    ec2 = cluster.account.client("ec2")
    made = ec2.run_instances(
        ImageId=controller["ImageId"],
        InstanceType="t3.micro",
        SubnetId=controller["SubnetId"],
        MinCount=1,
        MaxCount=1,
    )["Instances"][0]["InstanceId"]

    def told() -> dict[str, Any]:
        answer = ec2.describe_instances(InstanceIds=[made])
        return dict(answer["Reservations"][0]["Instances"][0])

    def runs() -> bool:
        done = processes.run_inside(cluster.state, made, "systemctl", "is-system-running")
        return done is not None and done.stdout.strip() in ("running", "degraded")

    try:
        until(runs)
        cluster.inside(made, "systemctl", "poweroff")
        until(lambda: told()["State"]["Name"] == "stopped", 120)  # systemd lets a unit stop for 90 s
        assert told()["StateReason"]["Code"] == "Client.InstanceInitiatedShutdown"
        ec2.start_instances(InstanceIds=[made])
        until(runs)
        assert told()["State"]["Name"] == "running"
    finally:
        ec2.terminate_instances(InstanceIds=[made])
    until(lambda: processes.pids(cluster.state, made) == [])


def _ids(cluster: World) -> set[str]:
    return {one["InstanceId"] for role in ("controller", "worker") for one in cluster.instances(role)}


def _now() -> datetime:
    """As Kubernetes tells moments: in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
