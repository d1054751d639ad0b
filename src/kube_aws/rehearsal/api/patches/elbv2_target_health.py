"""DescribeTargetHealth tells what the load balancer found."""

from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus

from kube_aws.rehearsal.api.draining import draining

STATES = {
    "healthy": ("healthy", None, None),
    "unhealthy": ("unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
    "initial": ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress"),
    "stopped": ("unused", "Target.InvalidState", "Target is in the stopped state"),
    "draining": (
        "draining",
        "Target.DeregistrationInProgress",
        "Target deregistration is in progress",
    ),
    "unused": (
        "unused",
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
    ),
    "unknown": ("unused", "Target.NotRegistered", "Target is not registered to the target group"),
}
"""State, reason and description. Source: User Guide for Network Load Balancers, "Check the health of your
targets"; API Reference 2015-12-01, TargetHealth."""


def elbv2_target_health() -> None:
    """Answer from what was noted of the real health checks (target_states.py); moto says healthy of each."""
    moto_describe = ELBv2Backend.describe_target_health

    def describe(backend: Any, arn: str, targets: list[dict[str, Any]]) -> list[Any]:
        if arn not in backend.target_groups:
            return moto_describe(backend, arn, targets)  # type: ignore[no-any-return]
        group = backend.target_groups[arn]
        known = [*group.targets, *draining(group)]
        asked = [f"{one['Id']}:{one.get('Port') or group.port}" for one in targets]
        return [_told(backend, group, one, known) for one in asked or known]

    ELBv2Backend.describe_target_health = describe


def _told(backend: Any, group: Any, target: str, known: list[str]) -> FakeHealthStatus:
    instance_id, _, port = target.partition(":")
    checked = port if group.health_check_port == "traffic-port" else group.health_check_port
    return FakeHealthStatus(instance_id, port, checked, *STATES[_state(backend, group, target, known)])


def _state(backend: Any, group: Any, target: str, known: list[str]) -> str:
    if target not in group.targets:
        return "draining" if target in known else "unknown"
    if not group.load_balancer_arns:
        return "unused"
    instance = backend.ec2_backend.get_instance_by_id(target.partition(":")[0])
    if instance is not None and instance.state != "running":
        return "stopped"
    return str(getattr(group, "states", {}).get(target, "initial"))
