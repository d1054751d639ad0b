"""What to tell where nothing goes on: the first thing that is not there yet, and what is known of it."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from kube_aws.aws.nodes import Node
from kube_aws.cluster.model import Cluster
from kube_aws.kubernetes.look import KubernetesNode
from kube_aws.operations.boot import AddOnFails, Look, Stuck
from kube_aws.operations.faults import fault
from kube_aws.operations.silence import Reason
from kube_aws.operations.trouble import Told, addon, filled, where
from kube_aws.terminal.duration import brief


def slowest(look: Look) -> Node | None:
    """The first node that is not through: a controller, or a worker that does not only wait for one."""
    behind = [node for node in look.running if node.stage is None or not node.stage.ready]
    return behind[0] if behind else None


def stuck(
    trouble: Stuck,
    look: Look,
    cluster: Cluster,
    *,
    wanted: int,
    said: str,
    found: Reason | None,
    leads_to: Sequence[str],
    address: str,
) -> Told:
    """`said` is what the slowest node's console told last, `found` what AWS shows to be wrong with it;
    `leads_to` the addresses of the API's name, and
    `address` the one that the cluster has."""
    node = slowest(look)
    if node:
        return _node(trouble, node, look, cluster, said=said, found=found)
    if len(look.running) < wanted:
        return Told(
            f"only {len(look.running)} of {wanted} instances run",
            "Auto Scaling, which keeps their number",
            "",
            "it could not launch others: no capacity, a quota, or a spot price",
            "aws autoscaling describe-scaling-activities --max-items 5",
            "the group tries again by itself",
        )
    seen = look.seen
    if seen is None or not seen.answer.ready:
        return _unanswered(seen.answer.reason if seen else "", cluster, leads_to, address)
    if seen.refused:
        return Told(
            "the API does not tell the admin how the cluster is",
            f"https://{cluster.external_dns_name}",
            seen.refused,
            "",
            '"kube-aws validate" looks at credentials/',
            "the cluster runs",
        )
    for node in look.running:
        inside = look.inside(node)
        if inside is None or not inside.ready:
            return _not_ready(node, inside, look)
    return addon(AddOnFails(look.missing_addons[0]))


def _not_ready(node: Node, inside: KubernetesNode | None, look: Look) -> Told:
    said = inside.why if inside else "no Node has this instance's providerID"
    known = fault("node", said)
    name = inside.name if inside else ""
    return Told(
        f"{node.name} is not Ready" + (f": {known.what}" if known else ""),
        where(node, look),
        said,
        known.cause if known else "",
        known.mend if known else f"kubectl --kubeconfig=kubeconfig describe nodes {name}".rstrip(),
        "kubelet tries again by itself",
    )


def _node(
    trouble: Stuck, node: Node, look: Look, cluster: Cluster, *, said: str, found: Reason | None
) -> Told:
    stage = node.stage
    if stage is None:
        return Told(
            f"{node.name} does not boot",
            where(node, look),
            said,
            f"the instance is {node.state}",
            "",
            "the group replaces what does not run",
        )
    new = said.removeprefix("kube-aws: ")
    known = found or filled(fault(stage.name, new), cluster, node)
    cause = known.cause if known else _SLOW.get(stage.name, "")
    if not found and stage.name == "wait-for-api" and look.seen and look.seen.answer.ready:
        known = filled(fault(stage.name, "does not answer"), cluster, node)
        cause = "the API answers here, but not to the node"
    return Told(
        f"{node.name} does not get beyond {stage}" + (f": {known.what}" if known else ""),
        where(node, look),
        new if new and new != str(stage) else f"nothing new for {brief(trouble.length)}",
        cause,
        known.mend if known else "",
        "the node goes on by itself",
    )


_SLOW = {
    "downloads": "the download sites answer slowly",
    "control-plane": "images of etcd and the API server are still being pulled, or one of them ends again",
    "wait-for-api": "the controllers are not there yet",
    "join": "its certificate request is not approved, or kubelet ends again and again",
}


def _unanswered(reason: str, cluster: Cluster, leads_to: Sequence[str], address: str) -> Told:
    name = cluster.external_dns_name
    cause, mend = "", ""
    if not leads_to:
        cause = (
            "its record is not known here yet" if cluster.create_record_set else "nobody has made its record"
        )
        mend = (
            f"look at the name servers of {cluster.hosted_zone}; who asked too early remembers the name as"
            " missing for up to 15 minutes"
            if cluster.create_record_set
            else f"make an A record {name} → {address}"
            " (with createRecordSet: true a new cluster gets it by itself)"
        )
    elif address and address not in leads_to:
        cause = f"the name leads to {', '.join(leads_to)}; the cluster's address is {address}"
        mend = f"make the A record {name} lead to {address}"
    elif IPv4Network("0.0.0.0/0") not in cluster.api_allowed_cidrs:
        allowed = ", ".join(map(str, cluster.api_allowed_cidrs))
        cause = f"apiAllowedCIDRs lets in {allowed}: this machine may not be among them"
        mend = f"add its address; {_NARROW}"
    else:
        cause = "something between this machine and the cluster lets nothing through"
        mend = f"look at proxies and firewalls for {name}, port 443"
    return Told(
        f"the nodes are through, but the API does not answer here: {reason or 'not asked'}",
        f"https://{name}",
        "",
        cause,
        mend,
        "the cluster runs",
    )


_NARROW = "changing it on a running cluster comes with a later capability"
