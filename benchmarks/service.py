"""Measures what a Service's load balancer costs in time, in the rehearsal, and the world around it.

    make bench-service

The article's cluster with pods on both workers: from `rehearse start` to an AWS that answers; from `kubectl
create` of a Service to its first answer by name; how much longer a request takes through the load balancer
than at a worker's NodePort; `destroy`, with that Service published.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.rehearsed import pods
from tests.rehearsed.balancers import in_service, workers
from tests.rehearsed.world import World, until, world

from kube_aws.rehearsal.network import names

ROUNDS = 3
REQUESTS = 400
HERE = Path(__file__).parent
DEMO = HERE.parent / "demo" / "cluster.yaml"
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "front", "namespace": "trial"},
    "spec": {
        "type": "LoadBalancer",
        "selector": {"app": "everywhere"},
        "ports": [{"port": 80, "targetPort": 8080}],
    },
}
NAME = "front.trial.particule.io"
ASK = """
import sys, time, urllib.request
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    urllib.request.urlopen(sys.argv[1], timeout=5).read()
    print(time.perf_counter() - began)
"""


def started(made: World) -> Iterator[float]:
    """Seconds of `rehearse start`, which ends when the AWS API, DNS and the download sites answer."""
    for _ in range(ROUNDS):
        made.rehearse("stop")
        began = time.monotonic()
        made.rehearse("start", "--fresh", "--port", "0")
        yield time.monotonic() - began


def answered(made: World) -> Iterator[float]:
    """Seconds from `kubectl create` of a Service to its first answer by name; the last one stays."""
    for number in range(ROUNDS):
        if number:
            made.kubectl("delete", "service", "-n", "trial", "front", "--timeout=120s")
            until(lambda: made.run("host", NAME, check=False).returncode, 120)
        began = time.monotonic()
        made.kubectl("create", "-f", "-", input=json.dumps(SERVICE))
        asked = f"until curl -sf -m 2 http://{NAME}/hostname; do sleep 0.1; done"
        made.run("timeout", "180", "sh", "-c", asked)
        yield time.monotonic() - began


def milliseconds(made: World, url: str) -> float:
    """The median of requests one after another, each with a connection of its own."""
    said = made.run(sys.executable, "-c", ASK, url, str(REQUESTS)).stdout
    return statistics.median(float(line) for line in said.split()) * 1000


@contextmanager
def node_port(made: World) -> Iterator[str]:
    """A worker's URL of the Service's NodePort, meanwhile open for the operator."""
    port = int(
        made.kubectl("get", "service", "-n", "trial", "front", "-o", "jsonpath={.spec.ports[0].nodePort}")
    )
    worker = made.instances("worker")[0]
    rule = {
        "GroupId": worker["SecurityGroups"][0]["GroupId"],
        "IpPermissions": [
            {
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "IpRanges": [{"CidrIp": f"{names.OPERATOR}/32"}],
            }
        ],
    }
    ec2 = made.account.client("ec2")
    ec2.authorize_security_group_ingress(**rule)
    try:
        yield f"http://{worker['PublicIpAddress']}:{port}/hostname"
    finally:
        ec2.revoke_security_group_ingress(**rule)


def latencies(made: World) -> tuple[list[float], list[float]]:
    """Milliseconds of a request at a NodePort and through the load balancer, in turn."""
    until(lambda: in_service(made) == workers(made), 120)
    direct, through = [], []
    with node_port(made) as url:
        until(lambda: made.run("curl", "-sf", "-m", "2", url, check=False).stdout, 30)
        for _ in range(ROUNDS):
            direct.append(milliseconds(made, url))
            through.append(milliseconds(made, f"http://{NAME}/hostname"))
    return direct, through


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), DEMO) as made:
        load = os.getloadavg()[0]
        rows = [("`rehearse start` to a usable API, s (aim: < 3)", list(started(made)))]
        made.run("kube-aws", "render")
        made.run("kube-aws", "up", "--yes", timeout=600)
        made.kubectl("apply", "-f", str(pods.MANIFEST))
        pods.found(made)
        rows.append(("`kubectl create` of the Service to its first answer by name, s", list(answered(made))))
        direct, through = latencies(made)
        rows += [("a request at a worker's NodePort, ms", direct), ("through the load balancer, ms", through)]
        began = time.monotonic()
        made.run("kube-aws", "destroy", "--yes", timeout=600)
        rows.append(("`destroy`, with the Service published, s", [time.monotonic() - began]))
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, load before: {load:.1f}")
    print("| what | rounds | median |\n| --- | --- | ---: |")
    for what, found in rows:
        told = ", ".join(f"{value:.1f}" for value in found)
        print(f"| {what} | {told} | {statistics.median(found):.1f} |")


if __name__ == "__main__":
    main()
