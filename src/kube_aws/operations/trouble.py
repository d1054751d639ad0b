"""What to tell of a boot that has stopped: on which node, what it said, why, how to mend it, what then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kube_aws.aws.nodes import Node
from kube_aws.cluster.model import Cluster
from kube_aws.operations.boot import AddOnFails, Look, Stopped
from kube_aws.operations.faults import fault
from kube_aws.operations.faults.fault import Fault
from kube_aws.operations.silence import Reason
from kube_aws.terminal.duration import brief
from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import labelled

REFUSED = "KMS refused kms:Decrypt"
_AGAIN = '; "kube-aws up" watches on'


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of the message; empty ones are left out."""

    what: str
    on: str
    said: str
    cause: str
    mend: str
    then: str

    def error(self, look: Look, unseen: Sequence[str] = ()) -> UserError:
        """The message, with what runs now, and why AWS left `unseen` what might be behind it."""
        running = len(look.running)
        return UserError(
            self.what,
            labelled(
                [
                    ("on", self.on),
                    ("said", self.said),
                    ("cause", self.cause),
                    *(("but", f"what is behind it could not be looked up: {why}") for why in unseen),
                    ("mend", self.mend),
                    ("then", self.then + _AGAIN),
                    ("now", f'{running} instance{"s" * (running != 1)} run; "kube-aws destroy" removes all'),
                ]
            ),
        )


def stopped(trouble: Stopped, look: Look, cluster: Cluster, found: Reason | None = None) -> Told:
    """A stage that goes on failing. `found` is what AWS shows to be wrong, surer than what is known of the
    reason."""
    node, stage = trouble.node, trouble.stage
    known = found or filled(fault(stage.name, stage.said), cluster, node)
    return Told(
        f"{node.name} stopped at {stage}" + (f": {known.what}" if known else ""),
        where(node, look),
        stage.said,
        known.cause if known else "",
        known.mend if known else "",
        "the node tries again by itself",
    )


def undelegated(cluster: Cluster) -> Reason:
    """The KMS key's policy was found not to let IAM policies count."""
    key, account = cluster.kms_key_arn.rpartition("/")[2], cluster.kms_key_arn.split(":")[4]
    return Reason(
        REFUSED,
        f"the policy of key {key} does not delegate to IAM in {account}",
        'add to it (needs kms:PutKeyPolicy): {"Effect": "Allow", "Principal": {"AWS":'
        f' "arn:aws:iam::{account}:root"}}, "Action": "kms:Decrypt", "Resource": "*"}}',
    )


def silent(node: Node, reason: Reason | None, look: Look, cluster: Cluster) -> Told:
    """A node that has told nothing; `reason` is what was found from outside, if that could be looked at."""
    known = _fill(reason, cluster, node) if reason else None
    return Told(
        f"{node.name} has told no boot stage" + (f": {known.what}" if known else ""),
        where(node, look),
        known.said if known else "",
        known.cause if known else "",
        known.mend if known else "",
        "the node tries again by itself",
    )


def addon(trouble: AddOnFails) -> Told:
    """An add-on whose pod goes on failing."""
    failing = trouble.addon
    reason, _, said = failing.why.partition(": ")
    known = fault("pod", failing.why)
    return Told(
        f"the add-on {failing.name} does not run: {known.what if known else reason}",
        f"{failing.have} of {failing.want} pods are available",
        # Without what gRPC puts before the words of containerd.
        said.rpartition(" desc = ")[2] or reason,
        known.cause if known else "",
        known.mend
        if known
        else f"kubectl --kubeconfig=kubeconfig -n kube-system describe pods (of {failing.name})",
        "Kubernetes tries again by itself",
    )


def where(node: Node, look: Look) -> str:
    """`i-0c1f2e3d4b5a69788, 38s after launch; workers only wait for it`, or of others with the same fate
    `…; 2 others likewise`."""
    others = [one for one in look.running if one.instance != node.instance]
    fates = [(one.stage.name, one.stage.failed) if one.stage else None for one in (node, *others)]
    same = fates[1:].count(fates[0]) if fates[0] is None or fates[0][1] else 0
    waiting = node.role == "controller" and any(one.role == "worker" for one in others)
    more = f"; {same} other{'s' * (same != 1)} likewise" if same else ""
    if waiting and not look.controlled and not same:
        more = "; workers only wait for it"
    return f"{node.instance}, {brief(look.time - node.launched)} after launch{more}"


def filled(known: Fault | None, cluster: Cluster, node: Node) -> Reason | None:
    """A fault with the cluster's names in it."""
    return _fill(Reason(known.what, known.cause, known.mend), cluster, node) if known else None


def _fill(reason: Reason, cluster: Cluster, node: Node) -> Reason:
    names = _names(cluster, node)
    cause, mend = reason.cause, reason.mend
    for name, value in names.items():
        cause, mend = cause.replace(name, value), mend.replace(name, value)
    return Reason(reason.what, cause, mend, reason.said)


def _names(cluster: Cluster, node: Node) -> Mapping[str, str]:
    from kube_aws.cluster.topology import api_name

    return {
        "{key}": cluster.kms_key_arn.rpartition("/")[2],
        "{arn}": cluster.kms_key_arn,
        "{role}": f"IAMRole{node.role.capitalize()}",
        "{api}": api_name(cluster),
        "{size}": f"{node.role}RootVolumeSize",
    }
