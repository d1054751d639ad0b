"""`make conformance [FOCUS=…] [MINUTES=…]`: upstream's conformance tests on a new rehearsed cluster."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.rehearsed.conformance import specs
from tests.rehearsed.conformance.page import PAGE, page
from tests.rehearsed.world import World, world

from kube_aws.rehearsal.components import building
from kube_aws.rehearsal.components.catalogue.tests import CONFORMANCE


def open_node_ports(cluster: World) -> None:
    """Between workers: the specs of NodePorts ask every node, and the cluster's groups leave them closed."""
    group = cluster.instances("worker")[0]["SecurityGroups"][0]["GroupId"]
    cluster.account.client("ec2").authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": protocol,
                "FromPort": 30000,
                "ToPort": 32767,
                "UserIdGroupPairs": [{"GroupId": group}],
            }
            for protocol in ("tcp", "udp")
        ],
    )


def run(cluster: World, focus: str, minutes: str) -> list[specs.Spec]:
    """Two processes a CPU: they wait for the cluster most of the time. Serial specs come last, alone."""
    # Ginkgo runs tests in their own folder, and the kubeconfig's paths are relative to the cluster's.
    tests = cluster.folder / "e2e.test"
    tests.symlink_to(building.program("e2e.test"))
    cluster.show(
        *(str(building.program("ginkgo")), "run"),
        *(
            f"--procs={2 * (os.cpu_count() or 1)}",
            f"--timeout={minutes}m",
            "--no-color",
            "--succinct",
            "--silence-skips",
        ),
        *("--json-report=conformance.json", f"--output-dir={cluster.folder}"),
        rf"--focus={focus}.*\[Conformance\]",
        str(tests),
        *("--", "--kubeconfig=kubeconfig", "--provider=skeleton", "--dump-logs-on-failure=false"),
    )
    return list(specs.read(cluster.folder / "conformance.json"))


def main() -> int:
    focus, minutes = os.environ.get("FOCUS", ""), os.environ.get("MINUTES", "240")
    building.build(CONFORMANCE, lambda line: print(line, flush=True))
    with TemporaryDirectory() as folder, world(Path(folder)) as cluster:
        # The suite waits for all pods of kube-system, and this driver's images may be absent.
        with (cluster.folder / "cluster.yaml").open("a") as file:
            file.write("addons: {aws-ebs-csi-driver: {enabled: false}}\n")
        cluster.run("kube-aws", "up", "--yes")
        open_node_ports(cluster)
        began = time.monotonic()
        found = run(cluster, focus, minutes)
        took = time.monotonic() - began
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    asked = f"names like `{focus}`" if focus else "all specs"
    told = f"{asked}, {took / 60:.0f} minutes of at most {minutes}"
    PAGE.write_text(page(found, f"{datetime.now(UTC):%Y-%m-%d}", commit, told))
    failed = [spec for spec in found if spec.outcome == "failed"]
    for spec in failed:
        print(f"failed: {spec.name}")
    passed = sum(spec.outcome == "passed" for spec in found)
    print(f"{passed} passed, {len(failed)} failed: {PAGE}")
    return int(bool(failed) or not passed)


sys.exit(main())
