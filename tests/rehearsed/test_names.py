"""Names of Services in the hosted zone: external-dns with the controllers' role, at the world's Route 53."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.rehearsed.world import World, until

ADDRESS = {"ip": "198.51.100.7"}
BALANCER = {"hostname": "names-1.eu-west-1.elb.amazonaws.com"}
OWNER = "heritage=external-dns,external-dns/owner=particule-k8s-clust,"


class Zone:
    """The hosted zone, as its owner sees it."""

    def __init__(self, cluster: World) -> None:
        self.client = cluster.account.client("route53")
        zones = self.client.list_hosted_zones()["HostedZones"]
        (self.id,) = [zone["Id"] for zone in zones if zone["Name"] == "particule.io."]

    def types(self, *names: str) -> set[tuple[str, str]]:
        """Which of these names have records, and of which types."""
        return {(name, record["Type"]) for name in names for record in self.records(name)}

    def records(self, name: str) -> list[dict[str, Any]]:
        listed = self.client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=self.id)
        found = [record for page in listed for record in page["ResourceRecordSets"]]
        return [record for record in found if record["Name"] == f"{name}."]

    def change(self, action: str, record: dict[str, Any]) -> None:
        changes = [{"Action": action, "ResourceRecordSet": record}]
        self.client.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch={"Changes": changes})


@pytest.fixture
def zone(cluster: World) -> Zone:
    return Zone(cluster)


@contextmanager
def service(
    cluster: World, name: str, balancer: dict[str, str], *, namespace: str = "default", says: str = ""
) -> Iterator[None]:
    """A Service whose load balancer no controller makes: `balancer` is what its status has of it. `says` is
    the name that it asks for."""
    annotations = {"external-dns.alpha.kubernetes.io/hostname": says} if says else {}
    manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "annotations": annotations},
        "spec": {
            "type": "LoadBalancer",
            "loadBalancerClass": "test.particule.io/none",
            "ports": [{"port": 80}],
        },
    }
    status = json.dumps({"status": {"loadBalancer": {"ingress": [balancer]}}})
    cluster.kubectl("create", "-f", "-", input=json.dumps(manifest))
    try:
        where = ("service", name, "-n", namespace)
        cluster.kubectl("patch", *where, "--subresource=status", "--type=merge", "-p", status)
        yield
    finally:
        cluster.kubectl("delete", "service", name, "-n", namespace)


@pytest.fixture
def name() -> str:
    return f"shop-{uuid.uuid4().hex[:8]}"


def test_a_service_has_its_name_as_long_as_it_is_there(cluster: World, zone: Zone, name: str) -> None:
    full = f"{name}.particule.io"
    owned = {(full, "A"), (full, "AAAA"), (f"cname-{full}", "TXT"), (f"aaaa-{full}", "TXT")}
    names = {of for of, _ in owned}
    with service(cluster, name, BALANCER):
        until(lambda: zone.types(*names) == owned)
        (alias,) = [record for record in zone.records(full) if record["Type"] == "A"]
        assert alias["AliasTarget"]["DNSName"].rstrip(".") == BALANCER["hostname"]
        assert alias["AliasTarget"]["HostedZoneId"] == "Z32O12XQLNTSW2"
        (text,) = zone.records(f"cname-{full}")
        assert OWNER in text["ResourceRecords"][0]["Value"]
        until(lambda: "RecordReady" in cluster.kubectl("describe", "service", name))
    until(lambda: not zone.types(*names))


def test_names_say_the_namespace_and_are_answered(cluster: World, zone: Zone, name: str) -> None:
    full = f"{name}.kube-public.particule.io"
    with service(cluster, name, ADDRESS, namespace="kube-public"):
        until(lambda: zone.types(full) == {(full, "A")})
        until(lambda: ADDRESS["ip"] in cluster.run("host", full, check=False).stdout)
        assert not zone.types(f"{name}.particule.io")


def test_a_service_says_another_name(cluster: World, zone: Zone, name: str) -> None:
    other = f"other-{name}.particule.io"
    with service(cluster, name, ADDRESS, says=other):
        until(lambda: zone.types(other) == {(other, "A")})
        assert not zone.types(f"{name}.particule.io")


def test_records_of_others_stay(cluster: World, zone: Zone, name: str) -> None:
    taken, later, api = f"{name}.particule.io", f"later-{name}.particule.io", "k8s.particule.io"
    record = {"Name": f"{taken}.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.99"}]}
    zone.change("CREATE", record)
    before = [*zone.records(taken), *zone.records(api)]
    try:
        with (
            service(cluster, name, BALANCER),
            service(cluster, f"api-{name}", BALANCER, says=api),
            service(cluster, f"later-{name}", ADDRESS),
        ):
            until(lambda: zone.types(later))
            assert [*zone.records(taken), *zone.records(api)] == before
        until(lambda: not zone.types(later))
        assert [*zone.records(taken), *zone.records(api)] == before
        assert not zone.types(*(f"{kind}-{of}" for kind in ("a", "aaaa", "cname") for of in (taken, api)))
    finally:
        zone.change("DELETE", record)


def test_a_controller_may_change_names_of_services_and_not_the_apis(
    cluster: World, zone: Zone, name: str
) -> None:
    (controller,) = cluster.instances("controller")
    role = cluster.account.instance(controller["InstanceId"])
    client = cluster.account.client("route53", role)

    def change(action: str, of: str) -> None:
        record = {"Name": of, "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"ours"'}]}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        client.change_resource_record_sets(HostedZoneId=zone.id, ChangeBatch=batch)

    change("CREATE", f"{name}.particule.io")
    change("DELETE", f"{name}.particule.io")
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        change("UPSERT", "k8s.particule.io")
