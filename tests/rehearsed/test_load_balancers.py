"""Services of type LoadBalancer: the real cloud controller manager makes them, a client outside uses them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.rehearsed.balancers import Said, create, delete, get, in_service, made, workers
from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World, until

from kube_aws.rehearsal.network import names

NLB = {
    "type": "nlb",
    # Without these it looks thrice, 30 seconds apart.
    "healthcheck-interval": "10",
    "healthcheck-healthy-threshold": "2",
}
CLOSED = {"loadBalancerSourceRanges": ["203.0.113.0/24"]}
PORTS = [{"name": name, "port": port, "targetPort": 8080} for name, port in (("one", 80), ("two", 81))]
ANNOTATED = {
    "healthcheck-interval": "5",
    "healthcheck-timeout": "2",
    "healthcheck-unhealthy-threshold": "2",
    "connection-idle-timeout": "120",
    "connection-draining-enabled": "true",
    "connection-draining-timeout": "30",
    "cross-zone-load-balancing-enabled": "true",
    "additional-resource-tags": "team=web",
}

SERVICES: dict[str, Said] = {
    "classic": ({}, {}),
    "network": (NLB, {}),
    "closed-classic": ({}, CLOSED),
    "closed-network": (NLB, CLOSED),
    "ports": ({}, {"ports": PORTS}),
    "internal": ({"internal": "true"}, {}),
    "local": ({}, {"externalTrafficPolicy": "Local"}),
    "said": (ANNOTATED, {}),
}
"""What each says in annotations, and in its spec."""


@pytest.fixture(scope="module", autouse=True)
def _services(cluster: World, pods: Pods) -> Iterator[None]:
    """They are made at once, before the pods of every machine; at their end all on AWS is as before."""
    before = made(cluster)
    create(cluster, SERVICES)
    yield
    delete(cluster, SERVICES)
    assert made(cluster) == before


def _host(cluster: World, name: str) -> str:
    """The load balancer's own name, once it is there."""
    path = "{.status.loadBalancer.ingress[0].hostname}"
    words = ("get", "service", "-n", "trial", name, "-o", f"jsonpath={path}")
    host: str = until(lambda: cluster.kubectl(*words), 120)
    return host


@pytest.mark.parametrize("kind", ["classic", "network"])
def test_a_client_outside_reaches_the_pods_by_name(cluster: World, pods: Pods, kind: str) -> None:
    host = _host(cluster, kind)
    until(lambda: in_service(cluster, host) == workers(cluster), 240)
    answered = {get(cluster, host) for _ in range(20)}
    assert answered <= {pod.name for pod in pods.everywhere}
    assert len(answered) > 1
    told = cluster.kubectl("describe", "service", "-n", "trial", kind)
    assert host in told
    assert "EnsuredLoadBalancer" in told


@pytest.mark.parametrize("kind", ["closed-classic", "closed-network"])
def test_source_ranges_keep_others_out(cluster: World, kind: str) -> None:
    host = _host(cluster, kind)
    until(lambda: in_service(cluster, host) == workers(cluster), 240)
    assert get(cluster, host) == ""
    opened = json.dumps({"spec": {"loadBalancerSourceRanges": [f"{names.OPERATOR}/32"]}})
    cluster.kubectl("patch", "service", "-n", "trial", kind, "-p", opened)
    until(lambda: get(cluster, host), 120)


def test_several_ports_and_no_others(cluster: World) -> None:
    host = _host(cluster, "ports")
    until(lambda: get(cluster, host, 80), 120)
    assert get(cluster, host, 81)
    assert get(cluster, host, 82) == ""


def test_an_internal_one_is_reached_from_inside(cluster: World, pods: Pods) -> None:
    host = _host(cluster, "internal")
    assert host.startswith("internal-")
    anyone = pods.everywhere[0]
    until(lambda: pods.sh(anyone, f"curl -sS -m 3 http://{host}/hostname", check=False), 120)
    assert get(cluster, host) == ""


def test_only_machines_with_a_pod_get_traffic_where_it_is_to_stay_local(cluster: World, pods: Pods) -> None:
    """Health by HTTP at the Service's own port, which kube-proxy answers."""
    host = _host(cluster, "local")
    until(lambda: in_service(cluster, host) == workers(cluster), 120)
    hosts = {one["PrivateIpAddress"] for one in cluster.instances("worker")}
    local = {pod.name for pod in pods.everywhere if pod.host in hosts}
    assert {get(cluster, host) for _ in range(12)} == local


def test_what_annotations_say_is_what_the_balancer_does(cluster: World) -> None:
    """Health by HTTP as fast as it goes, so that it is in service soon; a tag; times; other zones too."""
    host = _host(cluster, "said")
    until(lambda: in_service(cluster, host) == workers(cluster), 60)
    elb, one = cluster.account.client("elb"), _classic(cluster, host)
    assert (one["HealthCheck"]["Interval"], one["HealthCheck"]["Timeout"]) == (5, 2)
    name = one["LoadBalancerName"]
    told = elb.describe_load_balancer_attributes(LoadBalancerName=name)["LoadBalancerAttributes"]
    assert told["ConnectionSettings"] == {"IdleTimeout": 120}
    assert told["ConnectionDraining"] == {"Enabled": True, "Timeout": 30}
    assert told["CrossZoneLoadBalancing"] == {"Enabled": True}
    (tags,) = elb.describe_tags(LoadBalancerNames=[name])["TagDescriptions"]
    assert {"Key": "team", "Value": "web"} in tags["Tags"]


def _classic(cluster: World, host: str) -> dict[str, Any]:
    listed = cluster.account.client("elb").describe_load_balancers()["LoadBalancerDescriptions"]
    (one,) = [each for each in listed if each["DNSName"] == host]
    return dict(one)


def test_an_alias_record_leads_to_it(cluster: World) -> None:
    host, route53 = _host(cluster, "classic"), cluster.account.client("route53")
    (zone,) = [
        each for each in route53.list_hosted_zones()["HostedZones"] if not each["Config"]["PrivateZone"]
    ]
    record = {
        "Name": "front.particule.io",
        "Type": "A",
        "AliasTarget": {
            "HostedZoneId": _classic(cluster, host)["CanonicalHostedZoneNameID"],
            "DNSName": f"dualstack.{host}.",
            "EvaluateTargetHealth": True,
        },
    }

    def change(action: str) -> None:
        changes = [{"Action": action, "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": changes})

    change("CREATE")
    try:
        until(lambda: get(cluster, "front.particule.io"), 120)
    finally:
        change("DELETE")
