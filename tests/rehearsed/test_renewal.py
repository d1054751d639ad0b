"""Certificates of minutes: each is renewed again and again under load, and nobody notices."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.rehearsed.world import World, until, world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SECONDS = 420
"""How long each is valid. Kubernetes' clients read theirs again every five minutes (client-go,
transport/cert_rotation.go), so one of less would not do."""

PORTS = {443: "127.0.0.1", 2379: "127.0.0.1", 2380: "$NODE_IP", 10250: "127.0.0.1"}
"""The controller's ports with certificates of its authorities. Those of controller manager (10257) and
scheduler (10259), for the machine alone, are made by themselves at each start, for a year."""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A cluster whose files were edited: certificates of minutes, looked at every 20 s, renewed in the first
    fifth of their life."""
    with world(tmp_path_factory.mktemp("renewal")) as made:
        files = made.folder / "userdata/controller"
        _edit(
            files / "etc/kube-aws/cluster.env",
            "CERTIFICATE_SECONDS=2592000",
            f"CERTIFICATE_SECONDS={SECONDS}",
        )
        _edit(
            files / "opt/kube-aws/bin/certificates", "CERTIFICATE_SECONDS / 3", "CERTIFICATE_SECONDS * 4 / 5"
        )
        drop_in = files / "etc/systemd/system/certificates.timer.d/often.conf"
        drop_in.parent.mkdir()
        drop_in.write_text("[Timer]\nOnUnitInactiveSec=20s\n")
        made.run("kube-aws", "up", "--yes")
        yield made


def test_certificates_are_renewed_under_load(hasty: World) -> None:
    """Until none of the first is valid any more, in each of these ways every request is answered."""
    controller = hasty.instances("controller")[0]["InstanceId"]
    first = _served(hasty, controller)
    enough = threading.Event()
    pods = hasty.kubectl("get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-proxy", "-o", "name").split()
    assert len(pods) == 3
    ways: list[Callable[[], object]] = [
        lambda: hasty.kubectl("get", "nodes"),
        lambda: hasty.kubectl("annotate", "namespace", "default", "--overwrite", f"at={time.time()}"),
        lambda: hasty.kubectl("get", "--raw", "/apis/metrics.k8s.io/v1beta1/nodes"),
        *(lambda pod=pod: hasty.kubectl("logs", "-n", "kube-system", "--tail=1", pod) for pod in pods),  # type: ignore[misc]
    ]
    with ThreadPoolExecutor(len(ways)) as pool:
        asking = [pool.submit(_ask, way, enough) for way in ways]
        seen = {port: {serial} for port, serial in first.items()}
        deadline = time.monotonic() + SECONDS + 60
        while time.monotonic() < deadline and not any(one.done() for one in asking):
            for port, serial in _served(hasty, controller).items():
                seen[port].add(serial)
            enough.wait(10)
        enough.set()
        assert all(one.result() > 20 for one in asking)
    assert all(len(serials) > 3 for serials in seen.values())
    restarts = "jsonpath={.items[*].status.containerStatuses[*].restartCount}"
    until(
        lambda: (
            set(
                hasty.kubectl(
                    "get", "pods", "-n", "kube-system", "-l", "tier=control-plane", "-o", restarts
                ).split()
            )
            == {"0"}
        )
    )


def _ask(way: Callable[[], object], enough: threading.Event) -> int:
    """How many requests were answered; AssertionError for one that was not."""
    asked = 0
    while not enough.wait(0.5):
        way()
        asked += 1
    return asked


def _served(cluster: World, controller: str) -> dict[int, str]:
    """The serial number of the certificate at each port, all of them valid."""
    serials = {}
    for port, address in PORTS.items():
        script = f""". /run/kube-aws/identity.env
            openssl s_client -connect {address}:{port} < /dev/null 2> /dev/null |
              openssl x509 -noout -serial -checkend 0"""
        serial, *rest = cluster.inside(controller, "sh", "-c", script).splitlines()
        assert rest == ["Certificate will not expire"]
        serials[port] = serial
    return serials


def _edit(file: Path, former: str, new: str) -> None:
    text = file.read_text()
    assert text.count(former) == 1
    file.write_text(text.replace(former, new))
