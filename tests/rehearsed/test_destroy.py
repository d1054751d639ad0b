"""`destroy` of the shared cluster with a Service published, and of one whose API server is dead."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.operations.command import NAME
from tests.operations.made_by_kubernetes import everything
from tests.rehearsed.world import World, until

MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml"


def _publish(cluster: World) -> None:
    """A Service with its load balancer, its rule in the workers' group, and its name."""
    cluster.kubectl("create", "service", "loadbalancer", "shop", "--tcp=80:8080")

    def published() -> bool:
        seen = everything(cluster.account)
        groups = cluster.account.client("ec2").describe_security_groups()["SecurityGroups"]
        ours = {one["GroupId"] for one in groups if one["GroupName"].startswith("k8s-elb-")}
        named = {
            pair.get("GroupId")
            for one in groups
            for rule in one["IpPermissions"]
            for pair in rule["UserIdGroupPairs"]
        }
        return "shop.particule.io" in seen["name"] and bool(ours & named)

    until(published, 120)


@pytest.mark.parametrize(
    "api_dies",
    [pytest.param(False, id="by Kubernetes"), pytest.param(True, id="by AWS", marks=pytest.mark.slow)],
)
def test_nothing_is_left(cluster: World, nothing: dict[str, set[str]], api_dies: bool) -> None:
    if not cluster.account.client("cloudformation").describe_stacks()["Stacks"]:
        cluster.run("kube-aws", "up", "--yes")
    _publish(cluster)
    before = everything(cluster.account)
    if api_dies:
        (controller,) = cluster.instances("controller")
        cluster.inside(controller["InstanceId"], "mv", MANIFEST, "/root/")
        until(lambda: not cluster.kubectl("get", "--raw=/readyz", "--request-timeout=2s", check=False))

    done = cluster.run("kube-aws", "destroy", "--yes")
    assert ("Kubernetes does not answer" in done.stderr) == api_dies
    assert ("removed   default/shop" in done.stderr) != api_dies
    assert everything(cluster.account) == nothing
    removed = _receipt(cluster)["removed"]
    assert {one["id"] for one in removed if one["kind"] == "classic load balancer"} == before[
        "classic load balancer"
    ]
    assert "shop.particule.io" in {one["id"] for one in removed}
    assert f"There is no stack {NAME}" in cluster.run("kube-aws", "destroy", "--yes").stderr


def _receipt(cluster: World) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(cluster.folder) / "destroyed.json").read_text())
    return read
