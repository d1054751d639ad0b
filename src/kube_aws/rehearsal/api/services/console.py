"""GetConsoleOutput: the last of what a machine wrote to its serial console."""

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.cloud import Instance

if TYPE_CHECKING:
    from kube_aws.rehearsal.nodes import Nodes

KEPT = 64 << 10
"""Bytes. Source: EC2 User Guide, "Instance console output"."""


def output(call: Call, instances: tuple[Instance, ...], nodes: "Nodes") -> dict[str, Any]:
    """Answer with the newest 64 KiB: at any time for Nitro types that are asked for the latest, else as it
    was when the machine was rebooted or ended; EC2 also keeps what it was "shortly after" the start.

    Raises ApiError for an instance that does not exist, and for the latest output of an older type.
    Source: EC2 API Reference, GetConsoleOutput.
    """
    instance_id = call.parameters["InstanceId"]
    instance = next((one for one in instances if one.id == instance_id), None)
    if instance is None:
        raise ApiError("InvalidInstanceID.NotFound", f"The instance ID '{instance_id}' does not exist")
    latest = bool(call.parameters.get("Latest"))
    if latest and not instance.nitro:
        raise ApiError(
            "UnsupportedOperation",
            "This instance type does not support retrieving the latest console logs. Supported instance "
            "types are those built on the Nitro System.",
        )
    told = {"InstanceId": instance_id, "Timestamp": datetime.now(UTC)}
    kept = nodes.posted if not latest and instance.state == "running" else nodes.console
    said = kept(instance_id)[-KEPT:]
    return told | ({"Output": base64.b64encode(said).decode()} if said else {})
