"""What load balancers make of the workers."""

from tests.rehearsed.world import World


def in_service(cluster: World) -> list[str]:
    """The instances that the load balancers find healthy."""
    elb, elbv2 = cluster.account.client("elb"), cluster.account.client("elbv2")
    found = []
    for one in elb.describe_load_balancers()["LoadBalancerDescriptions"]:
        states = elb.describe_instance_health(LoadBalancerName=one["LoadBalancerName"])["InstanceStates"]
        found += [state["InstanceId"] for state in states if state["State"] == "InService"]
    for group in elbv2.describe_target_groups()["TargetGroups"]:
        told = elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
        found += [
            one["Target"]["Id"]
            for one in told["TargetHealthDescriptions"]
            if one["TargetHealth"]["State"] == "healthy"
        ]
    return sorted(found)


def workers(cluster: World) -> list[str]:
    return sorted(one["InstanceId"] for one in cluster.instances("worker"))
