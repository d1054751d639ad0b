"""A cluster after something happened to its machines."""

import json
from datetime import datetime
from typing import Any

from tests.rehearsed.world import World

from kube_aws.release.lock import NO_IMAGE


def whole(cluster: World, since: datetime | None = None, nodes: int = 3) -> bool:
    """Whether the nodes are the running instances, all Ready, with all stages behind them, and every pod of
    kube-system that has images here is ready; with `since`, of as many `nodes` all containers were started
    after that."""
    said = cluster.kubectl(
        "get", "nodes,pods", "-n", "kube-system", "-o", "json", "--request-timeout=5s", check=False
    )
    found = json.loads(said)["items"] if said else []
    names = {one["spec"].get("providerID", ""): one["metadata"]["name"] for one in found if _is(one, "Node")}
    pods = [one for one in found if _is(one, "Pod") and _runs(one)]
    running = [one for role in ("controller", "worker") for one in cluster.instances(role)]
    boots = [tag["Value"] for one in running for tag in one["Tags"] if tag["Key"] == "kube-aws:boot"]
    started = {
        name: all(_anew(one, since) for one in pods if one["spec"].get("nodeName") == name)
        for name in names.values()
    }
    return (
        len(names) == 3
        and {name.rpartition("/")[2] for name in names} == {one["InstanceId"] for one in running}
        and len(boots) == 3
        and all(boot.endswith(" ready") for boot in boots)
        and all(_ready(one) for one in found if one in pods or _is(one, "Node"))
        and {one["spec"].get("nodeName") for one in pods} == set(names.values())
        and (since is None or sum(started.values()) >= nodes)
    )


def _is(one: dict[str, Any], kind: str) -> bool:
    return bool(one["kind"] == kind)


def _runs(pod: dict[str, Any]) -> bool:
    """Whether a pod is one that can be ready: an orderly shutdown leaves those that it ended."""
    images = {container["image"] for container in pod["spec"]["containers"]}
    return pod["status"]["phase"] not in ("Succeeded", "Failed") and not any(
        image.endswith(NO_IMAGE) for image in images
    )


def _ready(one: dict[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in one["status"].get("conditions", [])
    )


def _anew(pod: dict[str, Any], since: datetime | None) -> bool:
    started = [
        one["state"].get("running", {}).get("startedAt") for one in pod["status"].get("containerStatuses", [])
    ]
    return since is None or all(one and datetime.fromisoformat(one) >= since for one in started)
