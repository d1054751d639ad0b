"""Measures how long machines take to become a cluster: `kube-aws up` beside `kubeadm init` and two joins.

    make bench-boot

Both run on the embedded AWS's machines of this machine, three rounds each in turn, in new worlds: the same
image, instance types, binaries, container images (pulled cold), containerd and flannel. Time counts from the
launch of the first instance until the third node is Ready, as nodes tell it. kubeadm's machines get what
kubeadm/ has, as Ignition user data.
"""

import base64
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.rehearsed.world import World, until, world

from kube_aws.rehearsal.components import building
from kube_aws.rehearsal.machines import processes
from kube_aws.rehearsal.mirror import content

ROUNDS = 3
PATIENCE = 300
"""Seconds for which all rounds together wait for a load below 1.5."""
HERE = Path(__file__).parent
DEMO = HERE.parent / "demo" / "cluster.yaml"
KUBEADM = "https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubeadm"
ADDRESS = "10.0.0.50"
"""Of kubeadm's controller, as of kube-aws's."""

Measure = dict[str, float]


def nodes_ready(kubectl: Callable[..., str]) -> float:
    """When the third node became Ready; 0 before. `kubectl` answers what a command prints, or nothing."""
    nodes = json.loads(kubectl("get", "nodes", "-o", "json") or '{"items": []}')["items"]
    ready = [
        datetime.fromisoformat(condition["lastTransitionTime"]).timestamp()
        for node in nodes
        for condition in node["status"]["conditions"]
        if condition["type"] == "Ready" and condition["status"] == "True"
    ]
    return max(ready) if len(ready) == 3 else 0


def kube_aws(made: World) -> Measure:
    """`up`, in a world that has nothing yet."""
    began = time.time()
    made.run("kube-aws", "up", "--yes", timeout=600)
    ended = time.time()
    ready = nodes_ready(made.kubectl)
    instances = made.instances("controller") + made.instances("worker")
    launched = min(instance["LaunchTime"].timestamp() for instance in instances)
    return {
        "kube-aws up: launch to 3 nodes Ready": ready - launched,
        "kube-aws up: start of the command to 3 nodes Ready": ready - began,
        "kube-aws up: whole, with add-ons": ended - began,
        "embedded AWS: memory, MB": server_megabytes(made),
    }


def kubeadm(made: World) -> Measure:
    """`kubeadm init` on one instance and `kubeadm join` on two, in a plain VPC."""
    lay_out(building.program("kubeadm"), content.sites(made.state))
    ec2 = made.account.client("ec2")
    subnet, group = plain_network(ec2)
    # kube-proxy asks for it as kubeadm runs it; the image, without a kernel, has none.
    (made.state / "layer/usr/lib/modules").mkdir(parents=True)
    template = json.loads((made.folder / "stack-template.json").read_text())["Resources"]
    sha512 = subprocess.run(
        ["sha512sum", building.program("kubeadm")], check=True, capture_output=True, text=True
    ).stdout.split()[0]
    given = {
        role: ignition(made.folder / "userdata", role, f"{sha512} {KUBEADM} /opt/bin/kubeadm\n")
        for role in ("controller", "worker")
    }
    began = time.time()
    ids: list[str] = []
    for role, name, more in (
        ("controller", "Controller0LaunchTemplate", {"PrivateIpAddress": ADDRESS}),
        ("worker", "WorkersLaunchTemplate", {}),
        ("worker", "WorkersLaunchTemplate", {}),
    ):
        data = template[name]["Properties"]["LaunchTemplateData"]
        answer = ec2.run_instances(
            ImageId=data["ImageId"],
            InstanceType=data["InstanceType"],
            BlockDeviceMappings=data["BlockDeviceMappings"],
            UserData=given[role],
            SubnetId=subnet,
            SecurityGroupIds=[group],
            MinCount=1,
            MaxCount=1,
            **more,
        )
        ids.append(answer["Instances"][0]["InstanceId"])

    def kubectl(*words: str) -> str:
        command = ("/opt/bin/kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", *words)
        done = processes.run_inside(made.state, ids[0], *command)
        return done.stdout if done else ""

    ready = until(lambda: nodes_ready(kubectl), seconds=600, every=2)
    return {"kubeadm init + 2 join: launch to 3 nodes Ready": ready - began}


def lay_out(program: Path, sites: Path) -> None:
    """Put kubeadm on the world's download sites."""
    file = sites / KUBEADM.removeprefix("https://")
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, file)


def plain_network(ec2: Any) -> tuple[str, str]:
    """A new public subnet, and a security group whose members may talk with each other."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"])
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    table = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"][0]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    group = str(ec2.create_security_group(GroupName="nodes", Description="nodes", VpcId=vpc)["GroupId"])
    inside = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[inside])
    return subnet, group


def ignition(rendered: Path, role: str, more_downloads: str) -> str:
    """User data for a machine of kubeadm's: files of kubeadm/, and those that kube-aws's nodes have too."""
    files: dict[str, tuple[str, int]] = {}
    for folder in (HERE / "kubeadm" / "common", HERE / "kubeadm" / role):
        for path in folder.rglob("*"):
            if path.is_file():
                files[f"/{path.relative_to(folder)}"] = path.read_text(), path.stat().st_mode & 0o777
    for same in (
        "etc/containerd/config.toml",
        "etc/systemd/system/containerd.service.d/10-kube-aws.conf",
        "etc/modules-load.d/kubernetes.conf",
        "etc/sysctl.d/90-kubernetes.conf",
        "opt/kube-aws/bin/downloads",
    ):
        path = rendered / role / same
        files[f"/{same}"] = path.read_text(), 0o755 if "/bin/" in same else 0o644
    files["/etc/kube-aws/downloads"] = (
        (rendered / role / "etc/kube-aws/downloads").read_text() + more_downloads,
        0o644,
    )
    if role == "controller":
        manifests = (rendered / "addons" / "flannel").glob("*.yaml")
        text = "\n---\n".join(manifest.read_text() for manifest in sorted(manifests))
        files["/etc/flannel.yaml"] = text.replace("api.particule-k8s-clust.internal", ADDRESS), 0o644
    config = {
        "ignition": {"version": "3.3.0"},
        "storage": {
            "files": [
                {
                    "path": path,
                    "mode": mode,
                    "overwrite": True,
                    "contents": {"source": f"data:;base64,{base64.b64encode(text.encode()).decode()}"},
                }
                for path, (text, mode) in files.items()
            ]
        },
        "systemd": {
            "units": [{"name": f"{name}.service", "enabled": True} for name in ("containerd", "cluster")]
        },
    }
    return json.dumps(config)


def server_megabytes(made: World) -> float:
    """Resident memory of the embedded AWS, now."""
    pages = int(Path(f"/proc/{made.server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def a_world(measure: Callable[[World], Measure], deadline: float) -> tuple[float, Measure]:
    """The load before, and what was measured in a new world that ends afterwards. A quiet machine is waited
    for until `deadline`."""
    while (load := os.getloadavg()[0]) > 1.5 and time.monotonic() < deadline:
        time.sleep(5)
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), DEMO) as made:
        return load, measure(made)


def rounds() -> Iterator[tuple[str, float, float]]:
    """What, how much, and the load before."""
    deadline = time.monotonic() + PATIENCE
    for number in range(1, ROUNDS + 1):
        for measure in (kubeadm, kube_aws):
            load, found = a_world(measure, deadline)
            for what, value in found.items():
                print(f"round {number}: {what}: {value:.1f} (load before: {load:.1f})", flush=True)
                yield what, value, load


def main() -> None:
    """Measure everything and print the table."""
    building.build(["kubeadm"])
    values: dict[str, list[float]] = {}
    loads: dict[str, list[float]] = {}
    for what, value, load in rounds():
        values.setdefault(what, []).append(value)
        loads.setdefault(what, []).append(load)
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPUs")
    print("| what | rounds | median | load before |\n| --- | --- | ---: | --- |")
    for what, found in values.items():
        told = ", ".join(f"{value:.0f}" for value in found)
        before = ", ".join(f"{load:.1f}" for load in loads[what])
        print(f"| {what} | {told} | {statistics.median(found):.0f} | {before} |")
    ours, theirs = (
        statistics.median(next(found for what, found in values.items() if what.startswith(name)))
        for name in ("kube-aws up: launch", "kubeadm")
    )
    print(f"\nkube-aws / kubeadm: {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
