"""Who may ask the API for what: strangers, nodes, holders of the bootstrap token, pods, admins."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World

API = "https://k8s.particule.io"
OPEN = ("/livez", "/readyz", "/.well-known/openid-configuration", "/openid/v1/jwks")
CLOSED = (
    "/",
    "/api/v1/namespaces/kube-system/secrets",
    "/apis",
    "/healthz",
    "/livez/etcd",
    "/metrics",
    "/openapi/v2",
    "/readyz/ping",
    "/version",
)


def test_a_stranger_sees_whether_it_lives_and_the_issuers_keys(cluster: World) -> None:
    codes = {path: _curl(cluster, path)[0] for path in (*OPEN, *CLOSED)}
    assert codes == dict.fromkeys(OPEN, 200) | dict.fromkeys(CLOSED, 401)


def test_the_issuer_is_the_apis_public_name(cluster: World) -> None:
    told = json.loads(_curl(cluster, "/.well-known/openid-configuration")[1])
    assert told["issuer"] == API
    assert told["jwks_uri"] == f"{API}/openid/v1/jwks"
    (key,) = json.loads(_curl(cluster, "/openid/v1/jwks")[1])["keys"]
    assert key["alg"] == "ES256"


def test_the_operator_is_an_admin_of_the_cluster_and_no_master(cluster: World) -> None:
    """system:masters could not be taken back by a binding."""
    told = json.loads(cluster.kubectl("auth", "whoami", "-o", "json"))["status"]["userInfo"]
    assert told["groups"] == ["kube-aws:admins", "system:authenticated"]
    assert cluster.kubectl("auth", "can-i", "*", "*", "-A").strip() == "yes"


@dataclass(frozen=True)
class Node:
    """A worker that asks in its own name, and the `other` one."""

    cluster: World
    instance: str
    name: str
    other: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
        """What the API answers the worker's kubelet."""
        words = ["--cert", "/var/lib/kubelet/pki/kubelet-client-current.pem", "-X", method]
        if body is not None:
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            words += ["-H", f"Content-Type: {kind}", "--data", json.dumps(body)]
        return _ask(self.cluster, self.instance, path, *words)


@pytest.fixture(scope="module")
def node(cluster: World, pods: Pods) -> Iterator[Node]:
    """A worker with a pod that has the Secret `seen`; there is one that no pod has, `unseen`."""
    first, second = cluster.instances("worker")
    for name in ("seen", "unseen"):
        cluster.kubectl("create", "secret", "generic", name, "-n", "trial", "--from-literal=word=hidden")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "holder", "namespace": "trial"},
        "spec": {
            "nodeName": first["PrivateDnsName"],
            "terminationGracePeriodSeconds": 0,
            "containers": [
                {"name": "it", "image": "registry.k8s.io/e2e-test-images/agnhost:2.66.1", "args": ["pause"]}
            ],
            "volumes": [{"name": "secret", "secret": {"secretName": "seen"}}],
        },
    }
    cluster.kubectl("create", "-f", "-", input=json.dumps(pod))
    cluster.kubectl("wait", "--for=condition=Ready", "pod/holder", "-n", "trial", "--timeout=60s")
    yield Node(cluster, first["InstanceId"], first["PrivateDnsName"], second["PrivateDnsName"])
    cluster.kubectl("delete", "pod/holder", "secret/seen", "secret/unseen", "-n", "trial")


def test_a_node_sees_itself_and_the_secrets_of_its_pods(node: Node) -> None:
    assert node.ask("GET", f"/api/v1/nodes/{node.name}")[0] == 200
    assert node.ask("GET", "/api/v1/namespaces/trial/secrets/seen")[0] == 200


def test_a_node_sees_no_other_secrets(node: Node) -> None:
    for path in ("trial/secrets/unseen", "trial/secrets", "kube-system/secrets"):
        assert node.ask("GET", f"/api/v1/namespaces/{path}")[0] == 403


def test_a_node_touches_no_other_node(node: Node) -> None:
    label = {"metadata": {"labels": {"e": "x"}}}
    assert node.ask("PATCH", f"/api/v1/nodes/{node.other}", label)[0] == 403
    assert node.ask("PATCH", f"/api/v1/nodes/{node.other}/status", {"status": {}})[0] == 403
    for name in (node.other, node.name):
        assert node.ask("DELETE", f"/api/v1/nodes/{name}")[0] == 403


def test_a_node_gives_itself_no_role(node: Node, cluster: World) -> None:
    """Labels that place others' pods, and taints, are not its own to change."""
    path = f"/api/v1/nodes/{node.name}"
    for label in ("node-restriction.kubernetes.io/e", "node-role.kubernetes.io/control-plane"):
        assert node.ask("PATCH", path, {"metadata": {"labels": {label: ""}}})[0] == 403
    taint = {"key": "e", "effect": "NoSchedule"}
    assert node.ask("PATCH", path, {"spec": {"taints": [taint]}})[0] == 403


def test_a_node_makes_no_pods_and_no_tokens_of_others(node: Node, pods: Pods) -> None:
    pod = {"metadata": {"name": "e"}, "spec": {"containers": [{"name": "e", "image": "e"}]}}
    assert node.ask("POST", "/api/v1/namespaces/trial/pods", pod)[0] == 403
    here, elsewhere = (
        next(one for one in pods.everywhere if one.node == name) for name in (node.name, node.other)
    )
    account = "/api/v1/namespaces/trial/serviceaccounts/default/token"
    for one, code in ((here, 201), (elsewhere, 403)):
        uid = node.cluster.kubectl("get", "pod", one.name, "-n", "trial", "-o", "jsonpath={.metadata.uid}")
        bound = {"apiVersion": "v1", "kind": "Pod", "name": one.name, "uid": uid}
        assert node.ask("POST", account, {"spec": {"audiences": [], "boundObjectRef": bound}})[0] == code


def test_the_bootstrap_token_asks_for_certificates_and_looks_for_nodes_only(cluster: World) -> None:
    first, second = cluster.instances("worker")
    token = cluster.inside(first["InstanceId"], "cat", "/run/kube-aws/credentials/bootstrap-token").strip()

    def code(path: str, *words: str) -> int:
        return _ask(cluster, first["InstanceId"], path, "-H", f"Authorization: Bearer {token}", *words)[0]

    assert code(f"/api/v1/nodes/{second['PrivateDnsName']}") == 200
    assert code("/apis/certificates.k8s.io/v1/certificatesigningrequests") == 200
    for path in ("pods", "secrets", "nodes", "namespaces/kube-system/configmaps"):
        assert code(f"/api/v1/{path}") == 403
    label = '{"metadata": {"labels": {"e": "x"}}}'
    patch = ("-X", "PATCH", "-H", "Content-Type: application/merge-patch+json", "--data", label)
    assert code(f"/api/v1/nodes/{second['PrivateDnsName']}", *patch) == 403


def test_a_pods_account_may_nothing(cluster: World) -> None:
    as_pod = ("--as=system:serviceaccount:trial:default", "--as-group=system:serviceaccounts")
    for question in (("get", "secrets"), ("list", "pods"), ("create", "pods"), ("get", "nodes")):
        assert cluster.kubectl("auth", "can-i", *question, *as_pod, check=False).strip() == "no"


def _curl(cluster: World, path: str) -> tuple[int, str]:
    """What the API answers the operator who shows nothing."""
    done = cluster.run("curl", *_OPTIONS, "--cacert", "credentials/ca.pem", f"{API}{path}")
    return _parted(done.stdout)


def _ask(cluster: World, instance: str, path: str, *words: str) -> tuple[int, str]:
    """What the API answers on an instance's machine."""
    options = (*_OPTIONS, "--cacert", "/etc/kubernetes/pki/ca.pem", *words)
    return _parted(cluster.inside(instance, "curl", *options, f"{API}{path}"))


_OPTIONS = ("-sS", "-m", "5", "-w", "\n%{http_code}")


def _parted(said: str) -> tuple[int, str]:
    body, _, code = said.rpartition("\n")
    return int(code), body
