"""Machines that end are replaced, and what was theirs goes on."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.rehearsed.pods import MANIFEST, found
from tests.rehearsed.recovery import whole
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.machines import machine


@pytest.fixture(scope="module")
def asked(cluster: World) -> Iterator[None]:
    """On each worker a client that asks a Service all the time, and a pod behind that; pods everywhere."""
    cluster.kubectl("apply", "-f", str(MANIFEST))
    cluster.kubectl("apply", "-f", str(Path(__file__).with_name("outage.yaml")))
    until(lambda: _served(cluster) == 2)
    yield
    cluster.kubectl("delete", "namespace", "outage", "--wait=false")


def _end(cluster: World, instance: str, how: str) -> None:
    if how == "killed":
        machine.kill(cluster.state, instance)
    elif how == "terminated":
        cluster.account.client("ec2").terminate_instances(InstanceIds=[instance])
    else:
        cluster.inside(instance, "systemctl", "poweroff")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "ways",
    [("killed", "powered off"), pytest.param(("killed", "terminated"), marks=pytest.mark.slow)],
    ids=str,
)
def test_workers_are_replaced(cluster: World, ways: tuple[str, ...]) -> None:
    """Both at once. The new ones get the names of the old."""
    former = [one["InstanceId"] for one in cluster.instances("worker")]
    for instance, how in zip(former, ways, strict=True):
        _end(cluster, instance, how)
    until(lambda: not {one["InstanceId"] for one in cluster.instances("worker")} & {*former})
    until(lambda: whole(cluster), 180)
    until(lambda: _served(cluster) == 2)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("how", ["killed", pytest.param("terminated", marks=pytest.mark.slow)])
def test_a_controller_comes_back_as_itself(cluster: World, how: str) -> None:
    """Meanwhile pods on the workers ask a Service, and each request is answered."""
    (former,) = cluster.instances("controller")
    cluster.kubectl("create", "configmap", how, "-n", "outage", "--from-literal=kept=yes")
    made = cluster.kubectl("get", "configmap", how, "-n", "outage", "-o", "json")
    began = time.time()
    _end(cluster, former["InstanceId"], how)
    until(lambda: whole(cluster), 180)

    (new,) = cluster.instances("controller")
    assert new["InstanceId"] != former["InstanceId"]
    assert _kept(new) == _kept(former)
    assert json.loads(cluster.kubectl("get", "configmap", how, "-n", "outage", "-o", "json")) == json.loads(
        made
    )
    until(lambda: _talk(cluster), 60)
    asking = _answers(cluster, began)
    assert len(asking) == 2
    for answers in asking.values():
        assert [(at - began, said) for at, said in answers if not said.startswith("server-")] == []
        moments = [began, *(moment for moment, _ in answers), time.time()]
        assert max(later - earlier for earlier, later in pairwise(moments)) < 5


def _talk(cluster: World) -> bool:
    """Whether the pods of all machines reach each other."""
    there = found(cluster)
    addresses = " ".join(pod.address for pod in there.everywhere)
    script = f"for ip in {addresses}; do curl -s -m 2 http://$ip:8080/hostname; echo; done"
    names = [pod.name for pod in there.everywhere]
    return all(there.sh(pod, script, check=False).split() == names for pod in there.everywhere)


def _kept(instance: dict[str, Any]) -> set[str]:
    """What outlives the instance: the public address of its fixed one, and its volumes but the root's."""
    (interface,) = instance["NetworkInterfaces"]
    public = {
        one["PrivateIpAddress"]: one["Association"]["PublicIp"] for one in interface["PrivateIpAddresses"]
    }
    return {public["10.0.0.50"]} | {
        one["Ebs"]["VolumeId"]
        for one in instance["BlockDeviceMappings"]
        if one["DeviceName"] != instance["RootDeviceName"]
    }


def _served(cluster: World) -> int:
    """How many clients have got answers of pods on both workers, lately."""
    latest = [{said for _, said in answers[-10:]} for answers in _answers(cluster, 0).values()]
    return sum(len(said) == 2 and all(one.startswith("server-") for one in said) for said in latest)


def _answers(cluster: World, since: float) -> dict[str, list[tuple[float, str]]]:
    """What each client got since a moment, and when; nothing while one cannot be asked."""
    said = cluster.kubectl(
        "logs", "-n", "outage", "--selector=app=client", "--prefix", "--tail=-1", check=False
    )
    answers: dict[str, list[tuple[float, str]]] = {}
    for line in said.splitlines():
        client, moment, answer = line.split(maxsplit=2)
        if float(moment) >= since:
            answers.setdefault(client, []).append((float(moment), answer))
    return answers
