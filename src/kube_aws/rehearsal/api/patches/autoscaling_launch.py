"""Auto Scaling launches as EC2 does, in every subnet in turn, and tells what came of it."""

import math
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.autoscaling.models import ASG_NAME_TAG, FakeAutoScalingGroup, InstanceState
from moto.ec2.exceptions import EC2ClientError

RETRY_SECONDS = 5.0
"""How long a group waits after a launch that failed. AWS waits longer, and longer each time."""


def autoscaling_launch() -> None:
    """Launch one by one through RunInstances with the group's launch template version.

    moto puts all instances in the first subnet, leaves out most of the launch template, launches version 1,
    knows no spot instances, and has no scaling activities. A launch that fails is an activity; the group
    tries again (see autoscaling_activities.py).
    """

    def launch(group: Any, count: int, tags: dict[str, str]) -> None:
        for _ in range(count):
            try:
                instance = _launch_one(group, tags)
            except EC2ClientError as error:
                _record(group, None, f"{error.message} Launching EC2 instance failed.")
                group.retry_at = time.time() + RETRY_SECONDS
                return
            _record(group, instance.id, "")

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch


def _launch_one(group: Any, tags: dict[str, str]) -> Any:
    backend = group.autoscaling_backend.ec2_backend
    subnet = _emptiest(group, group.vpc_zone_identifier.split(",")) if group.vpc_zone_identifier else None
    template = group.ec2_launch_template
    version = template.get_version(group.launch_template_version)
    reservation = backend.run_instances(
        None,
        1,
        None,
        [],
        launch_template={"LaunchTemplateId": template.id, "Version": str(version.number)},
        is_instance_type_default=True,
        subnet_id=subnet,
        associate_public_ip=None,
        tags={"instance": {**tags, ASG_NAME_TAG: group.name}},
        instance_market_options="spot" if _next_is_spot(group) else {},
    )
    (instance,) = reservation.instances
    instance.autoscaling_group = group
    group.instance_states.append(
        InstanceState(instance, protected_from_scale_in=group.new_instances_protected_from_scale_in)
    )
    return instance


def _emptiest(group: Any, subnets: list[str]) -> str:
    """The subnet with the fewest of the group's instances, as Auto Scaling balances zones."""
    taken = [state.instance.subnet_id for state in group.instance_states]
    return min(subnets, key=taken.count)


def _next_is_spot(group: Any) -> bool:
    """Whether the next instance is a spot instance by the group's mixed instances policy.

    Source: EC2 Auto Scaling User Guide, "Instances distribution": the on-demand share is rounded up.
    """
    distribution = (group.mixed_instances_policy or {}).get("InstancesDistribution")
    if not distribution:
        return False
    base = int(distribution.get("OnDemandBaseCapacity", 0))
    share = int(distribution.get("OnDemandPercentageAboveBaseCapacity", 100)) / 100
    on_demand = base + math.ceil(max(0, group.desired_capacity - base) * share)
    running = sum(state.instance.lifecycle != "spot" for state in group.instance_states)
    return bool(running >= on_demand)


def _record(group: Any, instance_id: str | None, failure: str) -> None:
    now = datetime.now(UTC)
    if not hasattr(group, "activities"):
        group.activities = []
    what = f"Launching a new EC2 instance: {instance_id}" if instance_id else "Launching a new EC2 instance"
    group.activities.insert(
        0,
        {
            "ActivityId": str(uuid4()),
            "AutoScalingGroupName": group.name,
            "AutoScalingGroupARN": group.arn,
            "Description": f"{what}.  Status Reason: {failure}" if failure else what,
            "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} an instance was started in response to a difference "
            "between desired and actual capacity.",
            "StartTime": now,
            "EndTime": now,
            "StatusCode": "Failed" if failure else "Successful",
            "StatusMessage": failure or None,
            "Progress": 100,
            "Details": "{}",
        },
    )
