"""What kubectl does through kubelets: logs, exec, files, ports, measures; all of it over verified TLS."""

import json
import re
import uuid
from pathlib import Path

from tests.rehearsed.pods import Pods
from tests.rehearsed.world import World, until

KUBELET = 10250


def test_logs_of_every_machine(cluster: World, pods: Pods) -> None:
    marker = uuid.uuid4().hex
    pods.each(pods.everywhere, f"echo {marker} > /proc/1/fd/1")

    def everywhere() -> bool:
        return all(marker in cluster.kubectl("logs", "-n", "trial", pod.name) for pod in pods.everywhere)

    until(everywhere, 10)


def test_exec_gives_output_and_status_of_every_machine(cluster: World, pods: Pods) -> None:
    for pod in pods.everywhere:
        command = ["exec", "-n", "trial", pod.name, "--", "sh", "-c", "cat; hostname; exit 7"]
        done = cluster.run("kubectl", "--kubeconfig=kubeconfig", *command, check=False)
        assert done.stdout.split() == [pod.name]
        assert done.returncode == 7


def test_files_are_copied_there_and_back(cluster: World, pods: Pods, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(bytes(range(256)) * 4096)
    pod = pods.everywhere[0]
    cluster.kubectl("cp", str(there), f"trial/{pod.name}:/tmp/file")
    cluster.kubectl("cp", f"trial/{pod.name}:/tmp/file", str(back))
    assert back.read_bytes() == there.read_bytes()


def test_attach_follows_what_a_pod_prints(cluster: World) -> None:
    name = f"attached-{uuid.uuid4().hex[:8]}"
    image = "--image=registry.k8s.io/e2e-test-images/agnhost:2.66.1"
    options = ["-n", "trial", image, "--restart=Never", "--rm", "--stdin", "--command", "--"]
    said = cluster.kubectl("run", name, *options, "sh", "-c", "read word; echo got $word", input="this\n")
    assert "got this" in said


def test_a_forwarded_port_leads_to_its_pod(cluster: World, pods: Pods) -> None:
    for pod in pods.everywhere:
        with cluster.beside("port-forward", "-n", "trial", f"pod/{pod.name}", ":8080") as told:
            told_port = re.search(r"127\.0\.0\.1:(\d+) ->", told.readline())
            assert told_port
            said = cluster.run("curl", "-sS", "-m", "5", f"http://127.0.0.1:{told_port[1]}/hostname").stdout
            assert said == pod.name


def test_measures_of_all_nodes_and_pods(cluster: World, pods: Pods) -> None:
    """metrics-server asks kubelets every 15 seconds."""

    def of_nodes() -> bool:
        lines = cluster.kubectl("top", "nodes", "--no-headers").splitlines()
        return len(lines) == 3 and all(re.search(r" \d+m +\d+% +\d+Mi +\d+%", line) for line in lines)

    def of_pods() -> bool:
        said = cluster.kubectl("top", "pods", "-n", "trial", "--no-headers", check=False)
        return {pod.name for pod in pods.everywhere} <= {line.split()[0] for line in said.splitlines()}

    until(of_nodes, 60)
    until(of_pods, 60)


def test_kubelets_show_certificates_of_the_clusters_authority(cluster: World) -> None:
    """Verified as the API server does it: by its authority, for the node's address."""
    (controller,) = cluster.instances("controller")
    for one in (controller, *cluster.instances("worker")):
        address = one["PrivateIpAddress"]
        trust = "-CAfile /etc/kubernetes/pki/ca.pem -no-CApath -no-CAstore -verify_return_error"
        script = f"openssl s_client -connect {address}:{KUBELET} {trust} -verify_ip {address} < /dev/null"
        said = cluster.inside(controller["InstanceId"], "sh", "-c", script)
        assert "Verify return code: 0 (ok)" in said
        assert f"CN=system:node:{one['PrivateDnsName']}" in said.replace(" = ", "=")


def test_nobody_skips_the_verification(cluster: World) -> None:
    """As they run, not as they were rendered."""
    (controller,) = cluster.instances("controller")
    running = cluster.inside(controller["InstanceId"], "ps", "-ww", "-eo", "args").splitlines()
    (api,) = [line for line in running if line.startswith("kube-apiserver ")]
    assert "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.pem" in api.split()
    measuring = json.loads(
        cluster.kubectl("get", "deployment", "metrics-server", "-n", "kube-system", "-o", "json")
    )
    (container,) = measuring["spec"]["template"]["spec"]["containers"]
    assert any(word.startswith("--kubelet-certificate-authority=") for word in container["args"])
    assert not any("insecure" in word for word in container["args"])


def test_kubelets_answer_nobody_but_the_api_server(cluster: World) -> None:
    """Not who shows nothing, and not another node."""
    (controller,) = cluster.instances("controller")
    first, second = cluster.instances("worker")
    ask = "curl -sS -m 5 -o /dev/null -w %{http_code} --cacert /etc/kubernetes/pki/ca.pem"
    as_node = "--cert /var/lib/kubelet/pki/kubelet-client-current.pem"
    url = f"https://{second['PrivateIpAddress']}:{KUBELET}/pods"
    assert cluster.inside(controller["InstanceId"], *ask.split(), url) == "401"
    assert cluster.inside(first["InstanceId"], *ask.split(), *as_node.split(), url) == "403"
