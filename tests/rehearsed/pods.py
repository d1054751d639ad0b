"""Pods on every machine (pods.yaml), to ask from and to be asked."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rehearsed.world import World, until

MANIFEST = Path(__file__).with_name("pods.yaml")


@dataclass(frozen=True)
class Pod:
    """A pod as it runs; `host` is its node's address."""

    name: str
    node: str
    address: str
    host: str


@dataclass(frozen=True)
class Pods:
    """One pod a machine with a network of its own, `everywhere`, and one with the machine's, `hosts`."""

    cluster: World
    everywhere: tuple[Pod, ...]
    hosts: tuple[Pod, ...]

    def sh(self, pod: Pod, script: str, *, check: bool = True) -> str:
        """What a shell script in a pod prints."""
        return self.cluster.kubectl("exec", "-n", "trial", pod.name, "--", "sh", "-c", script, check=check)

    def each(self, pods: Iterable[Pod], script: str) -> dict[Pod, str]:
        """What a script prints in each of the pods, all at once. All must succeed."""
        asked = list(pods)
        with ThreadPoolExecutor(len(asked)) as pool:
            return dict(zip(asked, pool.map(lambda pod: self.sh(pod, script), asked), strict=True))


def found(cluster: World) -> Pods:
    """The pods as they are now, once all are ready."""
    for name in ("everywhere", "hosts"):
        cluster.kubectl("rollout", "status", "-n", "trial", f"daemonset/{name}", "--timeout=60s")
    # A controller that is new counts pods of its predecessor until it has looked.
    listed = until(lambda: _with_addresses(cluster))
    return Pods(cluster, _of(listed, "everywhere"), _of(listed, "hosts"))


def _with_addresses(cluster: World) -> list[dict[str, Any]]:
    """The pods that stay; none while one of them has no address yet."""
    listed = json.loads(cluster.kubectl("get", "pods", "-n", "trial", "-o", "json"))["items"]
    stay = [one for one in listed if "deletionTimestamp" not in one["metadata"]]
    return stay if all("podIP" in one["status"] for one in stay) else []


def _of(listed: list[dict[str, Any]], app: str) -> tuple[Pod, ...]:
    return tuple(
        Pod(
            one["metadata"]["name"],
            one["spec"]["nodeName"],
            one["status"]["podIP"],
            one["status"]["hostIP"],
        )
        for one in listed
        if one["metadata"]["labels"].get("app") == app
    )
