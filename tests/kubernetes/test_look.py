"""What the cluster's API tells, and what is made of an API that does not."""

import shutil
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tests.artefacts import cluster_folder
from tests.kubernetes.cluster_api import ClusterApi, daemon_set, deployment, node, pod, serving, unscheduled

from kube_aws.kubernetes.api import Api
from kube_aws.kubernetes.look import AddOn, Seen, look
from kube_aws.rehearsal.components import images
from kube_aws.rehearsal.components.catalogue.forms import Image


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = cluster_folder.make(tmp_path_factory.mktemp("cluster") / "cluster")
    cluster_folder.rendered(folder)
    return folder / "credentials"


@pytest.fixture
def api(credentials: Path) -> Iterator[ClusterApi]:
    with serving(credentials, "k8s.particule.io") as served:
        yield served


def seen(api: ClusterApi, credentials: Path) -> Seen:
    return look(Api(f"localhost:{api.port}", credentials))


def addon(api: ClusterApi, credentials: Path) -> AddOn:
    (only,) = seen(api, credentials).addons
    return only


def test_the_admin_is_told_version_nodes_and_addons(api: ClusterApi, credentials: Path):
    api.nodes = [
        node("ip-10-0-0-50", "i-1"),
        node("ip-10-0-0-51", "i-2", ready=False, message="cni is missing"),
    ]
    api.workloads["daemonsets"] = [daemon_set("flannel", 2, 2)]
    api.workloads["deployments"] = [deployment("coredns", 2, 1)]
    told = seen(api, credentials)
    assert (told.answer.ready, told.version, told.refused) == (True, "v1.37.2", "")
    assert [(one.instance, one.ready, one.kubelet) for one in told.nodes] == [
        ("i-1", True, "v1.37.2"),
        ("i-2", False, "v1.37.2"),
    ]
    assert told.nodes[1].why == "cni is missing"
    assert told.addons == (AddOn("coredns", True, 1, 2), AddOn("flannel", True, 2, 2))


def test_kubelet_s_words_come_without_the_names_of_its_parts(api: ClusterApi, credentials: Path):
    said = (
        "[container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady"
        " message:Network plugin returns error: cni plugin not initialized, CSINode is not yet initialized]"
    )
    api.nodes = [node("ip-10-0-0-50", "i-1", ready=False, message=said)]
    assert seen(api, credentials).nodes[0].why == "cni plugin not initialized, CSINode is not yet initialized"


@pytest.mark.parametrize(
    ("pods", "why"),
    [
        ([], "no pod yet"),
        ([unscheduled("coredns", "0/3 nodes are available")], "Unschedulable: 0/3 nodes are available"),
        (
            [
                pod("coredns", state={"waiting": {"reason": "ContainerCreating"}}),
                pod("coredns", state={"waiting": {"reason": "ImagePullBackOff", "message": "Back-off …"}}),
            ],
            "ImagePullBackOff: Back-off …",
        ),
        (
            [
                pod(
                    "coredns",
                    state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
                    lastState={"terminated": {"exitCode": 1, "reason": "Error", "message": "a\nno config\n"}},
                )
            ],
            "CrashLoopBackOff: coredns ended with 1 (Error) no config",
        ),
        ([pod("coredns", state={"running": {"startedAt": "2026-11-25T10:00:00Z"}})], "not ready yet"),
    ],
)
def test_an_addon_that_is_not_available_says_why(
    api: ClusterApi, credentials: Path, pods: list[dict[str, object]], why: str
):
    api.workloads["deployments"] = [deployment("coredns", 2, 0)]
    api.pods = pods
    assert addon(api, credentials) == AddOn("coredns", available=False, have=0, want=2, why=why)


def test_an_addon_whose_images_a_rehearsal_cannot_have_is_told_as_absent(
    api: ClusterApi, credentials: Path, tmp_path: Path
):
    digest = images.lay_out(Image({}, (), absent=True), "registry.k8s.io/ebs:1", {}, None, tmp_path)
    api.workloads["daemonsets"] = [daemon_set("ebs", 3, 0, digest=digest)]
    assert addon(api, credentials) == AddOn("ebs", available=False, have=0, want=3, absent=True)


def test_what_was_applied_and_not_looked_at_yet_is_not_available(api: ClusterApi, credentials: Path):
    changed = deployment("coredns", 2, 2)
    changed["metadata"]["generation"] = 2
    api.workloads["deployments"] = [changed]
    assert not addon(api, credentials).available


def test_pods_that_the_api_refuses_are_told_in_its_words(api: ClusterApi, credentials: Path):
    refusal = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota"}
    api.workloads["deployments"] = [deployment("coredns", 2, 0, conditions=[refusal])]
    assert addon(api, credentials).why == "FailedCreate: quota"


@pytest.mark.parametrize(
    ("status", "why"), [(401, "does not know"), (403, "not applied"), (429, "HTTP 429: busy")]
)
def test_an_api_that_refuses_the_admin_answers_and_tells_nothing(
    api: ClusterApi, credentials: Path, status: int, why: str
):
    api.refuses = (status, "busy")
    told = seen(api, credentials)
    assert told.answer.ready
    assert not told.tells
    assert why in told.refused


def test_in_a_clone_only_readiness_is_asked(api: ClusterApi, credentials: Path, tmp_path: Path):
    shutil.copy(credentials / "ca.pem", tmp_path)
    assert seen(api, tmp_path).answer.ready
    assert api.asked == ["/readyz"]


def test_an_api_that_is_not_ready_is_not_asked_further(api: ClusterApi, credentials: Path):
    api.ready = False
    assert seen(api, credentials).answer.reason == "not ready (HTTP 500)"
    assert api.asked == ["/readyz"]


def test_connections_are_kept_and_made_anew(api: ClusterApi, credentials: Path):
    asked = Api(f"localhost:{api.port}", credentials)
    assert all(asked.ready().ready for _ in range(3))


def test_a_proxy_is_gone_through(api: ClusterApi, credentials: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", api.env["HTTPS_PROXY"])
    monkeypatch.setenv("NO_PROXY", "")
    assert look(Api("k8s.particule.io", credentials)).tells


def test_ways_not_to_answer(credentials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    other = cluster_folder.make(tmp_path / "other")
    cluster_folder.rendered(other)
    silent = socket.create_server(("127.0.0.1", 0))
    plain = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    Thread(target=plain.serve_forever, daemon=True).start()
    with serving(other / "credentials") as foreign:
        told = {
            name: look(Api(name, credentials, seconds=0.2)).answer.reason
            for name in (
                "k8s.invalid",
                "localhost:1",
                f"localhost:{silent.getsockname()[1]}",
                f"localhost:{plain.server_port}",
                f"localhost:{foreign.port}",
            )
        }
    plain.shutdown()
    reasons = list(told.values())
    assert reasons[:3] == ["the name does not resolve", "Connection refused", "no answer in 0.2 s"]
    assert reasons[3].startswith("it does not speak TLS")
    assert reasons[4].startswith("its certificate is not the cluster's")
