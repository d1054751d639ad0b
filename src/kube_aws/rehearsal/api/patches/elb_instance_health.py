"""DescribeInstanceHealth tells what the load balancer found."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.elb.responses import ELBResponse

from kube_aws.rehearsal.api.draining import draining

OUT = "OutOfService"

STATES = {
    "healthy": ("InService", "N/A", "N/A"),
    "unhealthy": (
        OUT,
        "Instance",
        "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.",
    ),
    "initial": (OUT, "ELB", "Instance registration is still in progress."),
    "stopped": (OUT, "Instance", "Instance is in stopped state."),
    "draining": ("InService", "N/A", "Instance deregistration currently in progress."),
    "unknown": ("Unknown", "ELB", "Instance is not currently registered with the LoadBalancer."),
}
"""State, reason code and description. Source: User Guide for Classic Load Balancers, "Troubleshoot a Classic
Load Balancer: Instance registration"; API Reference 2012-06-01, InstanceState."""


def elb_instance_health() -> None:
    """Answer from what was noted of the real health checks (target_states.py); moto says InService of
    each instance that runs."""

    def describe(response: Any) -> ActionResult:
        backend = response.elb_backend
        balancer = backend.get_load_balancer(response._get_param("LoadBalancerName"))
        asked = [one["InstanceId"] for one in response._get_param("Instances", [])]
        leaving = draining(balancer)
        ec2 = ec2_backends[backend.account_id][backend.region_name]
        running = {one.id for one in ec2.all_instances() if one.state == "running"}

        def state(instance_id: str) -> str:
            if instance_id not in balancer.instance_ids:
                return "draining" if instance_id in leaving else "unknown"
            if instance_id not in running:
                return "stopped"
            return str(getattr(balancer, "states", {}).get(instance_id, "initial"))

        told = [(one, *STATES[state(one)]) for one in asked or [*balancer.instance_ids, *leaving]]
        names = ("InstanceId", "State", "ReasonCode", "Description")
        return ActionResult({"InstanceStates": [dict(zip(names, one, strict=True)) for one in told]})

    ELBResponse.describe_instance_health = describe
