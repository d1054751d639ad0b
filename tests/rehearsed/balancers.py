"""What load balancers make of the workers."""

from tests.rehearsed.world import World


def in_service(cluster: World, host: str = "") -> list[str]:
    """The instances that the load balancers find healthy; with `host`, the one of that name."""
    elb, elbv2 = cluster.account.client("elb"), cluster.account.client("elbv2")
    found = []
    for one in elb.describe_load_balancers()["LoadBalancerDescriptions"]:
        if host in ("", one["DNSName"]):
            told = elb.describe_instance_health(LoadBalancerName=one["LoadBalancerName"])["InstanceStates"]
            found += [state["InstanceId"] for state in told if state["State"] == "InService"]
    for one in elbv2.describe_load_balancers()["LoadBalancers"]:
        groups = elbv2.describe_target_groups(LoadBalancerArn=one["LoadBalancerArn"])["TargetGroups"]
        for group in groups if host in ("", one["DNSName"]) else ():
            states = elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
            found += [
                each["Target"]["Id"]
                for each in states["TargetHealthDescriptions"]
                if each["TargetHealth"]["State"] == "healthy"
            ]
    return sorted(found)


def workers(cluster: World) -> list[str]:
    return sorted(one["InstanceId"] for one in cluster.instances("worker"))
