"""What the cluster's API tells of the cluster: its version, its nodes, its add-ons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from kube_aws.kubernetes.api import Answer, Api, RefusedError
from kube_aws.release.lock import NO_IMAGE

_OURS = "app.kubernetes.io/managed-by=kube-aws"
_NAME = "kube-aws.io/addon"


@dataclass(frozen=True, slots=True)
class KubernetesNode:
    """A Node, and the EC2 instance behind it. `why` says why it is not Ready, and `since` when that changed;
    `kubelet` is a version."""

    name: str
    instance: str
    ready: bool
    why: str
    since: datetime
    kubelet: str


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on: how many of its pods are available, and why it is not (`Reason: message`); `absent` where a
    rehearsal cannot have its images."""

    name: str
    available: bool
    have: int
    want: int
    why: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One look, begun at `time`. Where the API answers and yet tells the admin nothing, `refused` says why;
    `nodes` and `addons` are empty then, and in a clone without the admin's key."""

    time: datetime
    answer: Answer
    version: str = ""
    nodes: tuple[KubernetesNode, ...] = ()
    addons: tuple[AddOn, ...] = ()
    refused: str = ""

    @property
    def tells(self) -> bool:
        """Whether it says anything of nodes and add-ons."""
        return bool(self.version)


def look(api: Api) -> Seen:
    """Ask the API whether it is ready, and as the admin for all else."""
    time = datetime.now(UTC)
    answer = api.ready()
    if not (answer.ready and api.as_admin):
        return Seen(time, answer)
    try:
        nodes = tuple(_nodes(api.get("/api/v1/nodes")["items"]))
        addons = tuple(_addons(api))
        version = str(api.get("/version")["gitVersion"])
    except RefusedError as error:
        return Seen(time, answer, refused=_refusal(error))
    except (ConnectionError, KeyError) as error:
        return Seen(time, Answer(False, answer.milliseconds, str(error)))
    return Seen(time, answer, version, nodes, addons)


def _refusal(error: RefusedError) -> str:
    match error.status:
        case 401:
            return (
                "it does not know credentials/admin.pem: the certificate has ended, or is another cluster's"
            )
        case 403:
            return "the admin may not read yet: the add-on `access` is not applied"
    return f"it refuses: {error}"


def _nodes(items: Iterable[Mapping[str, Any]]) -> Iterator[KubernetesNode]:
    for item in items:
        status = item["status"]
        ready = _condition(status, "Ready")
        yield KubernetesNode(
            item["metadata"]["name"],
            item["spec"].get("providerID", "").rpartition("/")[2],
            ready.get("status") == "True",
            _words(ready.get("message", "")) if ready else "kubelet has told nothing yet",
            datetime.fromisoformat(ready.get("lastTransitionTime") or item["metadata"]["creationTimestamp"]),
            status.get("nodeInfo", {}).get("kubeletVersion", ""),
        )


def _words(message: str) -> str:
    """kubelet's words without the names of its own parts: `[container runtime network not ready:
    NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: …, …]`."""
    listed = re.sub(r"^\[(.*)\]$", r"\1", message, flags=re.DOTALL)
    return re.sub(r"^.*(\bmessage|returns error):", "", listed, flags=re.DOTALL).strip()


def _addons(api: Api) -> Iterator[AddOn]:
    """Deployments and DaemonSets that controllers applied, those of one add-on taken together."""
    found: dict[str, list[AddOn]] = {}
    for kind, told in (("daemonsets", _daemon_set), ("deployments", _deployment)):
        for item in api.get(f"/apis/apps/v1/{kind}?labelSelector={quote(_OURS)}")["items"]:
            available, have, want = told(item)
            absent = any(image.endswith(NO_IMAGE) for image in _images(item))
            why = "" if available or absent else _why(api, item)
            name = item["metadata"]["labels"].get(_NAME, item["metadata"]["name"])
            found.setdefault(name, []).append(AddOn(name, available, have, want, why, absent))
    for name, parts in sorted(found.items()):
        yield AddOn(
            name,
            all(part.available for part in parts),
            sum(part.have for part in parts),
            sum(part.want for part in parts),
            next((part.why for part in parts if part.why), ""),
            any(part.absent for part in parts),
        )


def _images(item: Mapping[str, Any]) -> Iterator[str]:
    pod = item["spec"]["template"]["spec"]
    for container in (*pod.get("initContainers", []), *pod["containers"]):
        yield container["image"]


def _daemon_set(item: Mapping[str, Any]) -> tuple[bool, int, int]:
    status = item["status"]
    have, want = status.get("numberAvailable", 0), status.get("desiredNumberScheduled", 0)
    return _rolled_out(item, status.get("updatedNumberScheduled", 0) >= want) and have >= want, have, want


def _deployment(item: Mapping[str, Any]) -> tuple[bool, int, int]:
    """Available as its own condition has it: a second replica may wait for a second node."""
    status, want = item["status"], item["spec"].get("replicas", 1)
    available = _condition(status, "Available")
    rolled_out = _rolled_out(item, status.get("updatedReplicas", 0) >= want)
    return rolled_out and available.get("status") == "True", status.get("availableReplicas", 0), want


def _rolled_out(item: Mapping[str, Any], updated: bool) -> bool:
    """Whether its controller has seen what was applied last, and made pods of it."""
    return updated and item["status"].get("observedGeneration", 0) >= item["metadata"].get("generation", 0)


def _condition(status: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next((one for one in status.get("conditions", []) if one["type"] == kind), {})


def _why(api: Api, item: Mapping[str, Any]) -> str:
    """Why the pods of a workload do not run: the first reason that one of them has."""
    failure = _condition(item["status"], "ReplicaFailure")
    if failure.get("status") == "True":
        return f"{failure['reason']}: {failure['message']}"
    labels = item["spec"]["selector"].get("matchLabels", {})
    selector = quote(",".join(f"{key}={value}" for key, value in labels.items()))
    pods = api.get(f"/api/v1/namespaces/{item['metadata']['namespace']}/pods?labelSelector={selector}")[
        "items"
    ]
    if not pods:
        return "no pod yet"
    reasons = [reason for pod in pods for reason in _waits(pod)]
    # That a container starts says less than that another one cannot.
    return min(reasons, key=lambda reason: reason in _STARTING, default="not ready yet")


_STARTING = ("ContainerCreating", "PodInitializing")


def _waits(pod: Mapping[str, Any]) -> Iterator[str]:
    status = pod["status"]
    scheduled = _condition(status, "PodScheduled")
    if scheduled.get("status") == "False":
        yield f"{scheduled.get('reason', 'Unschedulable')}: {scheduled.get('message', '')}"
    for container in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
        waiting = container["state"].get("waiting")
        ended = container["state"].get("terminated") or container.get("lastState", {}).get("terminated")
        if waiting and ended and ended.get("exitCode"):
            said = f" {ended['message'].strip().splitlines()[-1]}" if ended.get("message") else ""
            how = f"{container['name']} ended with {ended['exitCode']} ({ended['reason']})"
            yield f"{waiting['reason']}: {how}{said}"
        elif waiting:
            yield ": ".join(filter(None, [waiting.get("reason", "Waiting"), waiting.get("message", "")]))
