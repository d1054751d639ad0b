"""AWS::AutoScaling::AutoScalingGroup."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.reasons import RefusedError
from kube_aws.rehearsal.api.cloudformation.work import NotStabilizedError, Work

UPDATABLE = (
    "DesiredCapacity",
    "LaunchTemplate",
    "MaxSize",
    "MinSize",
    "MixedInstancesPolicy",
)

_UNSUPPORTED = ("NotificationConfiguration", "NotificationConfigurations", "InstanceId")
_PATIENCE = 1.0
"""Seconds that a failed launch is given to be followed by one that works; AWS gives minutes."""

Properties = dict[str, Any]


def create(work: Work, properties: Properties) -> str:
    """Create the group."""
    for name in _UNSUPPORTED:
        if name in properties:
            raise RefusedError(f"the embedded AWS has no {name} of AWS::AutoScaling::AutoScalingGroup")
    name = _name(work, properties)
    own = properties.get("Tags", ())
    kept_back = {tag["Key"] for tag in own if not tag["PropagateAtLaunch"]}
    tags = [{**tag, "PropagateAtLaunch": tag["Key"] not in kept_back} for tag in work.tags(own)]
    given = {key: value for key, value in properties.items() if key not in ("Tags", "MetricsCollection")}
    work.client("autoscaling").create_auto_scaling_group(
        **_request(given), AutoScalingGroupName=name, Tags=tags
    )
    return name


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Wait until all instances are in service.

    Raises NotStabilizedError, with Auto Scaling's reason, when launches fail.
    """
    for metrics in properties.get("MetricsCollection", ()):
        work.client("autoscaling").enable_metrics_collection(AutoScalingGroupName=physical_id, **metrics)
    try:
        work.until(lambda: _in_service(work, physical_id), waiting_for="instances are not in service")
    except NotStabilizedError:
        raise NotStabilizedError(_last_activity(work, physical_id) or "Group did not stabilize.") from None


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    return {"AutoScalingGroupARN": _group(work, physical_id)["AutoScalingGroupARN"]}


def find(work: Work, properties: Properties) -> str | None:
    """Return the group that an interrupted creation made."""
    found = _group(work, _name(work, properties))
    return found["AutoScalingGroupName"] if found else None


def update(work: Work, physical_id: str, properties: Properties, old: Properties) -> None:
    """Change the group's size and what it launches from now on; running instances stay as they are."""
    changed = {name: properties[name] for name in UPDATABLE if name in properties}
    work.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=physical_id, **_request(changed)
    )
    settle(work, physical_id, properties)


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Shrink the group to nothing, wait until its instances are gone, and delete it."""
    autoscaling = work.client("autoscaling")
    group = _group(work, physical_id)
    if not group:
        return
    autoscaling.update_auto_scaling_group(
        AutoScalingGroupName=physical_id, MinSize=0, MaxSize=0, DesiredCapacity=0
    )
    work.until(lambda: not _group(work, physical_id)["Instances"], waiting_for="instances are terminating")
    with missing_is_fine():
        autoscaling.delete_auto_scaling_group(AutoScalingGroupName=physical_id)


def _name(work: Work, properties: Properties) -> str:
    return str(properties.get("AutoScalingGroupName", work.name(255)))


def _request(properties: Properties) -> Properties:
    """Return the properties as Auto Scaling takes them; sizes are text in CloudFormation."""
    request = dict(properties)
    for name in ("MinSize", "MaxSize", "DesiredCapacity", "Cooldown"):
        if name in request:
            request["DefaultCooldown" if name == "Cooldown" else name] = int(request.pop(name))
    if "VPCZoneIdentifier" in request:
        request["VPCZoneIdentifier"] = ",".join(request["VPCZoneIdentifier"])
    return request


def _group(work: Work, name: str) -> Properties:
    groups = work.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    found: list[Properties] = groups["AutoScalingGroups"]
    return found[0] if found else {}


def _in_service(work: Work, name: str) -> bool:
    group = _group(work, name)
    states = [instance["LifecycleState"] for instance in group["Instances"]]
    if len(states) == group["DesiredCapacity"] and all(state == "InService" for state in states):
        return True
    failed = _last_activity(work, name)
    if failed:
        work.pause(_PATIENCE)
        if failed == _last_activity(work, name):
            raise NotStabilizedError(failed)
    return False


def _last_activity(work: Work, name: str) -> str | None:
    """Return what to say of the last scaling activity, if that failed."""
    activities = work.client("autoscaling").describe_scaling_activities(AutoScalingGroupName=name)[
        "Activities"
    ]
    if not activities or activities[0]["StatusCode"] != "Failed":
        return None
    return f"Group did not stabilize. Last scaling activity: {activities[0].get('StatusMessage', '')}"
