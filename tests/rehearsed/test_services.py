"""Services and names, from pods and from machines; NodePorts only as a security group lets them."""

import json
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World, until

from kube_aws.rehearsal import place
from kube_aws.rehearsal.network import names, sockets


@pytest.fixture(scope="module")
def service(cluster: World, pods: Pods) -> dict[str, Any]:
    """The Service `everywhere`, as the API has it."""
    told: dict[str, Any] = json.loads(
        cluster.kubectl("get", "service", "everywhere", "-n", "trial", "-o", "json")
    )
    return told


def test_a_service_spreads_over_all_machines_from_everywhere(pods: Pods) -> None:
    """Pods and machines, the controller's among them, reach it by name, and the pods behind it in turn."""
    script = (
        "for i in $(seq 24); do curl -sS -m 5 http://everywhere.trial.svc.cluster.local/hostname; echo; done"
    )
    for said in pods.each((*pods.everywhere, *pods.hosts), script).values():
        answered = said.split()
        assert len(answered) == 24
        assert len(set(answered)) > 1
        assert set(answered) <= {pod.name for pod in pods.everywhere}


def test_the_controllers_machine_reaches_services(cluster: World, service: dict[str, Any]) -> None:
    """As the API server must, for metrics and webhooks."""
    (controller,) = cluster.instances("controller")
    url = f"http://{service['spec']['clusterIP']}/hostname"
    said = cluster.inside(controller["InstanceId"], "curl", "-sS", "-m", "5", url)
    assert said.startswith("everywhere-")


def test_services_carry_udp(pods: Pods) -> None:
    script = "/agnhost connect --protocol=udp --timeout=5s everywhere.trial.svc.cluster.local:81"
    pods.each(pods.everywhere, script)


def test_pods_reach_the_api_as_a_service_over_verified_tls(pods: Pods) -> None:
    account = "/var/run/secrets/kubernetes.io/serviceaccount"
    script = f"""curl -sS -m 5 --cacert {account}/ca.crt -o /dev/null -w '%{{http_code}} ' \
        -H "Authorization: Bearer $(cat {account}/token)" https://kubernetes.default.svc/$1"""
    script = f"ask() {{ {script}; }}; ask version; ask api/v1/secrets"
    for said in pods.each(pods.everywhere, script).values():
        assert said.split() == ["200", "403"]


def test_names_of_the_cluster(pods: Pods, service: dict[str, Any]) -> None:
    script = """dig +short everywhere.trial.svc.cluster.local
        dig +short +search everywhere
        dig +short +tcp kubernetes.default.svc.cluster.local
        dig +short _http._tcp.everywhere.trial.svc.cluster.local SRV | cut -d ' ' -f 3-4
        dig nowhere.trial.svc.cluster.local | grep -o NXDOMAIN"""
    address = service["spec"]["clusterIP"]
    target = "80 everywhere.trial.svc.cluster.local."
    for said in pods.each(pods.everywhere, script).values():
        assert said.splitlines() == [address, address, "10.3.0.1", target, "NXDOMAIN"]


def test_names_of_the_world(cluster: World, pods: Pods) -> None:
    """A record made just now, AWS's endpoints, the API's two names, and machines."""
    route53 = cluster.account.client("route53")
    (zone,) = [one for one in route53.list_hosted_zones()["HostedZones"] if not one["Config"]["PrivateZone"]]
    name = f"shop-{uuid.uuid4().hex[:8]}.particule.io"
    record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": names.SITES}]}
    (controller,) = cluster.instances("controller")
    script = f"""dig +short {name}
        dig +short ec2.eu-west-1.amazonaws.com
        dig +short api.particule-k8s-clust.internal
        dig +short k8s.particule.io
        dig +short {controller["PrivateDnsName"]}
        curl -s -m 5 -o /dev/null -w '%{{ssl_verify_result}}\n' https://ec2.eu-west-1.amazonaws.com/"""
    with _record(route53, zone["Id"], record):
        for said in pods.each(pods.everywhere, script).values():
            assert said.split() == [
                names.SITES,
                names.SITES,
                controller["PrivateIpAddress"],
                controller["PublicIpAddress"],
                controller["PrivateIpAddress"],
                "0",
            ]


def test_a_node_port_is_open_only_as_long_as_its_group_lets_it(
    cluster: World, pods: Pods, service: dict[str, Any]
) -> None:
    port = service["spec"]["ports"][0]["nodePort"]
    workers = cluster.instances("worker")
    group = workers[0]["SecurityGroups"][0]["GroupId"]
    allowed = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": f"{names.OPERATOR}/32"}],
    }

    def answers() -> list[bool]:
        return [_answers(cluster, one["PublicIpAddress"], port) for one in workers]

    assert answers() == [False, False]
    ec2 = cluster.account.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[allowed])
    try:
        until(lambda: answers() == [True, True], 20)
        seen = _get(cluster, workers[0]["PublicIpAddress"], port, "/hostname")
        assert seen in {pod.name for pod in pods.everywhere}
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[allowed])
    until(lambda: answers() == [False, False], 20)


def _answers(cluster: World, address: str, port: int) -> bool:
    """Whether the operator reaches a port."""

    def connect() -> bool:
        try:
            socket.create_connection((address, port), 1).close()
        except TimeoutError:
            return False
        return True

    return sockets.inside(place.internet(cluster.state), connect)


def _get(cluster: World, address: str, port: int, path: str) -> str:
    return cluster.run("curl", "-sS", "-m", "5", f"http://{address}:{port}{path}").stdout


@contextmanager
def _record(route53: Any, zone: str, record: dict[str, Any]) -> Iterator[None]:
    """A record that is there meanwhile."""

    def change(action: str) -> None:
        changes = [{"Action": action, "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    change("CREATE")
    try:
        yield
    finally:
        change("DELETE")
