"""A cluster that boots, as looks at it: built by hand, second by second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cluster.article import ARTICLE

from kube_aws.aws.nodes import Node
from kube_aws.aws.outside import Console, Outside
from kube_aws.cluster.load import load
from kube_aws.cluster.model import Cluster
from kube_aws.kubernetes.api import Answer
from kube_aws.kubernetes.look import AddOn, KubernetesNode, Seen
from kube_aws.operations.boot import Look

LAUNCH = datetime(2026, 11, 25, 10, tzinfo=UTC)
INSTANCES = {
    "controller": ("i-0c1f2e3d4b5a69788", "10.0.0.50"),
    "worker": ("i-07aa31c9e5d2f8b64", "10.0.0.148"),
    "worker2": ("i-0b93d7e1c2a45f608", "10.0.0.149"),
}
ADDONS = (
    "aws-cloud-controller-manager",
    "coredns",
    "external-dns",
    "flannel",
    "kube-proxy",
    "metrics-server",
)


def cluster(**keys: Any) -> Cluster:
    kept = [line for line in ARTICLE.splitlines() if line.split(":")[0] not in keys]
    text = "\n".join([*kept, *(f"{key}: {value}" for key, value in keys.items())])
    made, findings = load(text.encode(), "cluster.yaml")
    assert made is not None, findings
    return made


def node(who: str, boot: str, *, state: str = "running", files: str = "") -> Node:
    instance, address = INSTANCES[who]
    role = who.rstrip("2")
    name, kind = ("controller-0", "t2.medium") if role == "controller" else ("worker", "t2.small")
    return Node(name, role, instance, kind, "eu-west-1a", address, "", state, boot, files, LAUNCH)


def look(second: float, *boots: str, seen: Seen | None = None) -> Look:
    """The controller's tag, then the workers' ("" for a silent one), so many seconds after launch."""
    nodes = tuple(node(who, boot) for who, boot in zip(INSTANCES, boots, strict=False))
    time = LAUNCH + timedelta(seconds=second)
    return Look(time, nodes, replace(seen, time=time) if seen else None)


def seen(
    *ready: str, addons: dict[str, str] | None = None, why: str = "cni plugin not initialized", **more: Any
) -> Seen:
    """An API that answers: of the controller and the workers, who is `ready` and who is "not"; add-ons with
    the reason why they are not available, "" for one that is."""
    nodes = tuple(
        KubernetesNode(
            f"ip-{address.replace('.', '-')}", instance, word == "ready", "" if word == "ready" else why,
            LAUNCH, "v1.37.2",
        )
        for word, (instance, address) in zip(ready, INSTANCES.values(), strict=False)
    )  # fmt: skip
    told = dict.fromkeys(ADDONS, "") if addons is None else addons
    return Seen(
        LAUNCH,
        more.get("answer", Answer(True, 12)),
        "v1.37.2",
        nodes,
        tuple(AddOn(name, not reason, int(not reason), 1, reason) for name, reason in told.items()),
        more.get("refused", ""),
    )


def unanswered(reason: str) -> Seen:
    return Seen(LAUNCH, Answer(False, 2000, reason))


def outside(**changed: Any) -> Outside:
    """A node whose network is as it should be; `console` is a text, None where it may not be read."""
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    open_entry = {"Protocol": "-1", "RuleNumber": 100, "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    closed = {**open_entry, "RuleNumber": 32767, "RuleAction": "deny"}
    given: dict[str, Any] = {
        "instance": {
            "InstanceId": INSTANCES["controller"][0],
            "InstanceType": "t3.medium",
            "SubnetId": "subnet-1",
            "PublicIpAddress": "52.18.58.120",
        },
        "route_table": {
            "RouteTableId": "rtb-1",
            "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
                {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
            ],
        },
        "groups": [{"GroupId": "sg-1", "IpPermissionsEgress": [everywhere]}],
        "network_acl": {
            "NetworkAclId": "acl-1",
            "Entries": [{**entry, "Egress": out} for entry in (open_entry, closed) for out in (True, False)],
        },
        "status": {"SystemStatus": {"Status": "ok"}, "InstanceStatus": {"Status": "ok"}},
        "console": "",
        "live": True,
    }
    given |= changed
    return Outside(
        given["instance"], given["route_table"], given["groups"], given["network_acl"], given["status"],
        Console(given["console"], given["live"]),
    )  # fmt: skip
