"""What an instance that ended by itself is to EC2, and what its Auto Scaling group does about it."""

import time
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import StateReason

from kube_aws.rehearsal.cloud import Instance


def ended(instance: Instance, powered_off: bool) -> None:
    """Note that an instance's system was shut down from inside, or else failed.

    Source: EC2 User Guide, "Instance initiated shutdown behavior"; StateReason codes
    Client.InstanceInitiatedShutdown and Server.InternalError.
    """
    backend: Any = ec2_backends[instance.account][instance.region]
    known = backend.get_instance(instance.id)
    if known.state != "running":
        return
    if powered_off and known.instance_initiated_shutdown_behavior == "terminate":
        backend.terminate_instances([instance.id])
    else:
        known.stop()
    code = "Client.InstanceInitiatedShutdown" if powered_off else "Server.InternalError"
    text = "Instance initiated shutdown" if powered_off else "Internal error"
    known.state_reason = StateReason(f"{code}: {text}", code)


def heal() -> set[str]:
    """Replace each group's instances that do not run, and launch what groups are short of.

    Answers the accounts in which something changed.
    Source: EC2 Auto Scaling User Guide, "Health checks for instances": any state but running is unhealthy.
    """
    touched = set()
    for account in list(autoscaling_backends):
        for backend in list(autoscaling_backends[account].values()):
            for group in list(backend.autoscaling_groups.values()):
                unhealthy = [
                    state.instance.id
                    for state in group.instance_states
                    if state.instance.state not in ("pending", "running")
                ]
                if unhealthy:
                    backend.ec2_backend.terminate_instances(unhealthy)
                    backend.notify_terminate_instances(unhealthy)
                if unhealthy or retry(group):
                    touched.add(account)
    return touched


def retry(group: Any) -> bool:
    """Launch what a group is short of, unless its last launch failed a moment ago; whether it tried."""
    short = (group.desired_capacity or 0) - len(group.instance_states)
    if short <= 0 or time.time() < getattr(group, "retry_at", 0.0):
        return False
    group.replace_autoscaling_group_instances(short, group.get_propagated_tags())
    return True
