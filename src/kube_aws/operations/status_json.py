"""A cluster's status for programs."""

from dataclasses import asdict
from typing import Any

from kube_aws.aws.nodes import Node
from kube_aws.operations.status import Status


def as_json(now: Status) -> dict[str, Any]:
    """The names stay; times are ISO 8601; null is what is not known."""
    seen = now.look.seen
    return {
        "clusterName": now.cluster,
        "controllerIP": now.stack.outputs.get("ControllerIP"),
        "ready": now.ready,
        "stack": {
            "id": now.stack.id,
            "status": now.stack.status,
            "reason": now.stack.reason,
            "created": now.stack.created.isoformat(),
            "updated": now.stack.updated.isoformat() if now.stack.updated else None,
        },
        "api": {
            "url": f"https://{now.external_name}",
            "ready": seen.answer.ready if seen else None,
            "milliseconds": seen.answer.milliseconds if seen else None,
            "reason": (seen.refused or seen.answer.reason) if seen else "no credentials/ca.pem here",
            "version": (seen.version if seen else "") or None,
        },
        "nodes": [_node(now, node) for node in now.look.nodes],
        "addOns": [asdict(addon) for addon in seen.addons] if seen and seen.tells else None,
        "adminCertificateUntil": now.admin_until.isoformat() if now.admin_until else None,
    }


def _node(now: Status, node: Node) -> dict[str, Any]:
    inside = now.look.inside(node)
    told = now.look.seen is not None and now.look.seen.tells
    return {
        **{_camel(key): value for key, value in asdict(node).items()},
        "launched": node.launched.isoformat(),
        "ready": inside.ready if inside else (False if told else None),
        "reason": inside.why if inside and not inside.ready else "",
        "kubelet": inside.kubelet if inside else None,
        "filesCurrent": not now.is_old(node) if node.role in now.files else None,
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
