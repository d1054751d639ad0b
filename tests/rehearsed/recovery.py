"""A cluster after something happened to its machines."""

import json
from typing import Any

from tests.rehearsed.world import World


def whole(cluster: World) -> bool:
    """Whether the nodes are the three running instances, all Ready, and every pod of kube-system is."""
    said = cluster.kubectl(
        "get", "nodes,pods", "-n", "kube-system", "-o", "json", "--request-timeout=5s", check=False
    )
    found = json.loads(said)["items"] if said else []
    nodes = [one for one in found if one["kind"] == "Node"]
    running = {one["InstanceId"] for role in ("controller", "worker") for one in cluster.instances(role)}
    return (
        {one["spec"].get("providerID", "").rpartition("/")[2] for one in nodes} == running
        and len(nodes) == len(running) == 3
        and all(_ready(one) for one in found)
        and {one["spec"].get("nodeName") for one in found if one["kind"] == "Pod"}
        == {one["metadata"]["name"] for one in nodes}
    )


def _ready(one: dict[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in one["status"].get("conditions", [])
    )
