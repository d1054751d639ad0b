"""Services of type LoadBalancer: the real cloud controller manager makes them, a client outside uses them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.rehearsed.balancers import in_service, workers
from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.network import names

ANNOTATION = "service.beta.kubernetes.io/aws-load-balancer-"
NLB = {
    f"{ANNOTATION}type": "nlb",
    # Without these it looks thrice, 30 seconds apart.
    f"{ANNOTATION}healthcheck-interval": "10",
    f"{ANNOTATION}healthcheck-healthy-threshold": "2",
}
INTERNAL = {f"{ANNOTATION}internal": "true"}


@contextmanager
def _service(
    cluster: World, annotations: dict[str, str], spec: dict[str, Any] | None = None
) -> Iterator[str]:
    """The name of a Service before the pods of every machine; at its end all on AWS is as before."""
    before = _everything(cluster)
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "front", "namespace": "trial", "annotations": annotations},
        "spec": {
            "type": "LoadBalancer",
            "selector": {"app": "everywhere"},
            "ports": [{"name": "http", "port": 80, "targetPort": 8080}],
            **(spec or {}),
        },
    }
    cluster.kubectl("apply", "-f", "-", input=json.dumps(service))
    try:
        yield until(lambda: _hostname(cluster), 60)
    finally:
        cluster.kubectl("delete", "service", "-n", "trial", "front", "--timeout=120s")
    assert _everything(cluster) == before


def _hostname(cluster: World) -> str:
    path = "{.status.loadBalancer.ingress[0].hostname}"
    return cluster.kubectl("get", "service", "-n", "trial", "front", "-o", f"jsonpath={path}")


def _everything(cluster: World) -> dict[str, Any]:
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


def _get(cluster: World, host: str, port: int = 80, path: str = "/hostname") -> str:
    """What the operator gets; nothing where nobody answers."""
    url = f"http://{host}:{port}{path}"
    return cluster.run("curl", "-sS", "-m", "3", url, check=False).stdout


@pytest.mark.parametrize("annotations", [{}, NLB], ids=["classic", "network"])
def test_a_client_outside_reaches_the_pods_by_name(
    cluster: World, pods: Pods, annotations: dict[str, str]
) -> None:
    with _service(cluster, annotations) as name:
        until(lambda: in_service(cluster) == workers(cluster), 240)
        answered = {_get(cluster, name) for _ in range(20)}
        assert answered <= {pod.name for pod in pods.everywhere}
        assert len(answered) > 1
        told = cluster.kubectl("describe", "service", "-n", "trial", "front")
        assert name in told
        assert "EnsuredLoadBalancer" in told


@pytest.mark.parametrize("annotations", [{}, NLB], ids=["classic", "network"])
def test_source_ranges_keep_others_out(cluster: World, pods: Pods, annotations: dict[str, str]) -> None:
    ranges = {"loadBalancerSourceRanges": ["203.0.113.0/24"]}
    with _service(cluster, annotations, ranges) as name:
        until(lambda: in_service(cluster) == workers(cluster), 240)
        assert _get(cluster, name) == ""
        opened = json.dumps({"spec": {"loadBalancerSourceRanges": [f"{names.OPERATOR}/32"]}})
        cluster.kubectl("patch", "service", "-n", "trial", "front", "-p", opened)
        until(lambda: _get(cluster, name), 120)


def test_several_ports_and_the_clients_address_by_http(cluster: World, pods: Pods) -> None:
    ports = [{"name": name, "port": port, "targetPort": 8080} for name, port in (("one", 80), ("two", 81))]
    with _service(cluster, {}, {"ports": ports}) as name:
        until(lambda: _get(cluster, name, 80), 120)
        assert _get(cluster, name, 81)
        assert _get(cluster, name, 82) == ""


def test_an_internal_one_is_reached_from_inside(cluster: World, pods: Pods) -> None:
    with _service(cluster, INTERNAL) as name:
        assert name.startswith("internal-")
        anyone = pods.everywhere[0]
        until(lambda: pods.sh(anyone, f"curl -sS -m 3 http://{name}/hostname", check=False), 120)
        assert _get(cluster, name) == ""


def test_only_machines_with_a_pod_get_traffic_where_it_is_to_stay_local(cluster: World, pods: Pods) -> None:
    """Health by HTTP at the Service's own port, which kube-proxy answers."""
    with _service(cluster, {}, {"externalTrafficPolicy": "Local"}) as name:
        until(lambda: in_service(cluster) == workers(cluster), 120)
        local = {pod.name for pod in pods.everywhere if pod.host in _hosts(cluster, workers(cluster))}
        assert {_get(cluster, name) for _ in range(12)} == local


def _hosts(cluster: World, instances: list[str]) -> set[str]:
    return {one["PrivateIpAddress"] for one in cluster.instances("worker") if one["InstanceId"] in instances}


def test_what_annotations_say_is_what_the_balancer_does(cluster: World, pods: Pods) -> None:
    """Health by HTTP as fast as it goes, so that it is in service soon; a tag; times; other zones too."""
    annotations = {
        "healthcheck-interval": "5",
        "healthcheck-timeout": "2",
        "healthcheck-unhealthy-threshold": "2",
        "connection-idle-timeout": "120",
        "connection-draining-enabled": "true",
        "connection-draining-timeout": "30",
        "cross-zone-load-balancing-enabled": "true",
        "additional-resource-tags": "team=web",
    }
    with _service(cluster, {f"{ANNOTATION}{key}": value for key, value in annotations.items()}):
        until(lambda: in_service(cluster) == workers(cluster), 60)
        elb = cluster.account.client("elb")
        (one,) = elb.describe_load_balancers()["LoadBalancerDescriptions"]
        assert (one["HealthCheck"]["Interval"], one["HealthCheck"]["Timeout"]) == (5, 2)
        name = one["LoadBalancerName"]
        told = elb.describe_load_balancer_attributes(LoadBalancerName=name)["LoadBalancerAttributes"]
        assert told["ConnectionSettings"] == {"IdleTimeout": 120}
        assert told["ConnectionDraining"] == {"Enabled": True, "Timeout": 30}
        assert told["CrossZoneLoadBalancing"] == {"Enabled": True}
        (tags,) = elb.describe_tags(LoadBalancerNames=[name])["TagDescriptions"]
        assert {"Key": "team", "Value": "web"} in tags["Tags"]


def test_an_alias_record_leads_to_it(cluster: World, pods: Pods) -> None:
    with _service(cluster, {}) as name:
        elb, route53 = cluster.account.client("elb"), cluster.account.client("route53")
        (one,) = elb.describe_load_balancers()["LoadBalancerDescriptions"]
        (zone,) = [
            each for each in route53.list_hosted_zones()["HostedZones"] if not each["Config"]["PrivateZone"]
        ]
        record = {
            "Name": "front.particule.io",
            "Type": "A",
            "AliasTarget": {
                "HostedZoneId": one["CanonicalHostedZoneNameID"],
                "DNSName": f"dualstack.{name}.",
                "EvaluateTargetHealth": True,
            },
        }

        def change(action: str) -> None:
            changes = [{"Action": action, "ResourceRecordSet": record}]
            route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": changes})

        change("CREATE")
        try:
            until(lambda: _get(cluster, "front.particule.io"), 120)
        finally:
            change("DELETE")


@pytest.mark.slow
def test_twenty_at_once_come_and_go(cluster: World, pods: Pods) -> None:
    before = _everything(cluster), _records(cluster)
    services = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"one-of-many-{number}", "namespace": "trial", "labels": {"many": ""}},
            "spec": {
                "type": "LoadBalancer",
                "selector": {"app": "everywhere"},
                "ports": [{"port": 80, "targetPort": 8080}],
            },
        }
        for number in range(20)
    ]
    listed = {"apiVersion": "v1", "kind": "List", "items": services}
    cluster.kubectl("create", "-f", "-", input=json.dumps(listed))
    try:
        for number in range(20):
            name = f"one-of-many-{number}.trial.particule.io"
            until(lambda name=name: _get(cluster, name), 300)
        assert len(_everything(cluster)["classic"]) == 20
    finally:
        cluster.kubectl("delete", "services", "-n", "trial", "-l", "many", "--timeout=300s")
    until(lambda: (_everything(cluster), _records(cluster)) == before, 180)


def _records(cluster: World) -> list[str]:
    """The names in the public zone."""
    route53 = cluster.account.client("route53")
    zones = route53.list_hosted_zones()["HostedZones"]
    (zone,) = [each for each in zones if not each["Config"]["PrivateZone"]]
    listed = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    return sorted(f"{one['Type']} {one['Name']}" for one in listed)
