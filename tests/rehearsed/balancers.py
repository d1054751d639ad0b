"""Services of type LoadBalancer, and what load balancers make of the workers."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.rehearsed.world import World

ANNOTATION = "service.beta.kubernetes.io/aws-load-balancer-"
Said = tuple[dict[str, str], dict[str, Any]]
"""What a Service says in annotations, and in its spec."""


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


def create(cluster: World, services: Mapping[str, Said]) -> None:
    """Services in `trial` before the pods of every machine."""
    items = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": name,
                "namespace": "trial",
                "annotations": {f"{ANNOTATION}{key}": value for key, value in says.items()},
            },
            "spec": {
                "type": "LoadBalancer",
                "selector": {"app": "everywhere"},
                "ports": [{"name": "http", "port": 80, "targetPort": 8080}],
                **spec,
            },
        }
        for name, (says, spec) in services.items()
    ]
    listed = {"apiVersion": "v1", "kind": "List", "items": items}
    cluster.kubectl("create", "-f", "-", input=json.dumps(listed))


def delete(cluster: World, names: Iterable[str]) -> None:
    cluster.kubectl("delete", "service", "-n", "trial", *names, "--timeout=300s")


def made(cluster: World) -> dict[str, Any]:
    """What controllers make on AWS."""
    ec2, elb, elbv2 = (cluster.account.client(name) for name in ("ec2", "elb", "elbv2"))
    groups = ec2.describe_security_groups()["SecurityGroups"]
    return {
        "classic": elb.describe_load_balancers()["LoadBalancerDescriptions"],
        "network": [one["LoadBalancerArn"] for one in elbv2.describe_load_balancers()["LoadBalancers"]],
        "targets": [one["TargetGroupArn"] for one in elbv2.describe_target_groups()["TargetGroups"]],
        "interfaces": sorted(
            one["NetworkInterfaceId"] for one in ec2.describe_network_interfaces()["NetworkInterfaces"]
        ),
        "rules": {one["GroupId"]: one["IpPermissions"] for one in groups},
    }


def get(cluster: World, host: str, port: int = 80) -> str:
    """What the operator gets; nothing where nobody answers."""
    return cluster.run("curl", "-sS", "-m", "3", f"http://{host}:{port}/hostname", check=False).stdout
