"""Scaling activities are told, and a group that could not launch tries again."""

from typing import Any

from moto.autoscaling.models import AutoScalingBackend
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from kube_aws.rehearsal.api.health import retry


def autoscaling_activities() -> None:
    """Answer DescribeScalingActivities with what was launched, newest first; moto has none.

    Being asked is also the moment at which a group that is short of instances tries again.
    """

    def describe(response: Any) -> ActionResult:
        backend = response.autoscaling_backend
        wanted = response._get_param("AutoScalingGroupName")
        groups = [group for name, group in backend.autoscaling_groups.items() if wanted in (None, name)]
        activities = [activity for group in groups for activity in getattr(group, "activities", [])]
        return ActionResult({"Activities": activities})

    moto_describe = AutoScalingBackend.describe_auto_scaling_groups

    def describe_groups(backend: Any, *args: Any, **kwargs: Any) -> Any:
        for group in backend.autoscaling_groups.values():
            retry(group)
        return moto_describe(backend, *args, **kwargs)

    AutoScalingResponse.describe_scaling_activities = describe
    AutoScalingBackend.describe_auto_scaling_groups = describe_groups
