"""Pods run on every machine, reach each other and the world outside, and not the metadata service."""

import json
import socket
import threading

from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World, until

from kube_aws.rehearsal import place
from kube_aws.rehearsal.network import names, sockets

OVERHEAD = 50
"""What vxlan adds to a packet: Ethernet, IPv4, UDP and its own header. Source: RFC 7348."""

CONTROLLER = """
apiVersion: v1
kind: ReplicationController
metadata:
  name: minecraft
  namespace: trial
spec:
  replicas: 1
  selector:
    app: minecraft
  template:
    metadata:
      name: minecraft
      labels:
        app: minecraft
    spec:
      containers:
      - name: minecraft
        image: registry.k8s.io/e2e-test-images/agnhost:2.66.1
        args: [netexec, --http-port=25565]
        ports:
        - containerPort: 25565
"""
"""The article's deployment-minecraft.yaml with an image that the world has."""


def test_every_machine_runs_pods_of_the_network_that_is_its_own(cluster: World, pods: Pods) -> None:
    nodes = json.loads(cluster.kubectl("get", "nodes", "-o", "json"))["items"]
    assert len(nodes) == 3
    prefixes = {node["metadata"]["name"]: node["spec"]["podCIDR"].removesuffix("0/24") for node in nodes}
    assert len(set(prefixes.values())) == 3
    assert {pod.node for pod in pods.everywhere} == set(prefixes)
    for pod in pods.everywhere:
        assert pod.address.startswith(prefixes[pod.node])


def test_workers_take_what_tolerates_nothing_and_controllers_do_not(cluster: World) -> None:
    nodes = json.loads(cluster.kubectl("get", "nodes", "-o", "json"))["items"]
    taints = {
        node["metadata"]["labels"]["node.kubernetes.io/kube-aws-role"]: [
            (taint["key"], taint["effect"]) for taint in node["spec"].get("taints", [])
        ]
        for node in nodes
    }
    assert taints == {
        "controller": [("node-role.kubernetes.io/control-plane", "NoSchedule")],
        "worker": [],
    }


def test_add_ons_run_where_they_belong(cluster: World, pods: Pods) -> None:
    (controller,) = cluster.instances("controller")
    workers = [one["PrivateDnsName"] for one in cluster.instances("worker")]
    everyone = sorted([controller["PrivateDnsName"], *workers])

    def nodes(name: str) -> list[str]:
        listed = json.loads(cluster.kubectl("get", "pods", "-n", "kube-system", "-o", "json"))["items"]
        return sorted(one["spec"]["nodeName"] for one in listed if one["metadata"]["name"].startswith(name))

    for name in ("etcd-", "kube-apiserver-", "kube-controller-manager-", "kube-scheduler-"):
        # kubelet shows static pods up to a minute and a half after it has registered.
        until(lambda name=name: nodes(name) == [controller["PrivateDnsName"]], 120)
    assert nodes("aws-cloud-") == [controller["PrivateDnsName"]]
    for name in ("flannel-", "kube-proxy-"):
        assert nodes(name) == everyone
    assert nodes("coredns-") == sorted(workers)  # one each, so that names outlive a worker
    assert set(nodes("metrics-server-")) <= set(workers)


def test_pods_talk_across_machines_with_their_own_addresses(pods: Pods) -> None:
    addresses = " ".join(pod.address for pod in pods.everywhere)
    script = f"for ip in {addresses}; do curl -sS -m 5 http://$ip:8080/clientip; echo; done"
    for pod, said in pods.each(pods.everywhere, script).items():
        assert [line.partition(":")[0] for line in said.split()] == [pod.address] * 3


def test_machines_talk_to_pods_everywhere(pods: Pods) -> None:
    addresses = " ".join(pod.address for pod in pods.everywhere)
    script = f"for ip in {addresses}; do curl -sS -m 5 http://$ip:8080/hostname; echo; done"
    expected = [pod.name for pod in pods.everywhere]
    for said in pods.each(pods.hosts, script).values():
        assert said.split() == expected


def test_packets_as_big_as_pods_may_send_arrive(pods: Pods) -> None:
    """A packet of the pods' whole MTU needs exactly the machines' once vxlan has wrapped it."""
    for said in pods.each(pods.hosts, "cat /sys/class/net/eth0/mtu").values():
        assert int(said) == names.MTU
    mtu = names.MTU - OVERHEAD
    addresses = " ".join(pod.address for pod in pods.everywhere)
    # Headers: 20 of IPv4, 8 of ICMP.
    script = f"""cat /sys/class/net/eth0/mtu
        for ip in {addresses}; do ping -q -c 1 -W 3 -s {mtu - 28} $ip > /dev/null || echo $ip; done"""
    for said in pods.each(pods.everywhere, script).values():
        assert said.split() == [str(mtu)]


def test_pods_learn_that_the_internet_takes_smaller_packets(pods: Pods) -> None:
    """The first is refused by the internet gateway, which says what fits; the machine passes that on."""
    size = names.INTERNET_MTU * 2
    for said in pods.each(pods.everywhere, f"ping -q -c 3 -W 2 -s {size} {names.OPERATOR}").values():
        assert "3 packets transmitted, 2 packets received" in said


def test_much_data_arrives_whole(pods: Pods) -> None:
    addresses = " ".join(pod.address for pod in pods.everywhere)
    script = f"""for ip in {addresses}; do
        curl -sS -m 20 -G --data-urlencode 'cmd=seq 1 300000' http://$ip:8080/shell | md5sum
    done"""
    hashes = {line for said in pods.each(pods.everywhere, script).values() for line in said.splitlines()}
    assert len(hashes) == 1


def test_pods_reach_the_world_through_their_machines_address(cluster: World, pods: Pods) -> None:
    """Seen from outside, a pod has its instance's public address."""
    public = {
        one["PrivateIpAddress"]: one["PublicIpAddress"]
        for role in ("controller", "worker")
        for one in cluster.instances(role)
    }
    seen: list[str] = []
    internet = place.internet(cluster.state)
    with sockets.listen(internet, names.OPERATOR, 18080, socket.SOCK_STREAM) as listener:

        def take() -> None:
            for _ in pods.everywhere:
                connection, (address, _) = listener.accept()
                seen.append(address)
                connection.close()

        taker = threading.Thread(target=take, daemon=True)
        taker.start()
        pods.each(pods.everywhere, f"/agnhost connect --timeout=5s {names.OPERATOR}:18080")
        taker.join(5)
    assert sorted(seen) == sorted(public[pod.host] for pod in pods.everywhere)


def test_pods_download_over_verified_tls(pods: Pods) -> None:
    url = "https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubectl.sha512"
    for said in pods.each(pods.everywhere, f"curl -sSf -m 10 {url}").values():
        assert len(said.split()[0]) == 128


def test_pods_cannot_take_their_machines_role(pods: Pods) -> None:
    """The answer with the token is one hop too far away; without a token there is no answer."""
    metadata = "http://169.254.169.254/latest"
    token = f"curl -s -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' {metadata}/api/token"
    ask = f"curl -s -m 2 -o /dev/null -w '%{{http_code}}' {metadata}/meta-data/iam/security-credentials/"
    for said in pods.each(pods.everywhere, f"{token}; echo $?; {ask}").values():
        assert said.split() == ["28", "401"]  # curl's 28: nothing came in time
    for said in pods.each(pods.hosts, token).values():
        assert len(said) > 40


def test_a_replication_controller_replaces_a_pod(cluster: World) -> None:
    cluster.kubectl("create", "-f", "-", input=CONTROLLER)
    try:
        ready = "rc/minecraft", "-n", "trial", "--for=jsonpath={.status.readyReplicas}=1", "--timeout=60s"
        cluster.kubectl("wait", *ready)
        of_it = "pods", "-n", "trial", "-l", "app=minecraft"
        (first,) = cluster.kubectl("get", *of_it, "-o", "name").split()
        cluster.kubectl("delete", "-n", "trial", first, "--grace-period=1", "--wait=false")

        def second() -> bool:
            running = cluster.kubectl("get", *of_it, "-o", "name", "--field-selector=status.phase=Running")
            return any(name != first for name in running.split())

        until(second, 30)
        cluster.kubectl("wait", *ready)
    finally:
        cluster.kubectl("delete", "rc", "minecraft", "-n", "trial", "--wait=false")
